package dev.cordon.agent.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import dev.cordon.agent.TestIdentity;
import dev.cordon.agent.journal.CrashingFile;
import dev.cordon.agent.journal.JournalException;
import dev.cordon.agent.journal.JournalState;
import dev.cordon.agent.simulation.SimulatedNetworkIsolation;
import dev.cordon.agent.task.Lane;
import dev.cordon.agent.task.TaskHandler;
import dev.cordon.protocol.wire.Cancel;
import dev.cordon.protocol.wire.CancelAnswer;
import dev.cordon.protocol.wire.Collect;
import dev.cordon.protocol.wire.Command;
import dev.cordon.protocol.wire.Command.OrderCase;
import dev.cordon.protocol.wire.FileResult;
import dev.cordon.protocol.wire.Isolate;
import dev.cordon.protocol.wire.IsolationMode;
import dev.cordon.protocol.wire.Outcome;
import dev.cordon.protocol.wire.RefusalReason;
import dev.cordon.protocol.wire.Report;
import dev.cordon.protocol.wire.RequestSample;
import dev.cordon.protocol.wire.RestrictExecution;
import dev.cordon.protocol.wire.Result;
import dev.cordon.protocol.wire.Scan;
import dev.cordon.protocol.wire.ScanDepth;
import dev.cordon.protocol.wire.SignedBlockChanges;
import dev.cordon.protocol.wire.SignedCommand;
import dev.cordon.protocol.wire.StopAndQuarantine;
import dev.cordon.protocol.wire.Support;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands that are carried out in lanes, from the first byte to the confirmed end, over crashes and cancellations. */
final class TaskLifeTest {

    @TempDir
    Path directory;

    private final TestIdentity machine = TestIdentity.make();
    private final MovableClock clock = new MovableClock();
    private final AtomicInteger writes = new AtomicInteger(Integer.MAX_VALUE);
    private final SimulatedNetworkIsolation network = new SimulatedNetworkIsolation();
    private final HeldHandler scanner = new HeldHandler(OrderCase.SCAN, Lane.SCAN);
    private final HeldHandler collector = new HeldHandler(OrderCase.COLLECT, Lane.COLLECTION);
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
    void whenOneLaneIsBusyThenTheOthersAndIsolationGoOn() throws Exception {
        collector.free();
        var rig = start(scanner, collector);
        rig.intake.take(scan(1));
        await().until(() -> scanner.runs.size() == 1);
        rig.intake.take(scan(2));
        rig.intake.take(collect(3));
        rig.intake.take(isolate(4));
        await().until(() -> rig.outcomes().size() == 2);
        assertThat(rig.outcomes()).extracting(Report::getSequence).containsExactlyInAnyOrder(3L, 4L);
        assertThat(scanner.runs).containsExactly(1L);
        scanner.free();
        await().until(() -> rig.outcomes().size() == 4);
        assertThat(scanner.runs).containsExactly(1L, 2L);
        assertThat(rig.outcomes()).allMatch(it -> it.getOutcome().getResult() == Result.RESULT_SUCCEEDED);
    }

    @Test
    void whenItRunsThenItIsReportedAsStartedAndItsProgressIsToldInOneLine() throws Exception {
        var rig = start(scanner);
        rig.intake.take(scan(1));
        await().until(() -> rig.uplink.progress.size() == 1);
        assertThat(rig.reports()).singleElement().matches(Report::hasStarted);
        assertThat(rig.uplink.progress.getFirst())
                .extracting("sequence", "percent", "doing")
                .containsExactly(1L, 50, "half?way");
        assertThat(directory.resolve("journal/tasks/1")).isDirectory();
        scanner.free();
        await().until(() -> rig.outcomes().size() == 1);
        await().until(() -> !Files.exists(directory.resolve("journal/tasks/1")));
    }

