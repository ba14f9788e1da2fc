package dev.cordon.agent.linux.execution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.agent.linux.execution.Mount.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MountTest {

    @ParameterizedTest
    @CsvSource({
        "ext4, LOCAL",
        "tmpfs, LOCAL",
        "overlay, LOCAL",
        "hugetlbfs, LOCAL",
        "nfs4, FOREIGN",
        "virtiofs, FOREIGN",
        "vboxsf, FOREIGN",
        "fuse.sshfs, FOREIGN",
        "fuseblk, FOREIGN",
        "proc, PSEUDO",
        "nsfs, PSEUDO"
    })
    void whenAFileSystemIsMountedThenItsTypeTellsWhoseContentItIs(String type, Kind kind) {
        var mount = Mount.parse("36 35 98:0 / /mnt rw,noatime shared:1 - " + type + " source rw")
                .orElseThrow();

        assertThat(mount.kind()).isEqualTo(kind);
    }

    @Test
    void whenAMountPointHasBlanksThenTheyAreBlanksAgain() {
        var mount = Mount.parse("36 35 98:0 / /mnt/my\\040disk rw - ext4 /dev/sda rw")
                .orElseThrow();

        assertThat(mount.point()).isEqualTo("/mnt/my disk");
        assertThat(mount.device()).isEqualTo(98L << 32);
    }
}
