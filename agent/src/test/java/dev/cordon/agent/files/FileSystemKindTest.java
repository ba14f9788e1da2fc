package dev.cordon.agent.files;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whose files are on a file system of a type. */
final class FileSystemKindTest {

    @ParameterizedTest
    @CsvSource({
        "ext4, LOCAL", "tmpfs, LOCAL", "overlay, LOCAL", "fuseblk, LOCAL", "of-tomorrow, LOCAL",
        "proc, KERNEL", "cgroup2, KERNEL", "nfs4, NETWORK", "virtiofs, NETWORK", "davfs, NETWORK",
        "fuse, USER_SPACE", "fuse.sshfs, USER_SPACE"
    })
    void whenATypeIsNamedThenItsFilesAreSomebodys(String type, FileSystemKind kind) {
        assertThat(FileSystemKind.of(type)).isEqualTo(kind);
    }
}
