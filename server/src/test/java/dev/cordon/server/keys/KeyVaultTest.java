package dev.cordon.server.keys;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class KeyVaultTest {

    private static final byte[] SECRET = "a private key".getBytes(UTF_8);

    @TempDir
    private Path folder;

    @Test
    void whenOpenedAgainThenWhatWasWrappedUnwraps() {
        var wrapped = vault("master.key").wrap(SECRET, "tenant key 1");
        assertThat(vault("master.key").unwrap(wrapped, "tenant key 1")).isEqualTo(SECRET);
        assertThat(new String(wrapped, UTF_8)).doesNotContain("private");
    }

    @Test
    void whenTheSameIsWrappedTwiceThenTheBytesDiffer() {
        var vault = vault("master.key");
        assertThat(vault.wrap(SECRET, "c")).isNotEqualTo(vault.wrap(SECRET, "c"));
    }

    @Test
    void whenAnyByteIsChangedThenItDoesNotUnwrap() {
        var vault = vault("master.key");
        var wrapped = vault.wrap(SECRET, "c");
        for (int i = 0; i < wrapped.length; i++) {
            var changed = wrapped.clone();
            changed[i] ^= 1;
            assertThatThrownBy(() -> vault.unwrap(changed, "c")).isInstanceOf(KeyException.class);
        }
        for (int length = 0; length < wrapped.length; length++) {
            var cut = java.util.Arrays.copyOf(wrapped, length);
            assertThatThrownBy(() -> vault.unwrap(cut, "c")).isInstanceOf(KeyException.class);
        }
    }

    @Test
    void whenWrappedBytesAreMovedToAnotherRowThenTheyDoNotUnwrap() {
        var vault = vault("master.key");
        var wrapped = vault.wrap(SECRET, "tenant key 1");
        assertThatThrownBy(() -> vault.unwrap(wrapped, "tenant key 2")).isInstanceOf(KeyException.class);
    }

    @Test
    void whenTheMasterKeyIsAnotherThenTheMessageSaysWhatToRestore() {
        var wrapped = vault("master.key").wrap(SECRET, "c");
        assertThatThrownBy(() -> vault("other.key").unwrap(wrapped, "c"))
                .isInstanceOf(KeyException.class)
                .hasMessageContaining("Restore the master.key");
    }

    @Test
    void whenTheFileIsMadeThenOnlyItsOwnerReadsIt() throws IOException {
        vault("master.key");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("master.key"))))
                .isEqualTo("rw-------");
        assertThat(folder).isDirectoryNotContaining("glob:**.new");
    }

    @Test
    void whenTheFileIsCutShortThenItIsRefusedAndLeftAlone() throws IOException {
        var file = folder.resolve("master.key");
        Files.write(file, new byte[31]);
        assertThatThrownBy(() -> KeyVault.open(file))
                .isInstanceOf(KeyException.class)
                .hasMessageContaining("damaged");
        assertThat(Files.size(file)).isEqualTo(31);
    }

    private KeyVault vault(String name) {
        return KeyVault.open(folder.resolve(name));
    }
}
