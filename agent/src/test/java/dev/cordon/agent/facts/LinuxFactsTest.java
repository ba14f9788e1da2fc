package dev.cordon.agent.facts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.protocol.wire.MachineFacts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class LinuxFactsTest {

    @TempDir
    Path root;

    private void file(String name, String content) throws IOException {
        var file = root.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }

    private MachineFacts read() {
        return new LinuxFacts(root, Optional.empty(), "0.1.0").read();
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "ID=debian, VERSION_ID=\"12\", Debian, 12",
                "ID=ubuntu, VERSION_ID='24.04', Ubuntu, 24.04",
                "ID=\"rhel\", VERSION_ID=\"9.4\", RedHatEnterpriseLinux, 9.4",
                "ID=\"ol\", VERSION_ID=\"8.10\", OracleLinux, 8.10",
                "ID=sles, VERSION_ID=15.6, SUSELinuxEnterpriseServer, 15.6",
                "ID=gentoo, VERSION_ID=\"2.17\", Linux, 2.17",
            })
    void whenADistributionNamesItselfThenPlatformAndReleaseAreItsOwn(
            String id, String version, String platform, String release) throws IOException {
        file("etc/os-release", "# a comment\nNAME=\"Some = Name\"\n" + id + "\n" + version + "\n\nBROKEN\n");
        var facts = read();
        assertThat(facts.getOsPlatform()).isEqualTo(platform);
        assertThat(facts.getOsRelease()).isEqualTo(release);
    }

    @Test
    void whenOnlyTheVendorsFileIsThereThenItIsRead() throws IOException {
        file("usr/lib/os-release", "ID=fedora\nVERSION_ID=41\n");
        assertThat(read().getOsPlatform()).isEqualTo("Fedora");
        file("etc/os-release", "ID=rocky\n");
        assertThat(read().getOsPlatform()).isEqualTo("RockyLinux");
        assertThat(read().getOsRelease()).isEmpty();
    }

    @Test
    void whenNothingCanBeReadThenItIsLeftOutInsteadOfGuessed() {
        var facts = read();
        assertThat(facts.getOsPlatform()).isEqualTo("Linux");
        assertThat(facts.getOsRelease()).isEmpty();
        assertThat(facts.getOsBuild()).isZero();
        assertThat(facts.getComputerDnsName()).isEqualTo("localhost");
    }

    @Test
    void whenTheKernelNamesItsBuildThenTheNumberIsTaken() throws IOException {
        file("proc/sys/kernel/version", "#52~22.04.1-Ubuntu SMP PREEMPT_DYNAMIC Mon Jan 1 00:00:00 UTC 2026\n");
        file("proc/sys/kernel/hostname", "web-1.example.com\n");
        assertThat(read().getOsBuild()).isEqualTo(52);
        assertThat(read().getComputerDnsName()).isEqualTo("web-1.example.com");
        assertThat(new LinuxFacts(root, Optional.of("other"), "0.1.0").read().getComputerDnsName())
                .isEqualTo("other");
    }

    @Test
    void whenThisMachineIsLookedAtThenItsLoopbackIsThere() {
        assertThat(read().getIpAddressesList()).anySatisfy(address -> {
            assertThat(address.getIpAddress()).isEqualTo("127.0.0.1");
            assertThat(address.getType()).isEqualTo("SoftwareLoopback");
            assertThat(address.getOperationalStatus()).isEqualTo("Up");
        });
    }
}
