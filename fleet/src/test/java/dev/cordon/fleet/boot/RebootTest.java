package dev.cordon.fleet.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.cordon.fleet.client.ApiClient;
import dev.cordon.fleet.client.Session;
import dev.cordon.fleet.client.Tenancy;
import dev.cordon.fleet.machine.LabMachine;
import dev.cordon.fleet.process.Programs;
import dev.cordon.fleet.process.ServerProgram;
import dev.cordon.fleet.process.ServerProgram.Place;
import dev.cordon.lab.LabNetwork;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.InstantSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of an isolation when the machine boots, by the units that {@code cordon agent install} writes. */
class RebootTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String NAME = "m1.example.test";
    private static final String TABLE = "table inet cordon_isolation";
    private static final String FRAMES = "table netdev cordon_frames";
    private static final String GUARD = "table inet cordon_guard_";
    private static final String ADMINISTRATORS = "table inet filter";

    @TempDir
    private Path directory;

    @BeforeEach
    void possible() {
        assumeTrue(
                BootedMachine.missing().isEmpty(), () -> BootedMachine.missing().orElseThrow());
    }

    @Test
    void whenAnIsolatedMachineBootsThenItIsCutBeforeItsNetworkComesUpAndStaysSo() throws Exception {
        Path state = stateOfAMachineThatWasIsolated();

        try (var machine = BootedMachine.boot(directory, state)) {
            assertThat(machine.say("cat", "/run/witness"))
                    .as("before network.target, with no agent running")
                    .contains(TABLE, ADMINISTRATORS)
                    .doesNotContain(GUARD);
            assertThat(machine.run("systemctl", "is-active", "cordon-agent").status())
                    .isNotZero();

            machine.say("systemctl", "restart", "nftables");
            await("isolation unit")
                    .atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(machine.rules()).contains(TABLE, ADMINISTRATORS));

            machine.say("systemctl", "start", "cordon-agent");
            await("agent")
                    .atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(machine.rules()).contains(TABLE, GUARD, ADMINISTRATORS));

            machine.say("systemctl", "reload", "nftables");
            await("watcher")
                    .atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(machine.rules()).contains(TABLE, GUARD, ADMINISTRATORS));

            machine.say("systemctl", "kill", "--signal=KILL", "cordon-agent");
            assertThat(machine.rules()).contains(TABLE);
            await("next agent")
                    .atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(machine.rules()).contains(TABLE, GUARD));
        }
    }

    @Test
    void whenAMachineThatIsNotIsolatedBootsThenNothingIsCut() throws Exception {
        Path state = Files.createDirectory(
                directory.resolve("state"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));

        try (var machine = BootedMachine.boot(directory, state)) {
            assertThat(machine.say("cat", "/run/witness"))
                    .contains(ADMINISTRATORS)
                    .doesNotContain("cordon");
            assertThat(machine.say("systemctl", "show", "-p", "ConditionResult", "cordon-isolation"))
                    .contains("ConditionResult=no");
            assertThat(machine.rules()).doesNotContain("cordon").doesNotContain(FRAMES);
        }
    }

    /** Enrolls a machine in a lab, isolates it through the API and switches everything off. */
    private Path stateOfAMachineThatWasIsolated() {
        var programs = new Programs.SameClassPath();
        try (var network = LabNetwork.open()) {
            String address = network.linkHost().getFirst().getHostAddress();
            Place place = Place.free(directory.resolve("server"), directory.resolve("server.log"), address, address);
            try (var server = ServerProgram.start(programs, place);
                    var client = new ApiClient(place.url(), place.caFile());
                    var machine = new LabMachine(NAME, network.join("m1"), programs, directory)) {
                Tenancy tenancy = Tenancy.create(client, server.operator());
                machine.enroll(place.url().toString(), tenancy.enrollmentToken());
                var session = new Session(client, tenancy.application(), InstantSource.system());
                isolate(session);
                assertThat(machine.isolated()).isTrue();
                machine.killAgent();
                return machine.state();
            }
        }
    }

    private static void isolate(Session session) {
        String action = session.post(
                        "/api/machines/" + NAME + "/isolate", "{\"Comment\":\"test\",\"IsolationType\":\"Full\"}")
                .orThrow()
                .json()
                .path("id")
                .asString();
        await("isolation")
                .atMost(PATIENCE)
                .untilAsserted(() -> assertThat(session.get("/api/machineactions/" + action)
                                .orThrow()
                                .json()
                                .path("status")
                                .asString())
                        .isEqualTo("Succeeded"));
    }
}
