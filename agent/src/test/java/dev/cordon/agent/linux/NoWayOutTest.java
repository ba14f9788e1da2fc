package dev.cordon.agent.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Isolates machines that have no way out anyway: their verification must neither report a leak nor a cut it did not see. */
class NoWayOutTest {

    @TempDir
    private Path state;

    private LabMachine lab;

    @BeforeEach
    void build() {
        LabMachine.needed();
        lab = new LabMachine(state);
    }

    @AfterEach
    void close() {
        if (lab != null) {
            lab.close();
        }
    }

    private void expectIsolatedAndReleased(String detail) {
        assertThat(lab.onMachine.ask("probe")).startsWith("SUPPORT_ENFORCED ");
        assertThat(lab.onMachine.ask("apply " + lab.control())).isEqualTo("ok");
        assertThat(lab.onMachine.ask("verify")).startsWith("passed");
        assertThat(lab.onMachine.ask("checks")).contains(detail);
        assertThat(lab.onMachine.ask("release")).isEqualTo("ok");
        assertThat(lab.onMachine.ask("released")).isEqualTo("passed 2");
    }

    @Test
    void whenLoopbackIsTheOnlyDeviceThenTheMachineIsIsolatedAndSaysThatThereIsNoWayOut() {
        lab.machine.ip("link delete eth0");

        expectIsolatedAndReleased("there is no way out to try, ENETUNREACH");
    }

    @Test
    void whenEveryDeviceIsDownThenTheMachineIsIsolated() {
        lab.machine.ip("link set eth0 down", "link set lo down");

        expectIsolatedAndReleased("there is no way out to try");
    }

    @Test
    void whenTheMachineHasNoAddressThenTheMachineIsIsolated() {
        lab.machine.ip("address flush dev eth0");

        expectIsolatedAndReleased("there is no way out to try");
    }

    @Test
    void whenRoutesRefuseEverythingThenTheMachineIsIsolated() {
        lab.machine.ip("address flush dev eth0", "route add blackhole default", "route add prohibit ::/0");

        expectIsolatedAndReleased("there is no way out to try");
    }

    @Test
    void whenADeviceComesToAMachineThatHadNoneThenItIsCut() {
        lab.machine.ip("link delete eth0");
        assertThat(lab.onMachine.ask("apply " + lab.control())).isEqualTo("ok");

        lab.network().plugIn(lab.machine, "eth1");

        assertThat(lab.cut()).isTrue();
        String verified = "";
        for (int i = 0; i < 20 && !verified.startsWith("passed"); i++) {
            verified = lab.onMachine.ask("verify");
        }
        assertThat(verified).startsWith("passed");
        assertThat(lab.onMachine.ask("raw eth1")).contains("ENOBUFS");
        assertThat(lab.onMachine.ask("checks")).doesNotContain("no way out");
    }

    /** What is rehearsed when an agent starts must leave nothing behind and send nothing. */
    @Test
    void whenTheAgentHasOnlyStartedThenNoRuleIsInForceAndEverythingPasses() {
        assertThat(lab.onMachine.ask("stream x " + lab.bystander.ipv4().getHostAddress()))
                .isEqualTo("ok");

        assertThat(lab.onMachine.ask("probe")).startsWith("SUPPORT_ENFORCED ");

        assertThat(lab.listing()).isEmpty();
        assertThat(state).isEmptyDirectory();
        assertThat(lab.open()).isTrue();
        assertThat(lab.onMachine.ask("streams x")).endsWith("end=no;");
    }
}