    @Test
    void whenItFailsOrBreaksThenTheOutcomeSaysWhyAndTheNextOneRuns() throws Exception {
        scanner.free().failure = "no signatures: install some";
        var rig = start(scanner);
        rig.intake.take(scan(1));
        await().until(() -> rig.outcomes().size() == 1);
        scanner.failure = "";
        rig.intake.take(scan(2));
        await().until(() -> rig.outcomes().size() == 2);
        assertThat(rig.outcomes())
                .extracting(
                        it -> it.getOutcome().getResult(), it -> it.getOutcome().getMessage())
                .containsExactly(
                        tuple(Result.RESULT_FAILED, "no signatures: install some"), tuple(Result.RESULT_SUCCEEDED, ""));
    }

    @Test
    void whenTheOrderIsNotForThisMachineThenItIsRefusedBeforeItStarts() throws Exception {
        scanner.support = Support.SUPPORT_UNSUPPORTED;
        var rig = start(scanner);
        rig.intake.take(scan(1));
        rig.intake.take(collect(2));
        rig.intake.take(machine.sign(order(3).setScan(Scan.getDefaultInstance())));
        rig.intake.take(machine.sign(order(4).setStopAndQuarantine(
                        StopAndQuarantine.newBuilder().setHash(ByteString.copyFrom(new byte[19])))));
        rig.intake.take(machine.sign(order(5).setRequestSample(RequestSample.newBuilder()
                .setHash(ByteString.copyFrom(new byte[20]))
                .setPath("/" + "x".repeat(5_000)))));
        rig.intake.take(machine.sign(
                order(6).setRestrictExecution(RestrictExecution.newBuilder().addTrustedPaths("relative"))));
        assertThat(rig.refusals())
                .containsExactly(
                        RefusalReason.REFUSAL_REASON_UNSUPPORTED,
                        RefusalReason.REFUSAL_REASON_UNSUPPORTED,
                        RefusalReason.REFUSAL_REASON_MALFORMED,
                        RefusalReason.REFUSAL_REASON_MALFORMED,
                        RefusalReason.REFUSAL_REASON_MALFORMED,
                        RefusalReason.REFUSAL_REASON_MALFORMED);
        assertThat(rig.reports().getFirst().getRefused().getMessage()).isEqualTo("install it");
        assertThat(scanner.runs).isEmpty();
    }

    @Test
    void whenItExpiresWhileItWaitsThenItIsRefusedAndNeverRun() throws Exception {
        var rig = start(scanner);
        rig.intake.take(scan(1));
        await().until(() -> scanner.runs.size() == 1);
        rig.intake.take(scan(2));
        clock.move(Duration.ofDays(4));
        scanner.free();
        await().until(() -> rig.journal.read(JournalState::openCommands) == 0);
        assertThat(rig.refusals()).containsExactly(RefusalReason.REFUSAL_REASON_EXPIRED);
        assertThat(scanner.runs).containsExactly(1L);
    }

    @Test
    void whenCancelledWhileItWaitsThenItNeverRuns() throws Exception {
        var rig = start(scanner);
        rig.intake.take(scan(1));
        await().until(() -> scanner.runs.size() == 1);
        rig.intake.take(scan(2));
        rig.intake.take(cancel(3, 2));
        assertThat(answers(rig)).extracting("targetSequence", "cancelled").containsExactly(tuple(2L, true));
        scanner.free();
        await().until(() -> rig.journal.read(JournalState::openCommands) == 0);
        assertThat(scanner.runs).containsExactly(1L);
    }

    @Test
    void whenCancelledWhileItRunsThenTheAnswerComesWhenNothingIsLeftOfIt() throws Exception {
        scanner.heedsCancellation = false;
        var rig = start(scanner);
        rig.intake.take(scan(1));
        await().until(() -> scanner.runs.size() == 1);
        rig.intake.take(cancel(2, 1));
        assertThat(rig.uplink.acknowledged).containsExactly(1L, 2L);
        assertThat(answers(rig)).isEmpty();
        scanner.heedsCancellation = true;
        await().until(() -> rig.journal.read(JournalState::openCommands) == 0);
        assertThat(answers(rig)).extracting("targetSequence", "cancelled").containsExactly(tuple(1L, true));
        assertThat(rig.outcomes()).isEmpty();
        rig.intake.take(cancel(2, 1));
        assertThat(rig.uplink.repeated).hasSize(1);
    }

