package dev.cordon.agent.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cordon.agent.files.FileCalls;
import dev.cordon.agent.files.Handle;
import dev.cordon.agent.files.InterposedCalls;
import dev.cordon.agent.files.PrivateMount;
import dev.cordon.agent.files.RawPath;
import dev.cordon.agent.files.Shell;
import dev.cordon.agent.linux.files.LinuxFileCalls;
import dev.cordon.agent.log.Log;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the vault takes it gives back as it was, whatever the file has and however bad the day is. */
final class VaultTest {

    private static final FileCalls CALLS = new LinuxFileCalls();
    private static final Reason REASON = new Reason("action-1", "test");
    private static final Instant NOW = Instant.parse("2026-11-22T03:00:00Z");

    @TempDir
    private Path folder;

    private Path state;
    private RawPath place;

    @BeforeEach
    void prepare() throws IOException {
        state = Files.createDirectory(folder.resolve("state"));
        place = RawPath.of(Files.createDirectory(folder.resolve("place")).resolve("evil"));
    }

    private Vault open() throws IOException {
        return open(CALLS);
    }

    private Vault open(FileCalls calls) throws IOException {
        return Vault.open(state, calls, InstantSource.fixed(NOW), Log.silent());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 65_535, 65_536, 65_537, 300_000})
    void whenAFileIsTakenAndRestoredThenItIsTheSameInEverything(int size) throws Exception {
        byte[] content = Specimen.bytes(size, size);
        Specimen.make(CALLS, place, content);
        var original = Specimen.at(CALLS, place);
        try (var vault = open()) {
            var taken = vault.take(place, Specimen.sha256(content), REASON);

            assertThat(Specimen.at(CALLS, place)).isEmpty();
            assertThat(taken.namesLeft()).isZero();
            assertThat(vault.ids()).containsExactly(taken.entry().id());
            assertThat(vault.entry(taken.entry().id()))
                    .returns(place, VaultEntry::path)
                    .returns((long) size, VaultEntry::size)
                    .returns(Specimen.sha256(content).hex(), VaultEntry::sha256)
                    .returns(REASON, VaultEntry::reason)
                    .returns(NOW, VaultEntry::at);

            vault.restore(taken.entry().id());

            assertThat(Specimen.at(CALLS, place)).isEqualTo(original);
            assertThat(vault.ids()).isEmpty();
        }
        assertThat(vaultFiles()).containsExactly("key");
    }

    @Test
    void whenAnotherProcessOpensTheVaultThenItFindsAndRestoresWhatWasTaken() throws Exception {
        byte[] content = Specimen.bytes(1000, 1);
        Specimen.make(CALLS, place, content);
        var original = Specimen.at(CALLS, place);
        try (var vault = open()) {
            vault.take(place, null, REASON);
        }
        try (var vault = open()) {
            var id = vault.ids().getFirst();
            assertThat(vault.matches(id, Specimen.digest("MD5", content))).isTrue();
            assertThat(vault.matches(id, Specimen.digest("SHA-1", content))).isTrue();
            assertThat(vault.matches(id, Specimen.digest("SHA-1", new byte[1]))).isFalse();
            vault.restore(id);
        }
        assertThat(Specimen.at(CALLS, place)).isEqualTo(original);
    }

    @Test
    void whenItIsInTheVaultThenNobodyElseCanReadItAndItsContentIsNotThere() throws Exception {
        byte[] content = "X5O!P%@AP a text that a scanner would find".getBytes(StandardCharsets.UTF_8);
        Specimen.make(CALLS, place, content);
        try (var vault = open()) {
            vault.take(place, null, REASON);
        }
        assertThat(Shell.run("stat -c %a '" + state + "/vault' '" + state + "/vault/key'"))
                .isEqualTo("700\n600\n");
        for (var name : vaultFiles()) {
            assertThat(new String(
                            Files.readAllBytes(state.resolve("vault").resolve(name)), StandardCharsets.ISO_8859_1))
                    .doesNotContain("a scanner")
                    .doesNotContain("evil");
        }
    }

    @Test
    void whenTheNameIsNoTextThenItIsTakenAndRestoredUnderTheSameBytes() throws Exception {
        byte[] name = {'e', '\n', 0x1b, '[', '3', '1', 'm', (byte) 0xff, (byte) 0xc3, ' ', '"', '\\', 'x', '4', '1'};
        var strange = place.parent().resolve(name);
        Specimen.make(CALLS, strange, new byte[] {1});
        var original = Specimen.at(CALLS, strange);
        try (var vault = open()) {
            var taken = vault.take(strange, null, REASON);
            assertThat(Specimen.at(CALLS, strange)).isEmpty();
            assertThat(taken.entry().path().toString()).endsWith("/e\\x0A\\x1B[31m\\xFF\\xC3 \"\\x5Cx41");
            vault.restore(taken.entry().id());
        }
        assertThat(Specimen.at(CALLS, strange)).isEqualTo(original);
    }

    @Test
    void whenItHasAnotherHashThenItStaysWhereItIs() throws Exception {
        Specimen.make(CALLS, place, new byte[] {1});
        var original = Specimen.at(CALLS, place);
        try (var vault = open()) {
            assertThatThrownBy(() -> vault.take(place, Specimen.sha256(new byte[] {2}), REASON))
                    .isInstanceOfSatisfying(
                            VaultException.class, e -> assertThat(e.why()).isEqualTo(VaultException.Why.CHANGED));
            assertThat(vault.ids()).isEmpty();
        }
        assertThat(Specimen.at(CALLS, place)).isEqualTo(original);
    }

    @Test
    void whenItVanishedThenThatIsSaid() throws Exception {
        try (var vault = open()) {
            assertThatThrownBy(() -> vault.take(place, null, REASON))
                    .isInstanceOf(VaultException.class)
                    .hasMessageContaining("there is no such file");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ln -s /etc/hostname", "mkfifo", "mkdir"})
    void whenItIsNoRegularFileThenItIsNotTaken(String command) throws Exception {
        Shell.run(command + " '" + place + "'");
        try (var vault = open()) {
            assertThatThrownBy(() -> vault.take(place, null, REASON)).isInstanceOf(VaultException.class);
            assertThat(vaultFiles()).containsExactly("key");
        }
        Shell.run("stat '" + place + "'");
    }

    @Test
    void whenAFolderOfThePathIsALinkThenNothingIsTakenThroughIt() throws Exception {
        Specimen.make(CALLS, place, new byte[] {1});
        Shell.run("ln -s place '" + folder + "/link'");
        try (var vault = open()) {
            assertThatThrownBy(() -> vault.take(RawPath.of(folder.resolve("link/evil")), null, REASON))
                    .isInstanceOf(VaultException.class);
        }
        assertThat(Specimen.at(CALLS, place)).isPresent();
    }

    @Test
    void whenItGrowsWhileItIsCopiedThenItStaysWhereItIs() throws Exception {
        byte[] content = Specimen.bytes(200_000, 3);
        Files.write(Path.of(place.toString()), content);
        var reads = new int[1];
        var growing = InterposedCalls.of(
                CALLS,
                (name, arguments) -> {
                    if (name.equals("read") && reads[0]++ == 3) {
                        append(new byte[] {1});
                    }
                },
                (name, arguments) -> {});
        try (var vault = open(growing)) {
            assertThatThrownBy(() -> vault.take(place, Specimen.sha256(content), REASON))
                    .isInstanceOfSatisfying(
                            VaultException.class, e -> assertThat(e.why()).isEqualTo(VaultException.Why.CHANGED));
            assertThat(vaultFiles()).containsExactly("key");
        }
        assertThat(Files.size(Path.of(place.toString()))).isEqualTo(200_001);
    }

    @Test
    void whenAnotherFileIsPutInItsPlaceWhileItIsCopiedThenThatOneIsNotRemoved() throws Exception {
        Files.write(Path.of(place.toString()), new byte[] {1});
        var swapping = InterposedCalls.of(
                CALLS,
                (name, arguments) -> {
                    if (name.equals("rename")) {
                        swap();
                    }
                },
                (name, arguments) -> {});
        try (var vault = open(swapping)) {
            assertThatThrownBy(() -> vault.take(place, null, REASON)).isInstanceOf(VaultException.class);
            assertThat(vault.ids()).isEmpty();
        }
        assertThat(Files.readAllBytes(Path.of(place.toString()))).containsExactly(7);
    }

    private void append(byte[] bytes) {
        try {
            Files.write(Path.of(place.toString()), bytes, java.nio.file.StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private void swap() {
        try {
            var fresh = Path.of(place + ".fresh");
            Files.write(fresh, new byte[] {7});
            Files.move(fresh, Path.of(place.toString()), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void whenItHasOtherNamesThenTheirNumberIsTold() throws Exception {
        Specimen.make(CALLS, place, new byte[] {1});
        Shell.run("ln '" + place + "' '" + place + ".second'");
        try (var vault = open()) {
            assertThat(vault.take(place, null, REASON).namesLeft()).isEqualTo(1);
            assertThat(vault.take(RawPath.of(place + ".second"), null, REASON).namesLeft())
                    .isZero();
        }
    }

    @Test
    void whenItIsOpenForWritingThenTheVaultHasWhatWasThereAndTheNameIsGone() throws Exception {
        Specimen.make(CALLS, place, new byte[] {1, 2, 3});
        try (var writer = java.nio.channels.FileChannel.open(
                        Path.of(place.toString()), java.nio.file.StandardOpenOption.WRITE);
                var vault = open()) {
            var taken = vault.take(place, Specimen.sha256(new byte[] {1, 2, 3}), REASON);
            writer.write(ByteBuffer.wrap(new byte[] {9}), 3);
            assertThat(Specimen.at(CALLS, place)).isEmpty();
            vault.restore(taken.entry().id());
        }
        assertThat(Files.readAllBytes(Path.of(place.toString()))).containsExactly(1, 2, 3);
    }

    @Test
    void whenSomethingElseIsInThePlaceThenItIsNotReplaced() throws Exception {
        Specimen.make(CALLS, place, new byte[] {1});
        try (var vault = open()) {
            var id = vault.take(place, null, REASON).entry().id();
            Files.write(Path.of(place.toString()), new byte[] {9});
            assertThatThrownBy(() -> vault.restore(id)).hasMessageContaining("move it away and restore again");
            assertThat(Files.readAllBytes(Path.of(place.toString()))).containsExactly(9);

            Shell.run("mv '" + place + "' '" + place + ".away'");
            vault.restore(id);
            assertThat(Files.readAllBytes(Path.of(place.toString()))).containsExactly(1);
        }
    }

    @Test
    void whenTheFolderIsGoneThenTheFileStaysInTheVaultAndTheMessageSaysWhatToDo() throws Exception {
        Specimen.make(CALLS, place, new byte[] {1});
        try (var vault = open()) {
            var id = vault.take(place, null, REASON).entry().id();
            Shell.run("rmdir '" + place.parent() + "'");
            assertThatThrownBy(() -> vault.restore(id)).hasMessageContaining("make it again and restore once more");
            assertThat(vault.ids()).containsExactly(id);
            Shell.run("mkdir '" + place.parent() + "'");
            vault.restore(id);
        }
        assertThat(Specimen.at(CALLS, place)).isPresent();
    }

    @Test
    void whenAByteInTheVaultIsDamagedThenNothingIsRestored() throws Exception {
        Specimen.make(CALLS, place, Specimen.bytes(100_000, 5));
        try (var vault = open()) {
            var id = vault.take(place, null, REASON).entry().id();
            Shell.run("printf x | dd of='" + state + "/vault/" + id + ".content' bs=1 seek=90000 conv=notrunc");
            assertThatThrownBy(() -> vault.restore(id)).hasMessageContaining("damaged");
            assertThat(Specimen.at(CALLS, place)).isEmpty();
            assertThat(vault.ids()).containsExactly(id);
        }
    }

    @Test
    void whenTheContentWasCutOffThenNothingIsRestored() throws Exception {
        Specimen.make(CALLS, place, Specimen.bytes(65_536 * 3, 5));
        try (var vault = open()) {
            var id = vault.take(place, null, REASON).entry().id();
            Shell.run("truncate -s $((40 + 2 * 65552)) '" + state + "/vault/" + id + ".content'");
            assertThatThrownBy(() -> vault.restore(id)).hasMessageContaining("damaged");
        }
    }

    @Test
    void whenTheVaultsDiskIsFullThenTheFileStaysAndNothingIsLeftInTheVault() throws Exception {
        Specimen.make(CALLS, place, Specimen.bytes(3 << 20, 5));
        var original = Specimen.at(CALLS, place);
        try (var small = PrivateMount.tmpfs(folder.resolve("small"), "1m")) {
            state = small.path();
            try (var vault = open()) {
                assertThatThrownBy(() -> vault.take(place, null, REASON))
                        .isInstanceOfSatisfying(
                                VaultException.class, e -> assertThat(e.why()).isEqualTo(VaultException.Why.FULL))
                        .hasMessageContaining("make room");
                assertThat(vaultFiles()).containsExactly("key");
            }
        }
        assertThat(Specimen.at(CALLS, place)).isEqualTo(original);
    }

    @Test
    void whenTwentyGigabytesDoNotFitThenThatIsSaidBeforeAnyOfThemIsRead() throws Exception {
        Shell.run("truncate -s 20G '" + place + "'");
        var reads = new int[1];
        var counted = InterposedCalls.of(
                CALLS,
                (name, arguments) -> {
                    if (name.equals("read")) {
                        reads[0]++;
                    }
                },
                (name, arguments) -> {});
        try (var small = PrivateMount.tmpfs(folder.resolve("small"), "64m")) {
            state = small.path();
            try (var vault = open(counted)) {
                reads[0] = 0;
                assertThatThrownBy(() -> vault.take(place, null, REASON))
                        .isInstanceOfSatisfying(
                                VaultException.class, e -> assertThat(e.why()).isEqualTo(VaultException.Why.FULL))
                        .hasMessageContaining("the file was left in its place");
                assertThat(reads[0]).isZero();
                assertThat(vaultFiles()).containsExactly("key");
            }
        }
        assertThat(Files.size(Path.of(place.toString()))).isEqualTo(20L << 30);
    }

    @Test
    void whenTheFileSystemIsReadOnlyThenThatIsTheReason() throws Exception {
        try (var mount = PrivateMount.tmpfs(folder.resolve("mount"), "8m")) {
            var there = RawPath.of(mount.path().resolve("evil"));
            Specimen.make(CALLS, there, new byte[] {1});
            var original = Specimen.at(CALLS, there);
            mount.remount("ro");
            try (var vault = open()) {
                assertThatThrownBy(() -> vault.take(there, null, REASON)).hasMessageContaining("mounted read-only");
                assertThat(vault.ids()).isEmpty();
            }
            assertThat(Specimen.at(CALLS, there)).isEqualTo(original);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"i", "a", "ia"})
    void whenItIsImmutableThenItIsTakenAndIsImmutableAgainWhenItIsRestored(String flags) throws Exception {
        try (var mount = PrivateMount.ext4(folder.resolve("mount"), 16)) {
            var there = RawPath.of(mount.path().resolve("evil"));
            Specimen.make(CALLS, there, new byte[] {1});
            Shell.run("chattr +" + flags + " '" + there + "'");
            var original = Specimen.at(CALLS, there);
            try (var vault = open()) {
                var id = vault.take(there, null, REASON).entry().id();
                assertThat(Specimen.at(CALLS, there)).isEmpty();
                vault.restore(id);
            }
            assertThat(Specimen.at(CALLS, there)).isEqualTo(original);
            Shell.run("chattr -ia '" + there + "'");
        }
    }

    @Test
    void whenTheFileSystemHasNoFilesWithoutNameThenItIsBuiltBesideItsPlace() throws Exception {
        Specimen.make(CALLS, place, Specimen.bytes(100_000, 8));
        var original = Specimen.at(CALLS, place);
        var old = InterposedCalls.withoutUnnamed(CALLS);
        comesBackBesideItsPlace(original, old);
    }

    @Test
    void whenTheFileSystemIsOfANetworkThenItComesBackWithoutReplacingAnything() throws Exception {
        Specimen.make(CALLS, place, Specimen.bytes(100_000, 8));
        open().close();
        comesBackBesideItsPlace(Specimen.at(CALLS, place), InterposedCalls.ofNetwork(CALLS));
    }

    private void comesBackBesideItsPlace(Optional<Specimen> original, FileCalls calls) throws Exception {
        try (var vault = open(calls)) {
            var id = vault.take(place, null, REASON).entry().id();
            Files.write(Path.of(place.toString()), new byte[] {9});
            assertThatThrownBy(() -> vault.restore(id)).hasMessageContaining("move it away");
            Shell.run("rm '" + place + "'");
            vault.restore(id);
        }
        assertThat(Specimen.at(CALLS, place)).isEqualTo(original);
        assertThat(Shell.run("ls -A '" + place.parent() + "'")).isEqualTo("evil\n");
    }

    @Test
    void whenTheFolderHandsItsAccessControlListDownThenARestoredFileDoesNotGetIt() throws Exception {
        Files.write(Path.of(place.toString()), new byte[] {1});
        var original = Specimen.at(CALLS, place);
        try (var parent = Handle.folder(CALLS, place.parent())) {
            CALLS.setAttribute(parent.descriptor(), new FileCalls.Attribute("system.posix_acl_default", Specimen.ACL));
        }
        try (var vault = open()) {
            vault.restore(vault.take(place, null, REASON).entry().id());
        }
        assertThat(Specimen.at(CALLS, place)).isEqualTo(original);
    }

    @Test
    void whenALinkIsTakenThenWhatItLeadsToIsLeftAlone() throws Exception {
        Shell.run("echo x > '" + place + "'; cd '" + place.parent()
                + "'; ln -s evil link; touch -h -d '2001-02-03 04:05:06.7' link" + "; chown -h 1000:1001 link");
        var look = "stat -c '%u %g %y %N' '" + place.parent() + "/link'";
        var before = Shell.run(look);
        try (var vault = open()) {
            var entry = vault.takeLink(RawPath.of(place.parent() + "/link"), REASON);
            assertThat(Shell.run("ls '" + place.parent() + "'")).isEqualTo("evil\n");
            vault.restore(entry.id());
        }
        assertThat(Shell.run(look)).isEqualTo(before);
    }

    @Test
    void whenLinesAreCommentedOutThenTheRestStaysAndTheFileComesBackBitForBit() throws Exception {
        Files.writeString(Path.of(place.toString()), "one\ntwo /tmp/evil \\\n  --more\nthree\nlast without end");
        Shell.run("chmod 640 '" + place + "'; chown 1000:1001 '" + place + "'; touch -d '2001-02-03 04:05:06.7' '"
                + place + "'");
        var original = Specimen.at(CALLS, place);
        try (var vault = open()) {
            var entry = vault.commentOut(place, List.of("two /tmp/evil \\\n  --more\n".getBytes()), REASON);
            var mark = "#cordon-" + entry.id().substring(0, 8) + "# ";
            assertThat(Files.readString(Path.of(place.toString())))
                    .isEqualTo("one\n" + mark + "two /tmp/evil \\\n" + mark + "  --more\nthree\nlast without end");
            assertThat(Shell.run("stat -c '%a %u %g' '" + place + "'")).isEqualTo("640 1000 1001\n");
            vault.restore(entry.id());
            assertThat(vault.ids()).isEmpty();
        }
        assertThat(Specimen.at(CALLS, place)).isEqualTo(original);
    }

    @Test
    void whenTheFileWasEditedSinceThenOnlyTheLinesComeBack() throws Exception {
        var file = Path.of(place.toString());
        Files.writeString(file, "one\ntwo\nthree\n");
        try (var vault = open()) {
            var entry = vault.commentOut(place, List.of("two\n".getBytes()), REASON);
            Files.writeString(file, Files.readString(file).replace("one", "uno") + "four\n");
            vault.restore(entry.id());
            assertThat(Files.readString(file)).isEqualTo("uno\ntwo\nthree\nfour\n");

            var again = vault.commentOut(place, List.of("two\n".getBytes()), REASON);
            Files.writeString(file, "uno\nfour\n");
            assertThatThrownBy(() -> vault.restore(again.id())).hasMessageContaining("was changed since");
            assertThat(vault.ids()).containsExactly(again.id());
        }
    }

    @Test
    void whenTheClockJumpsThenNothingOfItMatters() throws Exception {
        Specimen.make(CALLS, place, new byte[] {1});
        var original = Specimen.at(CALLS, place);
        String id;
        try (var vault = Vault.open(state, CALLS, () -> Instant.parse("1970-01-01T00:00:00Z"), Log.silent())) {
            id = vault.take(place, null, REASON).entry().id();
        }
        try (var vault = Vault.open(state, CALLS, () -> Instant.parse("2099-01-01T00:00:00Z"), Log.silent())) {
            vault.restore(id);
        }
        assertThat(Specimen.at(CALLS, place)).isEqualTo(original);
    }

    private List<String> vaultFiles() throws IOException {
        try (var files = Files.list(state.resolve("vault"))) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
