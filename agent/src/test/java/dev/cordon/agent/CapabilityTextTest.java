package dev.cordon.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.protocol.wire.Capability;
import dev.cordon.protocol.wire.Support;
import java.util.List;
import org.junit.jupiter.api.Test;

final class CapabilityTextTest {

    @Test
    void whenSomethingIsMissingThenTheLineSaysWhatToDo() {
        var full = Capability.newBuilder()
                .setName("InvestigationPackage")
                .setSupport(Support.SUPPORT_ENFORCED)
                .build();
        var partial = Capability.newBuilder()
                .setName("AntivirusScan")
                .setSupport(Support.SUPPORT_PARTIAL)
                .addLimits("Install clamav-daemon.")
                .build();
        var none = Capability.newBuilder()
                .setName("FileBlocking")
                .setSupport(Support.SUPPORT_UNSUPPORTED)
                .addLimits("Run as root.")
                .build();
        assertThat(CapabilityText.of(List.of(full, partial), none).lines())
                .containsExactly(
                        "ok   InvestigationPackage works in full",
                        "ok   AntivirusScan        works in part: Install clamav-daemon.",
                        "no   FileBlocking         does not work here: Run as root.");
    }
}
