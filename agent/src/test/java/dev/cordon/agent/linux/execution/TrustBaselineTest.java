package dev.cordon.agent.linux.execution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.agent.hash.FileHash;
import dev.cordon.agent.hash.FileHasher;
import dev.cordon.agent.hash.HashAlgorithm;
import dev.cordon.agent.log.Log;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is trusted of the packages that dpkg installed. */
final class TrustBaselineTest {

    @TempDir
    Path folder;

    private Path root;
    private Path info;
    private TrustBaseline baseline;

    @BeforeEach
    void packages() throws Exception {
        root = folder.resolve("root");
        info = folder.resolve("info");
        Files.createDirectories(root.resolve("usr/bin"));
        Files.createDirectories(info);
        baseline = new TrustBaseline(folder, List.of(new Dpkg(info, root)), Log.silent());
        program("usr/bin/tool", "tool");
        program("usr/bin/changed", "changed");
        program("usr/bin/made", "made by its package's script");
        Files.writeString(root.resolve("usr/readme"), "no program");
        Files.writeString(
                info.resolve("pkg.list"),
                "/.\n/usr\n/usr/bin\n/usr/bin/tool\n/usr/bin/changed\n/usr/bin/made\n/usr/bin/gone\n/usr/readme\n");
        Files.writeString(
                info.resolve("pkg.md5sums"),
                hash("usr/bin/tool", HashAlgorithm.MD5) + "  usr/bin/tool\n"
                        + "0123456789abcdef0123456789abcdef  usr/bin/changed\n"
                        + "1123456789abcdef0123456789abcdef  usr/bin/gone\n"
                        + hash("usr/readme", HashAlgorithm.MD5) + "  usr/readme\n");
    }

    private void program(String name, String content) throws Exception {
        Files.writeString(root.resolve(name), content);
        Files.setPosixFilePermissions(root.resolve(name), PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private FileHash hash(String name, HashAlgorithm algorithm) throws Exception {
        try (var hasher = FileHasher.open()) {
            return hasher.hash(root.resolve(name), EnumSet.of(algorithm), FileHasher.NO_LIMIT)
                    .values()
                    .getFirst();
        }
    }

    @Test
    void whenCapturedThenProgramsAreTrustedByTheirPackagesValueAndOthersByTheirContent() throws Exception {
        var trusted = baseline.capture(false, false);

        assertThat(trusted.contains(hash("usr/bin/tool", HashAlgorithm.MD5))).isTrue();
        assertThat(trusted.contains(hash("usr/bin/made", HashAlgorithm.SHA256))).isTrue();
        assertThat(trusted.contains(hash("usr/bin/changed", HashAlgorithm.MD5)))
                .as("not what its package installed")
                .isFalse();
        assertThat(trusted.contains(hash("usr/readme", HashAlgorithm.MD5)))
                .as("no program")
                .isFalse();
        assertThat(trusted.contains(FileHash.parse("1123456789abcdef0123456789abcdef")))
                .as("not on the disk")
                .isFalse();
        assertThat(trusted.size()).isEqualTo(3);
    }

    @Test
    void whenWhatWasKeptIsWholeThenItIsUsedAgainAndOtherwiseLookedUpAnew() throws Exception {
        var first = baseline.capture(false, false);
        program("usr/bin/late", "late");
        Files.writeString(info.resolve("late.list"), "/usr/bin/late\n");

        assertThat(baseline.capture(true, false)).isEqualTo(first);

        var kept = folder.resolve("execution.trust");
        byte[] bytes = Files.readAllBytes(kept);
        bytes[bytes.length / 2] ^= 1;
        Files.write(kept, bytes);
        assertThat(baseline.capture(true, false).size()).isEqualTo(first.size() + 1);
    }
}
