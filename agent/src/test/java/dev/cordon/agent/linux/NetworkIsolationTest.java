package dev.cordon.agent.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.cordon.lab.LabNetwork;
import dev.cordon.lab.Namespace;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Isolates a lab machine and watches from outside what passes. */
class NetworkIsolationTest {

    private static final Duration SHORT = Duration.ofSeconds(10);

    @TempDir
    private Path state;

    private LabNetwork network;
    private Namespace machine;
    private Namespace bystander;
    private Namespace server;
    private Namespace inner;
    private PeerProcess onMachine;
    private PeerProcess onBystander;
    private PeerProcess onServer;
    private PeerProcess onInner;
    private PeerProcess onHub;

    @BeforeEach
    void build() {
        assumeTrue(LabNetwork.missing().isEmpty(), () -> LabNetwork.missing().orElseThrow());
        assumeTrue(Nft.open().isPresent(), "nftables is missing: apt-get install nftables");
        network = LabNetwork.open();
        machine = network.join("machine");
        bystander = network.join("bystander");
        server = network.join("server");
        inner = network.behind(machine, "inner");
        onMachine = new PeerProcess(machine);
        onBystander = new PeerProcess(bystander);
        onServer = new PeerProcess(server);
        onInner = new PeerProcess(inner);
        onHub = new PeerProcess(network.hub());
        assertThat(onMachine.ask("open " + state)).isEqualTo("ok");
    }

    @AfterEach
    void tearDown() {
        if (network != null) {
            network.close();
        }
    }

    private String control() {
        return server.ipv4().getHostAddress() + "," + server.ipv6().getHostAddress();
    }

    /** What passes between the machine, the one behind it and the bystander, by name. */
    private List<String> passing() {
        List<String> passing = new ArrayList<>();
        for (boolean ipv4 : new boolean[] {true, false}) {
            String family = ipv4 ? "4" : "6";
            String other = address(bystander, ipv4);
            String own = address(machine, ipv4);
            for (int port : Peer.PORTS) {
                note(passing, "out-udp" + family + "-" + port, onMachine.ask("udp " + other + " " + port));
                note(passing, "out-tcp" + family + "-" + port, onMachine.ask("tcp " + other + " " + port));
                note(passing, "in-udp" + family + "-" + port, onBystander.ask("udp " + own + " " + port));
                note(passing, "in-tcp" + family + "-" + port, onBystander.ask("tcp " + own + " " + port));
            }
            String name = address(server, ipv4);
            note(passing, "control-host-dns-udp" + family, onMachine.ask("udp " + name + " 53"));
            note(passing, "control-host-dns-tcp" + family, onMachine.ask("tcp " + name + " 53"));
            note(passing, "out-icmp" + family, onMachine.ask("icmp " + other));
            note(passing, "in-icmp" + family, onBystander.ask("icmp " + own));
            note(passing, "forward-out-tcp" + family, onInner.ask("tcp " + other + " 9999"));
            note(passing, "forward-out-udp" + family, onInner.ask("udp " + other + " 53"));
            note(passing, "forward-in-tcp" + family, onBystander.ask("tcp " + address(inner, ipv4) + " 9999"));
            note(passing, "forward-in-udp" + family, onBystander.ask("udp " + address(inner, ipv4) + " 9999"));
        }
        note(passing, "raw-frame", onMachine.ask("raw eth0"));
        return passing;
    }

    private static final int ALL = 2 * (8 + 2 + 2 + 4) + 1;

    private static String address(Namespace namespace, boolean ipv4) {
        return (ipv4 ? namespace.ipv4() : namespace.ipv6()).getHostAddress();
    }

    private static void note(List<String> passing, String name, String answer) {
        if (answer.equals("ok")) {
            passing.add(name);
        }
    }

    /** How many datagrams and connections came to the machine, to the one behind it and to the others. */
    private List<String> heard() {
        return List.of(onMachine, onInner, onBystander, onServer).stream()
                .map(peer -> peer.ask("heard"))
                .toList();
    }

    private void countFrames() {
        String hardware = machine.run(SHORT, "cat", "/sys/class/net/eth0/address")
                .orThrow()
                .strip()
                .replace(":", "");
        assertThat(onHub.ask("count p3 " + hardware)).isEqualTo("ok");
    }

    @Test
    void whenIsolatedThenNothingPassesAndWhenReleasedThenAllPassesWhileTheChannelNeverDrops() {
        assertThat(passing()).hasSize(ALL);
        assertThat(onMachine.ask("stream c4 " + address(server, true))).isEqualTo("ok");
        assertThat(onMachine.ask("stream c6 " + address(server, false))).isEqualTo("ok");
        assertThat(onMachine.ask("stream x " + address(bystander, true))).isEqualTo("ok");
        assertThat(onBystander.ask("stream y " + address(machine, false))).isEqualTo("ok");

        assertThat(onMachine.ask("apply " + control())).isEqualTo("ok");
        countFrames();
        assertThat(onMachine.ask("verify")).startsWith("passed");
        var heardBefore = heard();
        assertThat(passing()).isEmpty();
        assertThat(heard()).as("also of what gets no answer nothing arrives").isEqualTo(heardBefore);
        assertThat(onHub.ask("counted")).matches("\\{control=\\d+(, link=\\d+)?}");
        assertThat(onMachine.ask("streams x")).contains("end=").doesNotContain("end=no");
        assertThat(onMachine.ask("streams from-")).doesNotContain("end=no");

        assertThat(onMachine.ask("release")).isEqualTo("ok");
        assertThat(onMachine.ask("released")).isEqualTo("passed 2");
        assertThat(passing()).hasSize(ALL);

        assertThat(onMachine.ask("apply " + control())).isEqualTo("ok");
        assertThat(passing()).isEmpty();
        assertThat(onMachine.ask("release")).isEqualTo("ok");

        for (PeerProcess end : List.of(onMachine, onServer)) {
            for (String stream :
                    end.ask(end == onMachine ? "streams c" : "streams from-").split(";", -1)) {
                assertThat(stream.isEmpty() || stream.endsWith("end=no"))
                        .as(stream)
                        .isTrue();
            }
        }
    }
}
