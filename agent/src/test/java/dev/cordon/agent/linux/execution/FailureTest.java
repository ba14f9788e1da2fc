package dev.cordon.agent.linux.execution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.cordon.agent.hash.HashAlgorithm;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The agent dies, stops, hangs: the machine goes on, and it is told. */
@Timeout(value = 120, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class FailureTest {

    private static final int RUNS = 42;
    private static final int REFUSED = 126;

    @TempDir
    Path folder;

    private ExecutionLab lab;
    private ExecutionLab.Control control;

    @BeforeEach
    void open() throws Exception {
        assumeTrue(ExecutionLab.possible(), "needs root and fanotify");
        lab = ExecutionLab.open(folder);
        lab.program("evil", TinyProgram.exits(RUNS, 5_000));
        control = lab.control();
        control.order("block " + lab.hash("evil", HashAlgorithm.SHA256));
        assertThat(lab.run("./evil").status()).isEqualTo(REFUSED);
    }

    @AfterEach
    void close() throws Exception {
        if (lab != null) {
            lab.close();
        }
    }

    @Test
    void whenTheAgentIsKilledThenEverythingStartsAndTheNextAgentTells() throws Exception {
        control.signal("KILL");
        await().atMost(Duration.ofSeconds(10)).until(() -> !control.process.isAlive());

        assertThat(lab.run("./evil").status()).isEqualTo(RUNS);
        var next = lab.control();
        assertThat(next.events).singleElement().asString().startsWith("lost ");
        next.order("block " + lab.hash("evil", HashAlgorithm.SHA256));
        assertThat(lab.run("./evil").status()).isEqualTo(REFUSED);
    }

    @Test
    void whenTheAgentIsStoppedThenTheWatchdogEndsItAndTheMachineGoesOn() throws Exception {
        control.signal("STOP");
        var waiting = lab.start("./evil");

        assertThat(waiting.waitFor(15, TimeUnit.SECONDS)).isTrue();
        assertThat(waiting.exitValue()).isEqualTo(RUNS);
        assertThat(control.process.waitFor(15, TimeUnit.SECONDS)).isTrue();
        assertThat(ProcessHandle.of(control.pid)).isEmpty();
    }

    @Test
    void whenNothingIsBlockedAnyMoreThenAStoppedAgentIsLeftAlone() throws Exception {
        control.order("block");
        control.signal("STOP");
        assertThat(lab.run("./evil").status()).isEqualTo(RUNS);
        Thread.sleep(Watchdog.PATIENCE_MILLIS + 1_000);

        control.signal("CONT");

        assertThat(control.order("mode")).isEqualTo("None");
        assertThat(lab.control().events).isEmpty();
    }

    @Test
    void whenTheAgentEndsProperlyThenEverythingStarts() throws Exception {
        control.process.outputWriter().close();

        assertThat(control.process.waitFor(15, TimeUnit.SECONDS)).isTrue();
        assertThat(lab.run("./evil").status()).isEqualTo(RUNS);
    }
}
