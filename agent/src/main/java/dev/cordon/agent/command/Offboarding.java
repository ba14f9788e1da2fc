package dev.cordon.agent.command;

import dev.cordon.agent.blocklist.BlockLists;
import dev.cordon.agent.journal.Journal;
import dev.cordon.agent.journal.JournalException;
import dev.cordon.agent.journal.wire.Stage;
import dev.cordon.agent.task.Lane;
import dev.cordon.agent.task.TaskContext;
import dev.cordon.agent.task.TaskException;
import dev.cordon.agent.task.TaskHandler;
import dev.cordon.agent.task.TaskResult;
import dev.cordon.protocol.wire.Capability;
import dev.cordon.protocol.wire.Check;
import dev.cordon.protocol.wire.Command;
import dev.cordon.protocol.wire.Support;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Takes off the machine all that the agent enforces on it. The journal then holds that the agent has left; it deletes
 * its keys and stops once the server has confirmed the report. Quarantined files stay in the vault.
 */
public final class Offboarding implements TaskHandler {

    static final String LEAVING = "the agent has been taken off this machine";

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(100);

    private final Journal journal;
    private final Enforcement enforcement;
    private final BlockLists blockLists;
    private final List<TaskHandler> handlers;
    private volatile @Nullable Tasks others;

    /** @param handlers all others of this agent */
    public Offboarding(Journal journal, Enforcement enforcement, BlockLists blockLists, List<TaskHandler> handlers) {
        this.journal = journal;
        this.enforcement = enforcement;
        this.blockLists = blockLists;
        this.handlers = List.copyOf(handlers);
    }

    /** What else may be running then. */
    public void besides(Tasks tasks) {
        others = tasks;
    }

    @Override
    public Set<Command.OrderCase> orders() {
        return Set.of(Command.OrderCase.OFFBOARD);
    }

    @Override
    public Lane lane() {
        return Lane.EXECUTION;
    }

    @Override
    public Capability capability() {
        return Capability.newBuilder()
                .setName("Offboarding")
                .setSupport(Support.SUPPORT_ENFORCED)
                .build();
    }

    @Override
    public TaskResult run(Command command, TaskContext context) throws TaskException, InterruptedException {
        if (context.cancelled()) {
            return new TaskResult.Cancelled();
        }
        endOthers(command.getSequence());
        var checks = new ArrayList<Check>();
        checks.add(check("isolation", release()));
        checks.add(check("block-list", forgetBlocks()));
        for (var handler : handlers) {
            checks.add(check(handler.capability().getName(), leave(handler)));
        }
        var problems = checks.stream()
                .filter(check -> !check.getPassed())
                .map(check -> check.getName() + " (" + check.getDetail() + ")")
                .toList();
        return new TaskResult.Ended(
                problems.isEmpty()
                        ? Reports.succeeded(checks)
                        : Reports.failed(
                                "not everything could be taken off, the agent stays: " + String.join(", ", problems),
                                checks));
    }

    /** Waits a while for what is being carried out; what does not end is left to the end of the agent. */
    private void endOthers(long sequence) throws InterruptedException {
        var running = others;
        if (running == null) {
            return;
        }
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < end
                && journal.read(state -> state.allOpen().stream()
                        .anyMatch(entry -> entry.stage() == Stage.STAGE_STARTED && entry.sequence() != sequence))) {
            running.letBeAllBut(sequence, LEAVING);
            Thread.sleep(LOOK_AGAIN);
        }
    }

    private String release() throws InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        try {
            while (!enforcement.offboard()) {
                if (System.nanoTime() > end) {
                    return "the rules could not be removed yet; the agent keeps trying";
                }
                Thread.sleep(LOOK_AGAIN);
            }
            return "";
        } catch (JournalException e) {
            return String.valueOf(e.getMessage());
        }
    }

    private String forgetBlocks() {
        try {
            blockLists.forget();
            return "";
        } catch (IOException e) {
            return String.valueOf(e.getMessage());
        }
    }

    private static String leave(TaskHandler handler) throws InterruptedException {
        try {
            handler.offboard();
            return "";
        } catch (TaskException e) {
            return String.valueOf(e.getMessage());
        }
    }

    private static Check check(String name, String problem) {
        return Check.newBuilder()
                .setName(name)
                .setPassed(problem.isEmpty())
                .setDetail(problem.isEmpty() ? "off" : problem)
                .build();
    }
}
