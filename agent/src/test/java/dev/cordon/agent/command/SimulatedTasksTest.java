package dev.cordon.agent.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import dev.cordon.agent.TestIdentity;
import dev.cordon.agent.journal.Journal;
import dev.cordon.agent.journal.JournalState;
import dev.cordon.agent.log.Log;
import dev.cordon.agent.simulation.SimulatedNetworkIsolation;
import dev.cordon.agent.simulation.SimulatedTasks;
import dev.cordon.agent.simulation.SimulatedTasks.Behaviour;
import dev.cordon.protocol.wire.AllowExecution;
import dev.cordon.protocol.wire.Cancel;
import dev.cordon.protocol.wire.Collect;
import dev.cordon.protocol.wire.Command;
import dev.cordon.protocol.wire.Command.OrderCase;
import dev.cordon.protocol.wire.FileStatus;
import dev.cordon.protocol.wire.Outcome;
import dev.cordon.protocol.wire.RefusalReason;
import dev.cordon.protocol.wire.Report;
import dev.cordon.protocol.wire.RequestSample;
import dev.cordon.protocol.wire.Restore;
import dev.cordon.protocol.wire.RestrictExecution;
import dev.cordon.protocol.wire.Result;
import dev.cordon.protocol.wire.Scan;
import dev.cordon.protocol.wire.ScanDepth;
import dev.cordon.protocol.wire.StopAndQuarantine;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Simulated machines carry out every order, and behave as they are told. */
final class SimulatedTasksTest {

    @TempDir
    Path directory;

    private final TestIdentity machine = TestIdentity.make();
    private final SimulatedTasks tasks = new SimulatedTasks();
    private @Nullable Rig started;
    private long sequence;

    @BeforeEach
    void start() throws Exception {
        started = new Rig(
                machine,
                new MovableClock(),
                new SimulatedNetworkIsolation(),
                tasks.handlers(),
                Journal.open(directory.resolve("journal"), Log.silent()),
                directory);
    }

    private Rig rig() {
        return Objects.requireNonNull(started);
    }

    @BeforeAll
    static void patience() {
        org.awaitility.Awaitility.setDefaultTimeout(Duration.ofSeconds(30));
    }

    @AfterEach
    void stop() {
        rig().close();
    }

    @Test
    void whenAFileIsQuarantinedAndRestoredThenItIsGoneAndBack() throws Exception {
        var content = "evil".getBytes(StandardCharsets.UTF_8);
        tasks.put("/tmp/evil", content);
        var hash = ByteString.copyFrom(MessageDigest.getInstance("SHA-1").digest(content));
        var outcome = run(Command.newBuilder()
                .setStopAndQuarantine(StopAndQuarantine.newBuilder().setHash(hash)));
        assertThat(outcome.getFiles(0).getPath()).isEqualTo("/tmp/evil");
        assertThat(outcome.getFiles(0).getStatus()).isEqualTo(FileStatus.FILE_STATUS_QUARANTINED);
        assertThat(tasks.file("/tmp/evil")).isEmpty();
        outcome = run(Command.newBuilder().setRestore(Restore.newBuilder().setOfActionId("action-1")));
        assertThat(outcome.getFilesCount()).isEqualTo(1);
        assertThat(tasks.file("/tmp/evil")).hasValue(content);
    }

    @Test
    void whenExecutionIsRestrictedThenTheMachineSaysSo() throws Exception {
        run(Command.newBuilder()
                .setRestrictExecution(RestrictExecution.newBuilder().setMonitorOnly(true)));
        assertThat(tasks.execution()).isEqualTo("Monitored");
        assertThat(rig().outcomes().getLast().getStates(0).getSequence()).isEqualTo(1);
        run(Command.newBuilder().setAllowExecution(AllowExecution.getDefaultInstance()));
        assertThat(rig().outcomes().getLast().getStates(0).getValue()).isEqualTo("None");
    }

    @Test
    void whenSomethingIsHandedOverThenItIsUploaded() throws Exception {
        assertThat(run(Command.newBuilder().setCollect(Collect.getDefaultInstance()))
                        .getUploadsList())
                .containsExactly("InvestigationPackage.zip of 1");
        var sample = run(Command.newBuilder()
                .setRequestSample(RequestSample.newBuilder().setHash(ByteString.copyFrom(new byte[20]))));
        assertThat(sample.getUploadsList()).containsExactly("sample of 2");
        assertThat(sample.getFiles(0).getStatus()).isEqualTo(FileStatus.FILE_STATUS_COLLECTED);
    }

    @Test
    void whenToldToFailOrToBeUnableThenItDoes() throws Exception {
        tasks.behave(OrderCase.SCAN, Behaviour.failing("the signatures are broken"));
        assertThat(run(scan()))
                .matches(it -> it.getResult() == Result.RESULT_FAILED)
                .extracting(Outcome::getMessage)
                .isEqualTo("the signatures are broken");
        tasks.behave(OrderCase.SCAN, Behaviour.unable());
        rig().tasks.capabilities();
        take(scan());
        assertThat(rig().refusals()).containsExactly(RefusalReason.REFUSAL_REASON_UNSUPPORTED);
    }

    @Test
    void whenHeldThenACancellationReachesIt() throws Exception {
        tasks.hold();
        take(scan());
        await().until(() -> rig().reports().stream().anyMatch(Report::hasStarted));
        take(Command.newBuilder().setCancel(Cancel.newBuilder().setTargetSequence(1)));
        await().until(() -> rig().journal.read(JournalState::openCommands) == 0);
        assertThat(rig().reports().getLast().getCancelAnswer().getCancelled()).isTrue();
        tasks.letGo();
    }

    private static Command.Builder scan() {
        return Command.newBuilder().setScan(Scan.newBuilder().setDepth(ScanDepth.SCAN_DEPTH_FULL));
    }

    private void take(Command.Builder order) throws Exception {
        sequence++;
        rig().intake
                .take(machine.sign(order.setSequence(sequence)
                        .setActionId("action-" + sequence)
                        .setExpiresAtMicros(
                                MovableClock.START.plus(Duration.ofDays(3)).getEpochSecond() * 1_000_000)));
    }

    private Outcome run(Command.Builder order) throws Exception {
        int before = rig().outcomes().size();
        take(order);
        await().until(() -> rig().outcomes().size() > before);
        return rig().outcomes().getLast().getOutcome();
    }
}
