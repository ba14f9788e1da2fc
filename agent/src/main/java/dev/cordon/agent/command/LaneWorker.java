package dev.cordon.agent.command;

import dev.cordon.agent.channel.Uplink;
import dev.cordon.agent.journal.Journal;
import dev.cordon.agent.journal.JournaledCommand;
import dev.cordon.agent.journal.Transaction;
import dev.cordon.agent.journal.wire.Stage;
import dev.cordon.agent.log.Log;
import dev.cordon.agent.task.Lane;
import dev.cordon.agent.task.TaskException;
import dev.cordon.agent.task.TaskHandler;
import dev.cordon.agent.task.TaskResult;
import dev.cordon.protocol.wire.CancelAnswer;
import dev.cordon.protocol.wire.Command;
import dev.cordon.protocol.wire.ObservedState;
import dev.cordon.protocol.wire.Outcome;
import dev.cordon.protocol.wire.RefusalReason;
import dev.cordon.protocol.wire.Result;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Carries out the accepted commands of one lane, one at a time, in the order of their sequence, by their handlers.
 *
 * <p>The journal is the queue. A command that was under way when the agent died is handed to its handler again; one that
 * the agent did not survive too often ends as failed, so that it cannot keep the machine without an agent. A
 * cancellation of the command that runs stays open in the journal until the handler has come to an end, and is answered
 * in the same transaction: yes if nothing is left of it, no if it ended by its own outcome. One thread of its own, which
 * is interrupted when the agent stops, but only while it is in a handler.
 */
final class LaneWorker implements AutoCloseable {

    /** How often a command is begun again before the agent takes it for the cause of its own deaths. */
    static final int MOST_REPETITIONS = 100;

    private static final String ASKED = "cancelled on request";

    private final Map<Command.OrderCase, TaskHandler> handlers;
    private final Journal journal;
    private final Reports reports;
    private final Uplink uplink;
    private final TaskFolders folders;
    private final ObjectSender sender;
    private final Log log;
    private final WorkLoop loop;
    private final Beginning beginning;
    private final ReentrantLock stopping = new ReentrantLock();
    private volatile @Nullable RunningTask running;
    private @Nullable Thread inHandler;

    /** @param handlers those of this lane, by their orders */
    LaneWorker(
            Lane lane,
            Map<Command.OrderCase, TaskHandler> handlers,
            Journal journal,
            Reports reports,
            ServerClock serverClock,
            Uplink uplink,
            TaskFolders folders,
            ObjectSender sender,
            Log log) {
        this.handlers = Map.copyOf(handlers);
        this.journal = journal;
        this.reports = reports;
        this.uplink = uplink;
        this.folders = folders;
        this.sender = sender;
        this.log = log;
        this.loop = new WorkLoop("lane-" + lane, journal, log);
        this.beginning = new Beginning(loop, reports, serverClock);
    }

    void start() {
        loop.start(() -> {
            var next = journal.read(state -> state.firstOpen(handlers.keySet()));
            next.ifPresent(this::carryOut);
            return next.isPresent();
        });
    }

    void workWaiting() {
        loop.wake();
    }

    /** Asks the handler of this command to stop, if it is running here. */
    void letBe(long sequence, String because) {
        var task = running;
        if (task != null && task.sequence() == sequence) {
            task.letBe(because);
        }
    }

    /** A cancellation of this command was journaled. */
    void cancel(long sequence) {
        letBe(sequence, ASKED);
    }

    private void carryOut(JournaledCommand entry) {
        var command = entry.command();
        boolean repeated = entry.stage() == Stage.STAGE_STARTED;
        if (repeated) {
            beginAgain(entry);
        } else if (!beginning.begin(command, state -> true, transaction -> {})) {
            return;
        }
        uplink.reportsWaiting();
        var handler = Objects.requireNonNull(handlers.get(command.getOrderCase()));
        var task = new RunningTask(command, repeated, folders.of(command.getSequence()), sender, uplink::progress);
        running = task;
        TaskResult result;
        try {
            if (!journal.read(state -> state.openCancellations(command.getSequence()))
                    .isEmpty()) {
                task.letBe(ASKED);
            }
            result = entry.repetitions() < MOST_REPETITIONS
                    ? run(handler, command, task)
                    : failed("the agent ended " + entry.repetitions()
                            + " times while it carried this out, and has given it up; look at its log");
        } finally {
            running = null;
        }
        finish(command, task, observe(handler), result);
        folders.remove(command.getSequence());
        uplink.reportsWaiting();
    }

    private void beginAgain(JournaledCommand entry) {
        log.warn("command-resumed", "sequence", entry.sequence(), "repetitions", entry.repetitions() + 1);
        loop.patiently(transaction -> {
            transaction.startAgain(entry.sequence());
            return true;
        });
    }

