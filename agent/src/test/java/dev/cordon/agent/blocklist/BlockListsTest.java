package dev.cordon.agent.blocklist;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.cordon.agent.TestIdentity;
import dev.cordon.agent.hash.FileHash;
import dev.cordon.agent.hash.FileHashSet;
import dev.cordon.agent.log.Log;
import dev.cordon.protocol.Envelopes;
import dev.cordon.protocol.wire.BlockChange;
import dev.cordon.protocol.wire.BlockChanges;
import dev.cordon.protocol.wire.BlockListInForce;
import dev.cordon.protocol.wire.Capability;
import dev.cordon.protocol.wire.SignedBlockChanges;
import dev.cordon.protocol.wire.Support;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BlockListsTest {

    private static final Capability ENFORCED =
            Capability.newBuilder().setSupport(Support.SUPPORT_ENFORCED).build();

    @TempDir
    Path state;

    private final TestIdentity machine = TestIdentity.make();
    private final List<BlockList> enforced = new ArrayList<>();
    private BlockLists lists;

    @BeforeEach
    void open() throws IOException {
        lists = reopened();
    }

    private BlockLists reopened() throws IOException {
        return BlockLists.open(
                state,
                machine.identity(),
                list -> {
                    enforced.add(list);
                    return ENFORCED;
                },
                Log.silent());
    }

    private static FileHash hash(int number) {
        return FileHash.parse(String.format(Locale.ROOT, "%040x", number));
    }

    private static BlockChange block(int number, boolean stop) {
        return BlockChange.newBuilder()
                .setHash(hash(number).toByteString())
                .setBlocked(true)
                .setStopRunning(stop)
                .build();
    }

    private static BlockChange unblock(int number) {
        return BlockChange.newBuilder().setHash(hash(number).toByteString()).build();
    }

    private SignedBlockChanges signed(long from, long to, BlockChange... changes) {
        return seal(BlockChanges.newBuilder()
                .setTenantId(TestIdentity.TENANT)
                .setFromVersion(from)
                .setToVersion(to)
                .addAllChanges(List.of(changes))
                .build());
    }

    private SignedBlockChanges seal(BlockChanges changes) {
        return Envelopes.seal(
                changes,
                machine.commandKey().getPrivate(),
                Envelopes.keyId(machine.commandKey().getPublic()));
    }

    @Test
    void whenTheWayOfChangesIsRehearsedThenNothingIsEnforcedOrStored() {
        lists.rehearse();

        assertThat(lists.version()).isZero();
        assertThat(enforced).containsExactly(BlockList.NONE);
        assertThat(state.resolve("blocklist")).doesNotExist();
    }

    private static BlockList list(long version, List<FileHash> blocked, List<FileHash> stop) {
        return new BlockList(version, FileHashSet.of(blocked), FileHashSet.of(stop));
    }

    @Test
    void whenChangesArriveThenTheyAreEnforcedBeforeTheAnswerAndKeptOverARestart() throws Exception {
        assertThat(lists.version()).isZero();

        var answer = lists.receive(signed(0, 3, block(1, false), block(2, true)));

        assertThat(answer)
                .isEqualTo(BlockListInForce.newBuilder()
                        .setVersion(3)
                        .setSupport(Support.SUPPORT_ENFORCED)
                        .build());
        var expected = list(3, List.of(hash(1), hash(2)), List.of(hash(2)));
        assertThat(enforced).containsExactly(BlockList.NONE, expected);
        assertThat(reopened().list()).isEqualTo(expected);
        assertThat(enforced.getLast()).isEqualTo(expected);
        assertThat(Files.getPosixFilePermissions(state.resolve("blocklist")))
                .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    }

    @Test
    void whenTheAgentLeavesThenNothingIsBlockedAnyMoreAlsoAfterARestart() throws Exception {
        lists.receive(signed(0, 3, block(1, false), block(2, true)));

        lists.forget();

        assertThat(lists.version()).isZero();
        assertThat(enforced.getLast()).isEqualTo(BlockList.NONE);
        assertThat(reopened().list()).isEqualTo(BlockList.NONE);
    }

    @Test
    void whenAFileIsUnblockedOrItsStopTakenBackThenTheOthersStay() {
        lists.receive(signed(0, 3, block(1, true), block(2, true), block(3, false)));
        lists.receive(signed(3, 4, unblock(1), block(2, false), block(4, true)));

        assertThat(lists.list()).isEqualTo(list(4, List.of(hash(2), hash(3), hash(4)), List.of(hash(4))));
    }

    @Test
    void whenTheWholeListComesThenItReplacesWhatIsThere() {
        lists.receive(signed(0, 3, block(1, true)));
        lists.receive(signed(0, 7, block(9, false)));

        assertThat(lists.list()).isEqualTo(list(7, List.of(hash(9)), List.of()));
    }

    @Test
    void whenChangesStartElsewhereOrLeadBackThenNothingChangesAndTheAnswerSaysWhere() {
        lists.receive(signed(0, 5, block(1, false)));
        var before = lists.list();

        for (var wrong : List.of(signed(4, 6, block(2, false)), signed(6, 7), signed(0, 4), signed(5, 4))) {
            var answer = lists.receive(wrong);
            assertThat(answer.getVersion()).isEqualTo(5);
            assertThat(answer.getLimitsList()).singleElement().asString().contains("refused");
        }
        assertThat(lists.list()).isEqualTo(before);
        assertThat(enforced).hasSize(2);
    }

    @Test
    void whenChangesAreForgedOrForAnotherTenantOrNoHashesThenNothingChanges() {
        var genuine = signed(0, 1, block(1, false));
        var tampered = genuine.toBuilder()
                .setPayload(genuine.getPayload().concat(ByteString.copyFrom(new byte[] {8, 1})))
                .build();
        var otherKey = genuine.toBuilder().setKeyId("00").build();
        var otherTenant = seal(BlockChanges.newBuilder()
                .setTenantId("99999999-2222-4333-8444-555555555555")
                .setToVersion(1)
                .build());
        var noHash = signed(
                0,
                1,
                BlockChange.newBuilder()
                        .setHash(ByteString.copyFrom(new byte[5]))
                        .setBlocked(true)
                        .build());

        for (var wrong : List.of(tampered, otherKey, otherTenant, noHash)) {
            assertThat(lists.receive(wrong).getLimitsList()).hasSize(1);
        }
        assertThat(lists.list()).isEqualTo(BlockList.NONE);
        assertThat(lists.receive(genuine).getVersion()).isEqualTo(1);
    }

    @Test
    void whenTheFileIsDamagedAtAnyByteThenTheWholeListIsAskedForAgain() throws Exception {
        lists.receive(signed(0, 3, block(1, true), block(2, false)));
        Path file = state.resolve("blocklist");
        byte[] good = Files.readAllBytes(file);

        for (int at = 0; at < good.length; at++) {
            byte[] bad = good.clone();
            bad[at] ^= 4;
            Files.write(file, bad);
            assertThat(reopened().version()).isZero();
            Files.write(file, java.util.Arrays.copyOf(good, at));
            assertThat(reopened().version()).isZero();
        }
        Files.write(file, good);
        assertThat(reopened().version()).isEqualTo(3);
    }

    @Test
    void whenTheListCannotBeStoredThenTheOldOneStaysInForceAndTheAnswerSaysSo() throws Exception {
        lists.receive(signed(0, 3, block(1, true)));
        var before = lists.list();
        Files.createDirectories(state.resolve("blocklist.new/in-the-way"));

        var answer = lists.receive(signed(3, 4, block(2, true)));

        assertThat(answer.getVersion()).isEqualTo(3);
        assertThat(answer.getLimitsList()).singleElement().asString().contains("could not be stored");
        assertThat(lists.list()).isEqualTo(before);
        assertThat(enforced).last().isEqualTo(before);
    }

    @Test
    void whenSomebodyObservesThenTheyAreToldTheListAtHandAndEveryLaterOne() {
        lists.receive(signed(0, 1, block(1, false)));
        var seen = new ArrayList<Long>();

        lists.observe(list -> seen.add(list.version()));
        lists.receive(signed(1, 2, block(2, false)));
        lists.receive(signed(1, 3));

        assertThat(seen).containsExactly(1L, 2L);
    }
}
