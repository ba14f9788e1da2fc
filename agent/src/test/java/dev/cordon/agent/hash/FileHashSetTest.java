package dev.cordon.agent.hash;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class FileHashSetTest {

    @Test
    void whenManyRandomChangesAreMadeThenItHoldsWhatAPlainSetHolds() {
        var random = new Random(11);
        var known = new ArrayList<FileHash>();
        for (int i = 0; i < 300; i++) {
            var bytes = new byte[List.of(16, 20, 32).get(random.nextInt(3))];
            random.nextBytes(bytes);
            known.add(FileHash.of(bytes));
        }
        Set<FileHash> plain = new HashSet<>();
        var compact = FileHashSet.EMPTY;
        for (int round = 0; round < 200; round++) {
            var added = pick(known, random);
            var removed = pick(known, random);
            compact = compact.with(added, removed);
            plain.removeAll(removed);
            plain.addAll(added);

            assertThat(compact.size()).isEqualTo(plain.size());
            for (var hash : known) {
                assertThat(compact.contains(hash)).isEqualTo(plain.contains(hash));
            }
            var seen = new ArrayList<FileHash>();
            compact.forEach(seen::add);
            assertThat(seen).containsExactlyInAnyOrderElementsOf(plain);
            assertThat(compact).isEqualTo(FileHashSet.of(plain));
        }
    }

    private static List<FileHash> pick(List<FileHash> known, Random random) {
        var picked = new ArrayList<FileHash>();
        for (int i = random.nextInt(20); i > 0; i--) {
            picked.add(known.get(random.nextInt(known.size())));
        }
        return picked;
    }

    @Test
    void whenItHoldsTwoKindsThenOnlyTheseHaveToBeComputed() {
        var set = FileHashSet.of(List.of(FileHash.of(new byte[16]), FileHash.of(new byte[32])));

        assertThat(set.algorithms()).containsExactly(HashAlgorithm.MD5, HashAlgorithm.SHA256);
        assertThat(set.containsAny(new Hashes(0, List.of(FileHash.of(new byte[20])))))
                .isFalse();
        assertThat(set.containsAny(new Hashes(0, List.of(FileHash.of(new byte[20]), FileHash.of(new byte[32])))))
                .isTrue();
        assertThat(FileHashSet.EMPTY.algorithms()).isEmpty();
    }
}
