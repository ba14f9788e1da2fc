package dev.cordon.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LabNetworkTest {

    private static final Duration SHORT = Duration.ofSeconds(10);

    @BeforeEach
    void needsRoot() {
        assumeTrue(LabNetwork.missing().isEmpty(), () -> LabNetwork.missing().orElseThrow());
    }

    @Test
    void whenMachinesJoinThenTheyReachEachOtherOverBothFamilies() {
        try (LabNetwork network = LabNetwork.open()) {
            Namespace one = network.join("one");
            Namespace two = network.join("two");

            assertThat(reaches(one, two.ipv4())).isTrue();
            assertThat(reaches(one, two.ipv6())).isTrue();
        }
    }

    @Test
    void whenAMachineIsBehindAnotherThenItIsReachedThroughIt() {
        try (LabNetwork network = LabNetwork.open()) {
            Namespace gateway = network.join("gateway");
            Namespace bystander = network.join("bystander");
            Namespace inner = network.behind(gateway, "inner");

            assertThat(reaches(inner, bystander.ipv4())).isTrue();
            assertThat(reaches(bystander, inner.ipv6())).isTrue();
        }
    }

    @Test
    void whenTheHostIsLinkedThenAServerOnItIsReached() throws IOException {
        try (LabNetwork network = LabNetwork.open()) {
            Namespace machine = network.join("machine");
            List<InetAddress> host = network.linkHost();

            try (var server = new ServerSocket()) {
                server.bind(new InetSocketAddress(host.getFirst(), 0));
                String url = "/dev/tcp/" + host.getFirst().getHostAddress() + "/" + server.getLocalPort();
                assertThat(machine.run(SHORT, "bash", "-c", "exec 3<>" + url).status())
                        .isZero();
            }
        }
    }

    @Test
    void whenTwoNetworksAreOpenThenTheyDoNotShareAddresses() {
        try (LabNetwork first = LabNetwork.open();
                LabNetwork second = LabNetwork.open()) {
            assertThat(first.join("a").ipv4()).isNotEqualTo(second.join("a").ipv4());
        }
    }

    @Test
    void whenANetworkIsClosedThenNothingIsLeft() {
        Namespace machine;
        Process sleeper;
        try (LabNetwork network = LabNetwork.open()) {
            machine = network.join("gone");
            sleeper = machine.start("sleep", "60");
            network.linkHost();
        }

        assertThat(Programs.ip("netns", "list").output()).doesNotContain(machine.name());
        assertThat(sleeper.onExit().orTimeout(5, TimeUnit.SECONDS).join().isAlive())
                .isFalse();
    }

    @Test
    void whenAProgramTakesTooLongThenItIsEndedAndReported() {
        try (LabNetwork network = LabNetwork.open()) {
            Namespace machine = network.join("slow");

            assertThatThrownBy(() -> machine.run(Duration.ofMillis(300), "sleep", "30"))
                    .isInstanceOf(LabException.class)
                    .hasMessageContaining("did not end within");
        }
    }

    private static boolean reaches(Namespace from, InetAddress to) {
        Completed refused = from.run(SHORT, "bash", "-c", "exec 3<>/dev/tcp/" + to.getHostAddress() + "/9");
        return refused.output().contains("refused");
    }
}
