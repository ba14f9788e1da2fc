package dev.cordon.fleet.containment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cordon.fleet.client.Exchange;
import dev.cordon.fleet.client.ServerUnreachableException;
import dev.cordon.fleet.client.Session;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kill -9 at any point of an isolation: afterwards every action ends truthfully and the machine is as last asked. */
class KilledProcessesTest {

    private static final int ROUNDS = 6;
    private static final long SEED = 20261121;

    @TempDir
    static Path directory;

    private static TestBed bed;

    @BeforeAll
    static void open() {
        bed = TestBed.open(directory, 1);
    }

    @AfterAll
    static void close() {
        bed.close();
    }

    @Test
    void whenTheServerIsKilledAnywhereInAnActionThenTheActionEndsTruthfully() throws Exception {
        var random = new Random(SEED);
        for (int round = 0; round < ROUNDS; round++) {
            boolean isolate = round % 2 == 0;
            // an agent that lost one server after another waits up to a minute, as it should: each round has a new one
            bed.machine(1).stopAgent();
            bed.machine(1).startAgent();
            bed.awaitConnected(1);
            Session session = bed.application();
            session.token();
            CompletableFuture<Optional<Exchange>> posted = CompletableFuture.supplyAsync(() -> post(session, isolate));
            Thread.sleep(random.nextInt(120));

            bed.killServer();
            bed.startServer();

            Optional<Exchange> answered = posted.get().filter(Exchange::succeeded);
            if (answered.isPresent()) {
                String actionId = answered.get().json().path("id").asString();
                assertThat(bed.end(actionId))
                        .as("round %d: %s", round, actionId)
                        .isEqualTo("Succeeded");
                assertThat(bed.machine(1).isolated()).as("round %d", round).isEqualTo(isolate);
            }
            agree(round);
            settle(isolate);
        }
    }

    @Test
    void whenTheAgentIsKilledAnywhereInAnActionThenTheActionEndsTruthfully() throws Exception {
        var random = new Random(SEED + 1);
        for (int round = 0; round < ROUNDS; round++) {
            boolean isolate = round % 2 == 0;
            Exchange posted = post(bed.application(), isolate).orElseThrow().orThrow();
            Thread.sleep(random.nextInt(80));

            bed.machine(1).killAgent();
            bed.machine(1).startAgent();

            String actionId = posted.json().path("id").asString();
            assertThat(bed.end(actionId)).as("round %d: %s", round, actionId).isEqualTo("Succeeded");
            assertThat(bed.machine(1).isolated()).as("round %d", round).isEqualTo(isolate);
            agree(round);
        }
        settle(false);
    }

    private static Optional<Exchange> post(Session session, boolean isolate) {
        try {
            return Optional.of(isolate ? bed.isolate(session, 1) : bed.release(session, 1));
        } catch (ServerUnreachableException e) {
            return Optional.empty();
        }
    }

    /** Nothing is open, and what the server believes is what the machine is. */
    private static void agree(int round) {
        String id = bed.machineId(1);
        await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
            var state = bed.state(id);
            assertThat(state.path("openActions").asInt()).as("round %d", round).isZero();
            var isolation = state.path("aspects").path(0);
            assertThat(isolation.path("observed").asString(""))
                    .as("round %d", round)
                    .isEqualTo(isolation.path("desired").asString(""))
                    .isEqualTo(bed.machine(1).isolated() ? "Full" : "None");
        });
    }

    /** Brings the machine to where the next round begins, if the kill came before the request was taken. */
    private static void settle(boolean isolated) {
        if (bed.machine(1).isolated() != isolated) {
            if (isolated) {
                bed.isolateForSure(1);
            } else {
                bed.releaseForSure(1);
            }
        }
    }
}
