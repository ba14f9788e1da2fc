package dev.cordon.agent.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import dev.cordon.agent.TestIdentity;
import dev.cordon.agent.isolation.NetworkIsolation;
import dev.cordon.agent.isolation.UnsupportedNetworkIsolation;
import dev.cordon.agent.journal.CrashingFile;
import dev.cordon.agent.journal.JournalException;
import dev.cordon.agent.journal.JournalState;
import dev.cordon.agent.simulation.SimulatedNetworkIsolation;
import dev.cordon.agent.simulation.SimulatedNetworkIsolation.Behaviour;
import dev.cordon.protocol.BreakGlassCode;
import dev.cordon.protocol.wire.Cancel;
import dev.cordon.protocol.wire.Command;
import dev.cordon.protocol.wire.Isolate;
import dev.cordon.protocol.wire.IsolationMode;
import dev.cordon.protocol.wire.RefusalReason;
import dev.cordon.protocol.wire.Release;
import dev.cordon.protocol.wire.Report;
import dev.cordon.protocol.wire.Result;
import dev.cordon.protocol.wire.SignedCommand;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommandLifeTest {

    private static final Instant START = MovableClock.START;

    @TempDir
    Path directory;

    private final TestIdentity machine = TestIdentity.make();
    private final SimulatedNetworkIsolation network = new SimulatedNetworkIsolation();
    private final AtomicInteger writes = new AtomicInteger(Integer.MAX_VALUE);
    private final MovableClock clock = new MovableClock();
    private final BreakGlassCode code = BreakGlassCode.make(new SecureRandom());
    private final List<Rig> rigs = new ArrayList<>();

    @BeforeAll
    static void patience() {
        org.awaitility.Awaitility.setDefaultTimeout(Duration.ofSeconds(30));
    }

    @AfterEach
    void stop() {
        rigs.forEach(Rig::close);
    }

    @Test
    void whenIsolatedAndReleasedThenBothAreReportedInOrder() throws Exception {
        var rig = start(network);
        rig.intake.take(isolate(1));
        await().until(() -> network.inForce());
        rig.intake.take(release(2));
        await().until(() -> rig.outcomes().size() == 2);
        assertThat(rig.reports()).extracting(Report::getReportNumber).containsExactly(1L, 2L, 3L, 4L);
        assertThat(rig.outcomes()).allMatch(it -> it.getOutcome().getResult() == Result.RESULT_SUCCEEDED);
        assertThat(rig.outcomes().getFirst().getOutcome().getChecksList())
                .extracting("name", "passed")
                .contains(tuple("channel", true));
        assertThat(rig.outcomes().getFirst().getStates(0).getValue()).isEqualTo("Full");
        assertThat(rig.outcomes().getLast().getStates(0).getValue()).isEqualTo("None");
        assertThat(rig.uplink.acknowledged).containsExactly(1L, 2L);
        assertThat(network.inForce()).isFalse();
    }

    @Test
    void whenTheSameBytesComeAgainThenTheyAreAcknowledgedAndHaveNoSecondEffect() throws Exception {
        var rig = start(network);
        rig.intake.take(isolate(1));
        await().until(() -> rig.outcomes().size() == 1);
        rig.intake.take(isolate(1));
        assertThat(rig.uplink.acknowledged).containsExactly(1L, 1L);
        assertThat(rig.uplink.repeated).hasSize(1);
        assertThat(network.timesApplied()).isEqualTo(1);
    }

    @Test
    void whenAnOlderOrForgedOrForeignCommandComesThenItIsRefusedAndNothingMoves() throws Exception {
        var rig = start(network);
        rig.intake.take(release(5));
        await().until(() -> rig.outcomes().size() == 1);
        assertThat(rig.outcomes().getFirst().getOutcome().getResult())
                .as("of a machine that was not isolated")
                .isEqualTo(Result.RESULT_SUCCEEDED);
        rig.intake.take(isolate(3));
        rig.intake.take(isolate(6).toBuilder()
                .setSignature(ByteString.copyFrom(new byte[64]))
                .build());
        rig.intake.take(isolate(6).toBuilder().setKeyId("00").build());
        rig.intake.take(TestIdentity.make().sign(order(6).setIsolate(full())));
        rig.intake.take(
                machine.seal(order(6).setTenantId("other").setIsolate(full()).build()));
        rig.intake.take(machine.seal(order(6).setTenantId(TestIdentity.TENANT)
                .setMachineId("0".repeat(40))
                .setIsolate(full())
                .build()));
        assertThat(rig.refusals())
                .containsExactly(
                        RefusalReason.REFUSAL_REASON_REPLAYED,
                        RefusalReason.REFUSAL_REASON_BAD_SIGNATURE,
                        RefusalReason.REFUSAL_REASON_BAD_SIGNATURE,
                        RefusalReason.REFUSAL_REASON_BAD_SIGNATURE,
                        RefusalReason.REFUSAL_REASON_WRONG_TENANT,
                        RefusalReason.REFUSAL_REASON_WRONG_MACHINE);
        assertThat(rig.journal.<Long>read(JournalState::highestAccepted)).isEqualTo(5);
        assertThat(network.timesApplied()).isZero();
    }

    @Test
    void whenGenuineButExpiredMalformedOrUnsupportedThenRefusedForGood() throws Exception {
        var rig = start(new UnsupportedNetworkIsolation(List.of("no")));
        rig.intake.take(machine.sign(
                order(1).setExpiresAtMicros(micros(START.minusSeconds(1))).setIsolate(full())));
        rig.intake.take(machine.sign(order(2)));
        rig.intake.take(isolate(3));
        assertThat(rig.refusals())
                .containsExactly(
                        RefusalReason.REFUSAL_REASON_EXPIRED,
                        RefusalReason.REFUSAL_REASON_MALFORMED,
                        RefusalReason.REFUSAL_REASON_UNSUPPORTED);
        assertThat(rig.uplink.acknowledged).containsExactly(1L, 2L, 3L);
    }

    @Test
    void whenCancelledBeforeItStartedThenItNeverTakesEffect() throws Exception {
        network.hold();
        var rig = start(network);
        rig.intake.take(isolate(1));
        await().until(() -> rig.reports().stream().anyMatch(Report::hasStarted));
        rig.intake.take(release(2));
        rig.intake.take(cancel(3, 2));
        rig.intake.take(cancel(4, 1));
        network.letGo();
        await().until(() -> rig.outcomes().size() == 1 && rig.journal.read(JournalState::openCommands) == 0);
        var answers = rig.reports().stream()
                .filter(Report::hasCancelAnswer)
                .map(Report::getCancelAnswer)
                .toList();
        assertThat(answers)
                .extracting("targetSequence", "cancelled")
                .containsExactly(tuple(2L, true), tuple(1L, false));
        assertThat(network.inForce()).isTrue();
        assertThat(network.timesReleased()).isZero();
    }

    @Test
    void whenVerificationFailsThenTheStateBeforeIsBackAndTheOutcomeIsFailed() throws Exception {
        network.behave(Behaviour.failingToVerify("packets pass"));
        var rig = start(network);
        rig.intake.take(isolate(1));
        await().until(() -> rig.outcomes().size() == 1);
        assertThat(rig.outcomes().getFirst().getOutcome().getResult()).isEqualTo(Result.RESULT_FAILED);
        assertThat(network.inForce()).isFalse();
    }

    @Test
    void whenReleaseFailsThenTheIsolationStaysAndTheOutcomeIsFailed() throws Exception {
        var rig = start(network);
        rig.intake.take(isolate(1));
        await().until(() -> rig.outcomes().size() == 1);
        network.behave(Behaviour.failingToRelease("busy"));
        rig.intake.take(release(2));
        await().until(() -> rig.outcomes().size() == 2);
        assertThat(rig.outcomes().getLast().getOutcome().getResult()).isEqualTo(Result.RESULT_FAILED);
        assertThat(rig.outcomes().getLast().getStates(0).getValue()).isEqualTo("Full");
        assertThat(rig.journal.<Boolean>read(state -> state.intended().isPresent()))
                .isTrue();
    }

    @Test
    void whenTheGatewayDoesNotAnswerInTimeThenTheCutIsUndoneAndNothingElseWasClaimed() throws Exception {
        var rig = start(network);
        rig.uplink.answers = false;
        rig.intake.take(isolate(1));
        await().until(() -> network.inForce());
        clock.move(Duration.ofSeconds(121));
        await().until(() -> rig.reports().size() == 3);
        assertThat(network.inForce()).isFalse();
        assertThat(rig.outcomes()).singleElement().matches(it -> it.getOutcome().getResult() == Result.RESULT_FAILED);
        assertThat(rig.reports().getLast().getEvent().getKind().name()).isEqualTo("EVENT_KIND_DEAD_MAN_ROLLBACK");
        assertThat(rig.journal.<Boolean>read(state -> state.intended().isPresent()))
                .isFalse();
    }

    @Test
    void whenRestartedInTheMiddleThenTheDeadManRuleStillHolds() throws Exception {
        var rig = start(network);
        rig.uplink.answers = false;
        rig.intake.take(isolate(1));
        await().until(() -> network.inForce());
        rig.close();
        clock.move(Duration.ofSeconds(121));
        var next = start(network);
        next.uplink.answers = false;
        await().until(() -> next.journal.read(
                state -> state.attempt().isPresent() && state.attempt().get().getGraceGiven()));
        assertThat(network.inForce()).isTrue();
        clock.move(Duration.ofSeconds(16));
        await().until(() -> !network.inForce());
        await().until(() -> next.outcomes().size() == 1);
    }

    @Test
    void whenTheCodeIsUsedThenTheMachineIsFreeOnceAndForAll() throws Exception {
        var rig = start(network);
        rig.intake.take(isolate(1));
        await().until(() -> rig.outcomes().size() == 1);
        var breakGlass = rig.breakGlass();
        assertThat(breakGlass.release("AAAAA-AAAAA-AAAAA-AAAAA").released()).isFalse();
        assertThat(breakGlass.release("nonsense").released()).isFalse();
        assertThat(network.inForce()).isTrue();
        assertThat(breakGlass.release(code.shown()).released()).isTrue();
        assertThat(network.inForce()).isFalse();
        assertThat(breakGlass.release(code.shown()).released()).isFalse();
        assertThat(rig.reports().stream()
                        .filter(Report::hasEvent)
                        .map(it -> it.getEvent().getKind().name()))
                .containsExactly(
                        "EVENT_KIND_BREAK_GLASS_REFUSED",
                        "EVENT_KIND_BREAK_GLASS_REFUSED",
                        "EVENT_KIND_BREAK_GLASS_USED");
        rig.close();
        start(network);
        assertThat(network.inForce()).isFalse();
    }

    @Test
    void whenTheRulesAreLostThenTheyComeBackAfterARestartAndWhenTended() throws Exception {
        var rig = start(network);
        rig.intake.take(isolate(1));
        await().until(() -> rig.outcomes().size() == 1);
        network.lose();
        rig.enforcement.tend();
        assertThat(network.inForce()).isTrue();
        rig.close();
        network.lose();
        start(network);
        assertThat(network.inForce()).isTrue();
    }

    /** The agent dies at every single write of an isolation; the next one always ends it truthfully. */
    @Test
    void whenItCrashesAtAnyWriteThenTheIsolationEndsOnceAndTruthfully() throws Exception {
        for (int survived = 0; survived < 6; survived++) {
            var kernel = new SimulatedNetworkIsolation();
            var here = directory.resolve("crash" + survived);
            writes.set(1 + survived);
            var dying = start(kernel, here);
            int alive = survived;
            try {
                dying.intake.take(isolate(1));
                await().atMost(Duration.ofSeconds(3))
                        .until(() -> writes.get() == 0 || dying.outcomes().size() == 1);
            } catch (JournalException e) {
                assertThat(alive).isZero();
            }
            dying.close();
            writes.set(Integer.MAX_VALUE);
            var next = start(kernel, here);
            next.intake.take(isolate(1));
            await().until(() -> next.outcomes().size() == 1 && next.journal.read(JournalState::openCommands) == 0);
            assertThat(kernel.inForce()).as("after %d writes", survived).isTrue();
            assertThat(next.outcomes().getFirst().getOutcome().getResult()).isEqualTo(Result.RESULT_SUCCEEDED);
            assertThat(next.reports().stream().filter(Report::hasStarted)).hasSize(1);
        }
    }

    private Rig start(NetworkIsolation isolation) throws JournalException {
        return start(isolation, directory.resolve("journal"));
    }

    private Rig start(NetworkIsolation isolation, Path where) throws JournalException {
        var rig = new Rig(machine, clock, isolation, List.of(), CrashingFile.open(where, writes), where);
        rigs.add(rig);
        return rig;
    }

    private static Command.Builder order(long sequence) {
        return Command.newBuilder()
                .setSequence(sequence)
                .setActionId("action-" + sequence)
                .setExpiresAtMicros(micros(START.plus(Duration.ofDays(3))));
    }

    private Isolate full() {
        return Isolate.newBuilder()
                .setMode(IsolationMode.ISOLATION_MODE_FULL)
                .setBreakGlassHash(ByteString.copyFrom(code.hash()))
                .setDeadManSeconds(120)
                .build();
    }

    private SignedCommand isolate(long sequence) {
        return machine.sign(order(sequence).setIsolate(full()));
    }

    private SignedCommand release(long sequence) {
        return machine.sign(order(sequence).setRelease(Release.getDefaultInstance()));
    }

    private SignedCommand cancel(long sequence, long target) {
        return machine.sign(order(sequence).setCancel(Cancel.newBuilder().setTargetSequence(target)));
    }

    private static long micros(Instant instant) {
        return instant.getEpochSecond() * 1_000_000;
    }
}
