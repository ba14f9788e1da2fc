package dev.cordon.agent.linux;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.cordon.lab.Completed;
import dev.cordon.lab.LabNetwork;
import dev.cordon.lab.Namespace;
import java.nio.file.Path;
import java.time.Duration;

/** A lab machine that can be isolated, a gateway for it, and a bystander, each with a {@link Peer} running inside. */
final class LabMachine implements AutoCloseable {

    private static final Duration SHORT = Duration.ofSeconds(10);

    private final LabNetwork network = LabNetwork.open();
    private final Path state;
    final Namespace machine;
    final Namespace bystander;
    final Namespace server;
    final PeerProcess onBystander;
    final PeerProcess onServer;
    PeerProcess onMachine;

    LabMachine(Path state, String... how) {
        this.state = state;
        machine = network.join("machine");
        bystander = network.join("bystander");
        server = network.join("server");
        onMachine = start(how);
        onBystander = new PeerProcess(bystander);
        onServer = new PeerProcess(server);
    }

    static void needed() {
        assumeTrue(LabNetwork.missing().isEmpty(), () -> LabNetwork.missing().orElseThrow());
        assumeTrue(NftProgram.open().isPresent(), "nftables is missing: apt-get install nftables");
    }

    private PeerProcess start(String... how) {
        PeerProcess peer = new PeerProcess(machine);
        peer.ask(("open " + state + " " + String.join(" ", how)).strip());
        return peer;
    }

    /** Ends the machine's agent as a crash would, and starts another. */
    void restart() {
        onMachine.kill();
        onMachine = start();
    }

    LabNetwork network() {
        return network;
    }

    String control() {
        return server.ipv4().getHostAddress() + "," + server.ipv6().getHostAddress();
    }

    Completed nft(String... words) {
        String[] command = new String[words.length + 1];
        command[0] = "nft";
        System.arraycopy(words, 0, command, 1, words.length);
        return machine.run(SHORT, command);
    }

    String listing() {
        return nft("list", "ruleset").orThrow();
    }

    /** Whether a program on the machine reaches the bystander by UDP and TCP, over both families. */
    boolean open() {
        return reaches("4") && reaches("6");
    }

    boolean cut() {
        return !reaches("4") && !reaches("6");
    }

    private boolean reaches(String family) {
        String other = (family.equals("4") ? bystander.ipv4() : bystander.ipv6()).getHostAddress();
        return onMachine.ask("udp " + other + " 9999").equals("ok")
                || onMachine.ask("tcp " + other + " 9999").equals("ok");
    }

    @Override
    public void close() {
        network.close();
    }
}