    private TaskResult run(TaskHandler handler, Command command, RunningTask task) {
        enterHandler();
        try {
            folders.make(command.getSequence());
            return handler.run(command, task);
        } catch (InterruptedException e) {
            loop.stopIfClosed();
            return failed("it was interrupted");
        } catch (TaskException e) {
            loop.stopIfClosed();
            log.warn(e, "task-failed", "sequence", command.getSequence());
            return failed(String.valueOf(e.getMessage()));
        } catch (IOException e) {
            loop.stopIfClosed();
            return failed("there is no folder to work in (" + e.getMessage() + "); free space on the agent's disk");
        } catch (RuntimeException | OutOfMemoryError | StackOverflowError | LinkageError e) {
            loop.stopIfClosed();
            log.error(e, "task-broken", "sequence", command.getSequence());
            return failed("the agent has an error: " + e + "; its log has the details");
        } finally {
            leaveHandler();
        }
    }

    private void enterHandler() {
        stopping.lock();
        try {
            loop.stopIfClosed();
            inHandler = Thread.currentThread();
        } finally {
            stopping.unlock();
        }
    }

    /** From here on nobody interrupts this thread, and it has not been. */
    private void leaveHandler() {
        stopping.lock();
        try {
            inHandler = null;
            var _ = Thread.interrupted();
        } finally {
            stopping.unlock();
        }
    }

    private List<ObservedState> observe(TaskHandler handler) {
        try {
            return handler.observe();
        } catch (RuntimeException e) {
            log.error(e, "state-not-observed");
            return List.of();
        }
    }

    private static TaskResult failed(String message) {
        return new TaskResult.Ended(Reports.failed(message, List.of()));
    }

    private void finish(Command command, RunningTask task, List<ObservedState> states, TaskResult result) {
        long sequence = command.getSequence();
        String how = loop.patiently(transaction -> {
            var cancellations = transaction.state().openCancellations(sequence);
            if (result instanceof TaskResult.Cancelled && !cancellations.isEmpty()) {
                transaction.end(sequence, answer(transaction, cancellations, sequence, true, states));
                return "cancelled";
            }
            var outcome = outcome(result, task.letBeBecause());
            long number = reports.about(
                    transaction, sequence, command.getActionId(), states, report -> report.setOutcome(outcome));
            transaction.end(sequence, number);
            answer(transaction, cancellations, sequence, false, List.of());
            if (command.hasOffboard() && outcome.getResult() == Result.RESULT_SUCCEEDED) {
                leave(transaction, sequence);
            }
            return outcome.getResult() == Result.RESULT_SUCCEEDED ? "succeeded" : "failed: " + outcome.getMessage();
        });
        log.info("command-ended", "sequence", sequence, "order", command.getOrderCase(), "how", how);
    }

    /** The agent has left the machine: what waits is not carried out any more. */
    private void leave(Transaction transaction, long sequence) {
        transaction.offboard(sequence);
        for (var waiting : transaction.state().allOpen()) {
            if (waiting.stage() == Stage.STAGE_ACCEPTED && !waiting.command().hasCancel()) {
                long number = reports.about(
                        transaction,
                        waiting.sequence(),
                        waiting.command().getActionId(),
                        List.of(),
                        report -> report.setRefused(Reports.refused(
                                new Verdict.Refusal(RefusalReason.REFUSAL_REASON_UNSUPPORTED, Offboarding.LEAVING))));
                transaction.end(waiting.sequence(), number);
            }
        }
    }

    /** Returns the number of the last answer. */
    private long answer(
            Transaction transaction,
            List<JournaledCommand> cancellations,
            long target,
            boolean cancelled,
            List<ObservedState> states) {
        long number = 0;
        for (var cancellation : cancellations) {
            number = reports.about(
                    transaction,
                    cancellation.sequence(),
                    cancellation.command().getActionId(),
                    states,
                    report -> report.setCancelAnswer(
                            CancelAnswer.newBuilder().setTargetSequence(target).setCancelled(cancelled)));
            transaction.end(cancellation.sequence(), number);
        }
        return number;
    }

    private static Outcome outcome(TaskResult result, Optional<String> letBeBecause) {
        return switch (result) {
            case TaskResult.Ended(var outcome) -> Reports.bounded(outcome);
            case TaskResult.Cancelled() -> Reports.failed(letBeBecause.orElse("it was let be"), List.of());
        };
    }

    /** Interrupts the handler, whose command stays as the journal has it, and does not wait. */
    void stop() {
        stopping.lock();
        try {
            loop.stop();
            if (inHandler != null) {
                inHandler.interrupt();
            }
        } finally {
            stopping.unlock();
        }
    }

    @Override
    public void close() {
        stop();
        loop.close();
    }
}