    @Test
    void whenACancelledTaskEndsByItselfThenItsOutcomeCountsAndTheCancellationIsDenied() throws Exception {
        scanner.heedsCancellation = false;
        var rig = start(scanner);
        rig.intake.take(scan(1));
        await().until(() -> scanner.runs.size() == 1);
        rig.intake.take(cancel(2, 1));
        scanner.free();
        await().until(() -> rig.journal.read(JournalState::openCommands) == 0);
        assertThat(rig.outcomes()).hasSize(1);
        assertThat(answers(rig)).extracting("targetSequence", "cancelled").containsExactly(tuple(1L, false));
        rig.intake.take(cancel(3, 1));
        assertThat(answers(rig)).hasSize(2).last().matches(it -> !it.getCancelled());
    }

    @Test
    void whenTheAgentIsStoppedThenTheTaskIsRunAgainAndAnOpenCancellationIsHeeded() throws Exception {
        scanner.heedsCancellation = false;
        var rig = start(scanner);
        rig.intake.take(scan(1));
        await().until(() -> scanner.runs.size() == 1);
        rig.close();
        assertThat(scanner.repeated).containsExactly(false);
        var again = start(scanner);
        await().until(() -> scanner.runs.size() == 2);
        assertThat(scanner.repeated).containsExactly(false, true);
        again.intake.take(cancel(2, 1));
        again.close();
        scanner.heedsCancellation = true;
        var last = start(scanner);
        await().until(() -> last.journal.read(JournalState::openCommands) == 0);
        assertThat(answers(last)).extracting("targetSequence", "cancelled").containsExactly(tuple(1L, true));
        assertThat(last.reports().stream().filter(Report::hasStarted)).hasSize(1);
    }

    @Test
    void whenTheAgentDoesNotSurviveATaskThenItIsGivenUpInTheEnd() throws Exception {
        start(scanner).intake.take(scan(1));
        await().until(() -> scanner.runs.size() == 1);
        for (int i = 1; i <= LaneWorker.MOST_REPETITIONS; i++) {
            rigs.getLast().close();
            int before = i;
            start(scanner);
            await().until(() -> scanner.runs.size() == before + 1);
        }
        rigs.getLast().close();
        var rig = start(scanner);
        await().until(() -> rig.outcomes().size() == 1);
        assertThat(rig.outcomes().getFirst().getOutcome().getMessage()).contains("given it up");
    }

    /** The agent dies at every single write of a task; the next one always ends it, once and truthfully. */
    @Test
    void whenItCrashesAtAnyWriteThenItEndsOnceAndTruthfully() throws Exception {
        for (int survived = 0; survived < 5; survived++) {
            var here = directory.resolve("crash" + survived);
            writes.set(1 + survived);
            var handler = new HeldHandler(OrderCase.SCAN, Lane.SCAN).free();
            var dying = start(here, handler);
            int alive = survived;
            try {
                dying.intake.take(scan(1));
                await().until(() -> writes.get() == 0 || dying.journal.read(state -> state.unconfirmedReports() == 2));
            } catch (JournalException e) {
                assertThat(alive).isZero();
            }
            dying.close();
            writes.set(Integer.MAX_VALUE);
            var next = start(here, handler);
            next.intake.take(scan(1));
            await().until(() -> next.outcomes().size() == 1 && next.journal.read(JournalState::openCommands) == 0);
            assertThat(next.outcomes().getFirst().getOutcome().getResult()).isEqualTo(Result.RESULT_SUCCEEDED);
            assertThat(next.reports().stream().filter(Report::hasStarted)).hasSize(1);
            assertThat(handler.runs).as("after %d writes", survived).hasSizeBetween(1, 2);
        }
    }

