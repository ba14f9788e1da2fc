package dev.cordon.agent.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.cordon.protocol.wire.Direction;
import dev.cordon.protocol.wire.IsolationExclusion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Isolates a lab machine but for some flows: those pass, nothing else does. */
class SelectiveIsolationTest {

    private static final Duration SHORT = Duration.ofSeconds(10);
    private static final Path CGROUPS = Path.of("/sys/fs/cgroup/unified");

    @TempDir
    private Path state;

    private LabMachine lab;
    private String other;
    private String other6;

    @BeforeEach
    void build() {
        LabMachine.needed();
        lab = new LabMachine(state);
        other = lab.bystander.ipv4().getHostAddress();
        other6 = lab.bystander.ipv6().getHostAddress();
    }

    @AfterEach
    void close() {
        if (lab != null) {
            lab.close();
        }
    }

    private void isolate(IsolationExclusion.Builder... exclusions) {
        StringBuilder command = new StringBuilder("apply ").append(lab.control());
        for (var exclusion : exclusions) {
            command.append(' ').append(IsolationCommands.encoded(exclusion.build()));
        }
        assertThat(lab.onMachine.ask(command.toString())).isEqualTo("ok");
        assertThat(lab.onMachine.ask("verify")).startsWith("passed");
    }

    private static IsolationExclusion.Builder exclusion() {
        return IsolationExclusion.newBuilder().setName("test");
    }

    @Test
    void whenADestinationIsExcludedThenOnlyItsPortAndProtocolPass() {
        assertThat(lab.onMachine.ask("stream x " + other)).isEqualTo("ok");

        isolate(exclusion()
                .addDestinations(other)
                .addDestinations(other6)
                .addPorts(9999)
                .setProtocol("tcp"));

        assertThat(lab.onMachine.ask("tcp " + other + " 9999")).isEqualTo("ok");
        assertThat(lab.onMachine.ask("tcp " + other6 + " 9999")).isEqualTo("ok");
        assertThat(lab.onMachine.ask("tcp " + other + " 53")).contains("failed");
        assertThat(lab.onMachine.ask("udp " + other + " 9999")).contains("failed");
        assertThat(lab.onBystander.ask("tcp " + lab.machine.ipv4().getHostAddress() + " 9999"))
                .contains("failed");
        assertThat(lab.onMachine.ask("tcp " + lab.server.ipv4().getHostAddress() + " 9999"))
                .contains("failed");
        assertThat(lab.onMachine.ask("streams x")).doesNotContain("end=no");
    }

    @Test
    void whenAConnectionIsAllowedThenItIsNotEnded() {
        assertThat(lab.onMachine.ask("stream x " + other)).isEqualTo("ok");

        isolate(exclusion().addDestinations(other + "/32").addPorts(Peer.CONTROL_PORT));

        assertThat(lab.onMachine.ask("tampering 300")).isEqualTo("nothing");
        assertThat(lab.onMachine.ask("streams x")).endsWith("end=no;");
    }

    @Test
    void whenInboundIsExcludedThenOnlyThatPeerComesIn() {
        isolate(exclusion().addDestinations(other).addPorts(9999).setDirection(Direction.DIRECTION_INBOUND));

        String machine = lab.machine.ipv4().getHostAddress();
        assertThat(lab.onBystander.ask("tcp " + machine + " 9999")).isEqualTo("ok");
        assertThat(lab.onBystander.ask("udp " + machine + " 9999")).isEqualTo("ok");
        assertThat(lab.onBystander.ask("tcp " + machine + " 53")).contains("failed");
        assertThat(lab.onServer.ask("tcp " + machine + " 9999")).contains("failed");
        assertThat(lab.onMachine.ask("tcp " + other + " 9999")).contains("failed");
    }

    @Test
    void whenAUserIsExcludedThenOnlyHisProgramsPass() {
        isolate(exclusion().setUser("nobody"));

        assertThat(talks("setpriv", "--reuid=nobody", "--clear-groups")).isTrue();
        assertThat(talks("env")).isFalse();
        assertThat(lab.onMachine.ask("udp " + other + " 9999")).contains("failed");
    }

    /** Whether a program started in this way gets answers by TCP and UDP. */
    private boolean talks(String... how) {
        String script = "for p in tcp udp; do exec 3<>/dev/$p/" + other
                + "/9999 || exit 1; printf x >&3 || exit 1; read -t 1 -N 1 -u 3 c || exit 1; done";
        String[] command = new String[how.length + 3];
        System.arraycopy(how, 0, command, 0, how.length);
        command[how.length] = "bash";
        command[how.length + 1] = "-c";
        command[how.length + 2] = script;
        return lab.machine.run(SHORT, command).status() == 0;
    }

