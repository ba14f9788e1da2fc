package dev.cordon.agent.linux.execution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.cordon.agent.hash.FileHasher;
import dev.cordon.agent.hash.HashAlgorithm;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which files the kernel tells about. Only single files of the test are marked, and nobody waits for an answer. */
final class GroupTest {

    @TempDir
    Path folder;

    @Test
    void whenFilesAreWatchedAnewThenWhatWasKnownCountsOnlyOnceTheyAreWatchedAgain() throws Exception {
        assumeTrue(ExecutionLab.possible(), "needs root and fanotify");
        var file = Files.writeString(folder.resolve("program"), "content");
        var cache = new VerdictCache();
        try (var kernel = new Kernel();
                var other = new Kernel();
                var hasher = FileHasher.open()) {
            var hashes = hasher.hash(file, EnumSet.of(HashAlgorithm.SHA256), FileHasher.NO_LIMIT);
            int descriptor = kernel.open(file.toString());
            var state = Objects.requireNonNull(kernel.state(descriptor));
            var group = Group.open(kernel, cache);
            long first = group.watch(other, descriptor);
            remember(cache, state, hashes, first);
            assertThat(cache.find(state, Policy.NOTHING)).isEqualTo(Verdict.ALLOWED);

            group.watchAnew();

            assertThat(cache.find(state, Policy.NOTHING)).isNull();
            assertThat(cache.settled(state, Policy.NOTHING)).isFalse();
            assertThat(cache.hashes(state, EnumSet.of(HashAlgorithm.SHA256))).isEqualTo(hashes);
            remember(cache, state, hashes, first);
            assertThat(cache.find(state, Policy.NOTHING))
                    .as("watched by nobody")
                    .isNull();
            remember(cache, state, hashes, group.watch(other, descriptor));
            assertThat(cache.find(state, Policy.NOTHING)).isEqualTo(Verdict.ALLOWED);

            group.close();

            assertThat(group.watch(other, descriptor)).isEqualTo(VerdictCache.UNWATCHED);
            kernel.close(descriptor);
        }
    }

    private static void remember(VerdictCache cache, FileState state, dev.cordon.agent.hash.Hashes hashes, long watch) {
        cache.remember(
                new VerdictCache.Known(state, hashes, false, false, 0, Verdict.ALLOWED, watch),
                true,
                cache.forgotten());
    }
}