    @Test
    void whenTheBlockListChangesThenNoLaterCommandIsTakenInBeforeItIsInForce() throws Exception {
        var rig = start(scanner);
        rig.blockList.mayReceive.drainPermits();
        rig.intake.start();
        assertThat(rig.intake.offer(SignedBlockChanges.getDefaultInstance())).isTrue();
        assertThat(rig.intake.offer(scan(1))).isTrue();
        await().until(() -> rig.blockList.mayReceive.hasQueuedThreads());
        assertThat(rig.uplink.acknowledged).isEmpty();
        rig.blockList.mayReceive.release();
        await().until(() -> rig.uplink.acknowledged.size() == 1);
        assertThat(rig.uplink.blockLists).containsExactly(1L);
    }

    @Test
    void whenMoreOfTheBlockListComesThanFitsThenItIsNotTaken() throws Exception {
        var rig = start();
        var large = SignedBlockChanges.newBuilder()
                .setPayload(ByteString.copyFrom(new byte[1024 * 1024]))
                .build();
        for (int i = 0; i < 4; i++) {
            assertThat(rig.intake.offer(large)).isTrue();
        }
        assertThat(rig.intake.offer(large)).isFalse();
        rig.intake.start();
        await().until(() -> rig.blockList.version() == 4);
        assertThat(rig.intake.offer(large)).isTrue();
    }

    @Test
    void whenTheOutcomeIsLargerThanAMessageThenItIsCutAndSaysSo() {
        var outcome = Outcome.newBuilder().setMessage("found");
        for (int i = 0; i < 3_000; i++) {
            outcome.addFiles(FileResult.newBuilder().setPath("/" + "x".repeat(400)));
        }
        var bounded = Reports.bounded(outcome.build());
        assertThat(bounded.getSerializedSize()).isLessThan(600_000);
        assertThat(bounded.getFilesCount()).isEqualTo(750);
        assertThat(bounded.getMessage()).isEqualTo("found (2250 more files)");
    }

    @Test
    void whenTwoHandlersWantTheSameOrderThenTheAgentDoesNotStart() {
        assertThatThrownBy(() -> start(scanner, new HeldHandler(OrderCase.SCAN, Lane.FILES)))
                .hasMessageContaining("SCAN");
    }

    private Rig start(TaskHandler... handlers) throws JournalException {
        return start(directory.resolve("journal"), handlers);
    }

    private Rig start(Path where, TaskHandler... handlers) throws JournalException {
        var rig = new Rig(machine, clock, network, List.of(handlers), CrashingFile.open(where, writes), where);
        rigs.add(rig);
        return rig;
    }

    private static List<CancelAnswer> answers(Rig rig) {
        return rig.reports().stream()
                .filter(Report::hasCancelAnswer)
                .map(Report::getCancelAnswer)
                .toList();
    }

    private static Command.Builder order(long sequence) {
        return Command.newBuilder()
                .setSequence(sequence)
                .setActionId("action-" + sequence)
                .setExpiresAtMicros(micros(MovableClock.START.plus(Duration.ofDays(3))));
    }

    private SignedCommand scan(long sequence) {
        return machine.sign(order(sequence).setScan(Scan.newBuilder().setDepth(ScanDepth.SCAN_DEPTH_QUICK)));
    }

    private SignedCommand collect(long sequence) {
        return machine.sign(order(sequence).setCollect(Collect.getDefaultInstance()));
    }

    private SignedCommand isolate(long sequence) {
        return machine.sign(order(sequence)
                .setIsolate(Isolate.newBuilder()
                        .setMode(IsolationMode.ISOLATION_MODE_FULL)
                        .setDeadManSeconds(120)));
    }

    private SignedCommand cancel(long sequence, long target) {
        return machine.sign(order(sequence).setCancel(Cancel.newBuilder().setTargetSequence(target)));
    }

    private static long micros(Instant instant) {
        return instant.getEpochSecond() * 1_000_000;
    }
}
