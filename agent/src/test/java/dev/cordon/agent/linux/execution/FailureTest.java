package dev.cordon.agent.linux.execution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The agent dies, stops, hangs: the machine goes on, and it is told. */
@Timeout(value = 120, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class FailureTest extends ControlledDisk {

    @BeforeEach
    void block() throws Exception {
        control.order("block " + evil());
        assertThat(status("./evil")).isEqualTo(REFUSED);
    }

    @Test
    void whenTheAgentIsKilledThenEverythingStartsAndTheNextAgentTells() throws Exception {
        control.signal("KILL");
        await().atMost(Duration.ofSeconds(30)).until(() -> !control.process.isAlive());

        assertThat(status("./evil")).isEqualTo(RUNS);
        var next = lab.control();
        assertThat(next.events).singleElement().asString().startsWith("lost ");
        next.order("block " + evil());
        assertThat(status("./evil")).isEqualTo(REFUSED);
    }

    @Test
    void whenTheAgentIsStoppedThenTheWatchdogEndsItAndTheMachineGoesOn() throws Exception {
        control.signal("STOP");
        var waiting = lab.start("./evil");

        assertThat(waiting.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(waiting.exitValue()).isEqualTo(RUNS);
        assertThat(control.process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(ProcessHandle.of(control.pid)).isEmpty();
    }

    @Test
    void whenNothingIsBlockedAnyMoreThenAStoppedAgentIsLeftAlone() throws Exception {
        control.order("block");
        control.signal("STOP");
        assertThat(status("./evil")).isEqualTo(RUNS);
        Thread.sleep(Watchdog.PATIENCE_MILLIS + 1_000);

        control.signal("CONT");

        assertThat(control.order("mode")).isEqualTo("None");
        assertThat(lab.control().events).isEmpty();
    }

    @Test
    void whenTheAgentEndsProperlyThenEverythingStarts() throws Exception {
        control.process.outputWriter().close();

        assertThat(control.process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(status("./evil")).isEqualTo(RUNS);
    }
}
