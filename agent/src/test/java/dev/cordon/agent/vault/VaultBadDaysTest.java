package dev.cordon.agent.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cordon.agent.files.InterposedCalls;
import dev.cordon.agent.files.PrivateMount;
import dev.cordon.agent.files.RawPath;
import dev.cordon.agent.files.Shell;
import dev.cordon.agent.log.Log;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A file that cannot be taken stays in its place, one that cannot be given back stays in the vault, and it is said why. */
final class VaultBadDaysTest extends VaultBed {

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
}
