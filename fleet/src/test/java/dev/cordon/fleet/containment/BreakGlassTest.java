package dev.cordon.fleet.containment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import dev.cordon.fleet.machine.LabMachine;
import dev.cordon.fleet.process.RunningProgram.Ended;
import dev.cordon.lab.LabNetwork;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The way out when nothing else works: a code, used on the machine, of which the server learns afterwards. */
class BreakGlassTest {

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final String WRONG = "AAAAA-AAAAA-AAAAA-AAAAA";

    @TempDir
    static Path directory;

    private static TestBed bed;
    private static LabMachine machine;

    @BeforeAll
    static void open() {
        assumeThat(LabNetwork.missing()).isEmpty();
        bed = TestBed.open(directory, 1);
        machine = (LabMachine) bed.machine(1);
    }

    @AfterAll
    static void close() {
        if (bed != null) {
            bed.close();
        }
    }

    @Test
    void whenTheServerIsGoneThenTheCodeReleasesTheMachineOnceAndTheServerLearnsOfIt() {
        bed.isolateForSure(1);
        String code = code();
        bed.killServer();

        Ended refused = release(WRONG);
        assertThat(refused.status()).isEqualTo(1);
        assertThat(refused.output()).contains("the try was recorded");
        assertThat(machine.isolated()).isTrue();

        assertThat(release(code).status()).isZero();
        assertThat(machine.isolated()).isFalse();
        assertThat(release(code).status()).as("a second time").isEqualTo(1);

        bed.startServer();
        expectTheServerToKnow();
        assertThat(events()).contains("machine.break-glass-refused", "machine.break-glass-used");
        assertThat(bed.administrator()
                        .get("/cordon/v1/audit/verification")
                        .orThrow()
                        .body())
                .contains("true");
    }

    @Test
    void whenTheAgentIsDeadAsWellThenTheCodeReleasesTheMachineAndTheNextAgentLeavesItSo() {
        bed.isolateForSure(1);
        String code = code();
        long before = used();
        machine.killAgent();
        assertThat(machine.isolated()).isTrue();

        assertThat(release(code).status()).isZero();
        assertThat(machine.isolated()).isFalse();

        machine.startAgent();
        expectTheServerToKnow();
        assertThat(used()).isEqualTo(before + 1);
        assertThat(machine.isolated()).isFalse();
    }

    private static Ended release(String code) {
        return machine.agent(
                "release", "--code", code, "--state", machine.state().toString());
    }

    private static String code() {
        return bed.administrator()
                .post("/cordon/v1/machines/" + bed.machineId(1) + "/break-glass-code", "{}")
                .orThrow()
                .json()
                .path("code")
                .asString();
    }

    private static void expectTheServerToKnow() {
        String id = bed.machineId(1);
        await().atMost(PATIENCE).untilAsserted(() -> {
            var isolation = bed.state(id).path("aspects").path(0);
            assertThat(isolation.path("observed").asString("")).isEqualTo("None");
            assertThat(isolation.path("desired").asString("")).isEqualTo("None");
        });
    }

    private static long used() {
        return events().stream().filter("machine.break-glass-used"::equals).count();
    }

    private static List<String> events() {
        return bed.administrator()
                .get("/cordon/v1/audit")
                .orThrow()
                .json()
                .path("value")
                .valueStream()
                .map(entry -> entry.path("event").asString(""))
                .toList();
    }
}
