package dev.cordon.agent.finder;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.agent.files.RawPath;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** The machine's own file systems, each once. */
final class MountsTest {

    @Test
    void whenThereAreAllKindsOfMountsThenLocalDisksAreChosenOnce() {
        var text = """
                22 27 0:21 / /proc rw,relatime - proc proc rw
                27 1 254:0 / / rw,relatime - ext4 /dev/vda rw
                28 27 254:0 /var/lib /mnt/again rw - ext4 /dev/vda rw
                29 27 254:16 /sub /data rw shared:1 master:2 - btrfs /dev/vdb rw
                30 27 254:16 /sub/below /data2 rw - btrfs /dev/vdb rw
                31 27 254:16 /other /data3 rw - btrfs /dev/vdb rw
                32 27 0:40 / /net rw - nfs4 server:/x rw
                33 27 0:41 / /home/u/ssh rw - fuse.sshfs u@h: rw
                34 27 8:1 / /usb\\040stick rw - fuseblk /dev/sda1 rw
                35 27 0:42 / /tmp rw - tmpfs tmpfs rw
                36 27 0:43 / /over rw - overlay overlay rw
                37 27 0:44 //deleted /gone rw - tmpfs tmpfs
                """;
        assertThat(Mounts.local(text.getBytes(StandardCharsets.UTF_8)))
                .extracting(RawPath::toString)
                .containsExactlyInAnyOrder("/", "/data", "/data3", "/usb stick", "/tmp", "/over", "/gone");
    }
}
