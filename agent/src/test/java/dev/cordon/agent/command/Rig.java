package dev.cordon.agent.command;

import dev.cordon.agent.TestIdentity;
import dev.cordon.agent.breakglass.BreakGlass;
import dev.cordon.agent.isolation.NetworkIsolation;
import dev.cordon.agent.journal.Journal;
import dev.cordon.agent.log.Log;
import dev.cordon.agent.task.TaskHandler;
import dev.cordon.protocol.Envelopes;
import dev.cordon.protocol.wire.RefusalReason;
import dev.cordon.protocol.wire.Report;
import dev.cordon.protocol.wire.SignedReport;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Set;

/** The parts of an agent that carry out commands, over a gateway that only answers pings. */
final class Rig {

    final Journal journal;
    final AnsweringUplink uplink = new AnsweringUplink();
    final Enforcement enforcement;
    final Tasks tasks;
    final CountedBlockList blockList = new CountedBlockList();
    final CommandIntake intake;
    private final TestIdentity machine;
    private final Reports reports;
    private final IsolationWorker worker;

    Rig(
            TestIdentity machine,
            Clock clock,
            NetworkIsolation isolation,
            List<TaskHandler> handlers,
            Journal journal,
            Path directory) {
        this.machine = machine;
        this.journal = journal;
        reports = new Reports(machine.identity(), clock);
        var serverClock = new ServerClock(clock);
        enforcement = new Enforcement(isolation, journal, reports, Set::of, () -> {}, Log.silent());
        enforcement.restore();
        worker = new IsolationWorker(journal, reports, enforcement, uplink, clock, serverClock, Log.silent());
        tasks = new Tasks(
                handlers,
                journal,
                reports,
                serverClock,
                uplink,
                (command, _, _, name, _) -> name + " of " + command.getSequence(),
                directory.resolve("tasks"),
                Log.silent());
        tasks.restore();
        intake = new CommandIntake(
                machine.identity(),
                journal,
                reports,
                enforcement,
                tasks,
                blockList,
                serverClock,
                uplink,
                () -> {
                    worker.workWaiting();
                    tasks.workWaiting();
                },
                Log.silent());
        worker.start();
        tasks.start();
    }

    BreakGlass breakGlass() {
        return new BreakGlass(journal, reports, enforcement, () -> {}, Log.silent());
    }

    List<Report> reports() {
        return journal.read(state -> state.unconfirmedAfter(0)).stream()
                .map(queued -> {
                    try {
                        return Envelopes.open(
                                SignedReport.parseFrom(queued.getSignedReport()),
                                machine.identity().chain().getFirst().getPublicKey());
                    } catch (Exception e) {
                        throw new AssertionError(e);
                    }
                })
                .toList();
    }

    List<Report> outcomes() {
        return reports().stream().filter(Report::hasOutcome).toList();
    }

    List<RefusalReason> refusals() {
        return reports().stream()
                .filter(Report::hasRefused)
                .map(it -> it.getRefused().getReason())
                .toList();
    }

    void close() {
        worker.close();
        tasks.close();
        intake.close();
        journal.close();
    }
}