    @Test
    void whenAServiceIsExcludedThenItPassesEvenAfterItWasStartedAgain() throws Exception {
        assumeTrue(Files.exists(CGROUPS.resolve("cgroup.procs")), "there is no cgroup v2 to make a service in");
        Path slice = CGROUPS.resolve("system.slice");
        boolean made = !Files.exists(slice);
        Path service = slice.resolve("cordon-test.service");
        Files.createDirectories(service);
        try {
            lab.onMachine.kill();
            lab.onMachine = new PeerProcess(
                    lab.machine, "sh", "-c", "mount -t cgroup2 none /sys/fs/cgroup && exec \"$@\"", "sh");
            assertThat(lab.onMachine.ask("open " + state)).isEqualTo("ok");

            isolate(exclusion().setService("cordon-test.service"));
            assertThat(serviceTalks(service)).isTrue();
            assertThat(talks("env")).isFalse();

            Files.delete(service);
            Files.createDirectory(service);
            await().atMost(Duration.ofSeconds(60)).until(() -> serviceTalks(service));
            assertThat(talks("env")).isFalse();
            assertThat(lab.onMachine.ask("apply " + lab.control() + " "
                            + IsolationCommands.encoded(
                                    exclusion().setService("no-such.service").build())))
                    .contains("there is no service 'no-such.service'");
            assertThat(lab.onMachine.ask("verify")).startsWith("passed");
        } finally {
            Files.deleteIfExists(service);
            if (made) {
                Files.deleteIfExists(slice);
            }
        }
    }

    private boolean serviceTalks(Path service) throws IOException, InterruptedException {
        String script = "for p in tcp udp; do exec 3<>/dev/$p/" + other
                + "/9999 || exit 1; printf x >&3 || exit 1; read -t 1 -N 1 -u 3 c || exit 1; done";
        Process process = new ProcessBuilder(
                        "bash",
                        "-c",
                        "echo $$ > " + service + "/cgroup.procs; exec ip netns exec " + lab.machine.name()
                                + " bash -c '" + script + "'")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
    }

    @Test
    void whenTheControlAddressChangesThenTheNewOnePassesAndTheOldOneDoesNot() {
        assertThat(lab.onMachine.ask("apply " + lab.control())).isEqualTo("ok");
        assertThat(lab.onMachine.ask("stream old " + lab.server.ipv4().getHostAddress()))
                .isEqualTo("ok");
        assertThat(lab.onMachine.ask("stream new " + other)).contains("error");

        assertThat(lab.onMachine.ask("update " + lab.control() + "," + other)).isEqualTo("ok");
        assertThat(lab.onMachine.ask("stream new " + other)).isEqualTo("ok");
        assertThat(lab.onMachine.ask("streams old")).endsWith("end=no;");

        assertThat(lab.onMachine.ask("update " + other)).isEqualTo("ok");
        assertThat(lab.onMachine.ask("stream third " + lab.server.ipv4().getHostAddress()))
                .contains("error");
        assertThat(lab.onMachine.ask("verify " + other)).startsWith("passed");
        assertThat(lab.onMachine.ask("tampering 0")).isEqualTo("nothing");
    }

    @Test
    void whenTheLibraryIsMissingThenTheProgramDoesTheSame() {
        lab.onMachine.ask("close");
        assertThat(lab.onMachine.ask("open " + state + " program")).isEqualTo("ok");
        assertThat(lab.onMachine.ask("probe")).startsWith("SUPPORT_PARTIAL").contains("libnftables is missing");

        assertThat(lab.onMachine.ask("apply " + lab.control())).isEqualTo("ok");
        assertThat(lab.onMachine.ask("verify")).startsWith("passed");
        assertThat(lab.cut()).isTrue();
        lab.nft("flush", "ruleset").orThrow();
        assertThat(lab.onMachine.ask("tampering 5000")).contains("was deleted");
        assertThat(lab.onMachine.ask("verify")).startsWith("passed");
        assertThat(lab.onMachine.ask("release")).isEqualTo("ok");
        assertThat(lab.listing()).isEmpty();
        assertThat(lab.open()).isTrue();
    }

    @Test
    void whenThePrivilegeIsMissingThenTheCapabilitySaysWhatToDo() {
        lab.onMachine.kill();
        lab.onMachine = new PeerProcess(lab.machine, "setpriv", "--bounding-set=-net_admin", "--inh-caps=-net_admin");
        assertThat(lab.onMachine.ask("open " + state)).isEqualTo("ok");

        assertThat(lab.onMachine.ask("probe")).startsWith("SUPPORT_UNSUPPORTED").contains("AmbientCapabilities");
        assertThat(lab.onMachine.ask("apply " + lab.control())).contains("this machine cannot be isolated");
        assertThat(lab.onMachine.ask("inforce")).isEqualTo("false");
    }

    @Test
    void whenTheStateFileCannotBeWrittenThenNothingIsCut() {
        lab.onMachine.ask("close");
        assertThat(lab.onMachine.ask("open " + state.resolve("missing"))).isEqualTo("ok");

        assertThat(lab.onMachine.ask("apply " + lab.control())).contains("the isolation was not changed");
        assertThat(lab.listing()).isEmpty();
        assertThat(lab.open()).isTrue();
    }

    @Test
    void whenTheCapabilityIsProbedThenItIsEnforcedAndNothingChanges() {
        assertThat(lab.onMachine.ask("probe")).startsWith("SUPPORT_ENFORCED");
        assertThat(lab.listing()).isEmpty();
    }
}
