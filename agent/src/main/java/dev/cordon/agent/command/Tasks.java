package dev.cordon.agent.command;

import dev.cordon.agent.channel.Uplink;
import dev.cordon.agent.journal.Journal;
import dev.cordon.agent.journal.JournalState;
import dev.cordon.agent.journal.wire.Stage;
import dev.cordon.agent.log.Log;
import dev.cordon.agent.task.Lane;
import dev.cordon.agent.task.TaskHandler;
import dev.cordon.protocol.wire.Capability;
import dev.cordon.protocol.wire.Command;
import dev.cordon.protocol.wire.ObservedState;
import dev.cordon.protocol.wire.Support;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Everything this machine can be told but an isolation: the handlers, a worker for each lane, and what the handlers say
 * about the machine. Safe for use by many threads.
 */
public final class Tasks implements AutoCloseable {

    private final List<TaskHandler> handlers;
    private final Map<Command.OrderCase, TaskHandler> byOrder = new EnumMap<>(Command.OrderCase.class);
    private final Map<TaskHandler, Capability> known = new ConcurrentHashMap<>();
    private final List<LaneWorker> workers = new ArrayList<>();
    private final Journal journal;
    private final TaskFolders folders;
    private final Log log;

    /**
     * @param handlers at most one for each kind of order
     * @param folder where commands that are being carried out have their folders
     */
    public Tasks(
            List<TaskHandler> handlers,
            Journal journal,
            Reports reports,
            ServerClock serverClock,
            Uplink uplink,
            ObjectSender sender,
            Path folder,
            Log log) {
        this.handlers = List.copyOf(handlers);
        this.journal = journal;
        this.folders = new TaskFolders(folder, log);
        this.log = log;
        var lanes = new EnumMap<Lane, Map<Command.OrderCase, TaskHandler>>(Lane.class);
        for (var handler : handlers) {
            for (var order : handler.orders()) {
                if (IsolationWorker.ORDERS.contains(order) || byOrder.put(order, handler) != null) {
                    throw new IllegalArgumentException(order + " has a handler already");
                }
                lanes.computeIfAbsent(handler.lane(), _ -> new EnumMap<>(Command.OrderCase.class))
                        .put(order, handler);
            }
        }
        lanes.forEach((lane, ofLane) ->
                workers.add(new LaneWorker(lane, ofLane, journal, reports, serverClock, uplink, folders, sender, log)));
    }

    /** Brings the machine to where the handlers want it; once at start, before anything is connected. */
    public void restore() {
        journal.read(state -> {
            folders.removeStray(state);
            return true;
        });
        for (var handler : handlers) {
            try {
                handler.restore();
            } catch (RuntimeException e) {
                log.error(e, "not-restored", "handler", handler.orders());
            }
        }
        capabilities();
    }

    public void start() {
        workers.forEach(LaneWorker::start);
    }

    /** The journal may hold a command to carry out. */
    public void workWaiting() {
        workers.forEach(LaneWorker::workWaiting);
    }

    /** What this machine can do, asked of the handlers now. */
    public List<Capability> capabilities() {
        return handlers.stream().map(this::capability).toList();
    }

    private Capability capability(TaskHandler handler) {
        Capability capability;
        try {
            capability = handler.capability();
        } catch (RuntimeException e) {
            log.error(e, "capability-not-known");
            var before = known.getOrDefault(handler, Capability.getDefaultInstance());
            capability = before.toBuilder()
                    .setSupport(Support.SUPPORT_UNSUPPORTED)
                    .clearLimits()
                    .addLimits("The agent failed to find out: " + e)
                    .build();
        }
        known.put(handler, capability);
        return capability;
    }

    /** How the machine stands, looked up by the handlers now. */
    public List<ObservedState> observe() {
        var states = new ArrayList<ObservedState>();
        for (var handler : handlers) {
            try {
                states.addAll(handler.observe());
            } catch (RuntimeException e) {
                log.error(e, "state-not-observed");
            }
        }
        return states;
    }

    /** Whether commands with this order run in a lane. */
    boolean handles(Command.OrderCase order) {
        return byOrder.containsKey(order);
    }

    /** Why this order cannot be carried out on this machine, as far as it was known when last asked; never waits. */
    Optional<String> unsupported(Command.OrderCase order) {
        var handler = byOrder.get(order);
        if (handler == null) {
            return Optional.of("this agent has no part that carries this out");
        }
        var capability = known.getOrDefault(handler, Capability.getDefaultInstance());
        return capability.getSupport() == Support.SUPPORT_UNSUPPORTED
                ? Optional.of(String.join(" ", capability.getLimitsList()))
                : Optional.empty();
    }

    /** What the handler of this order finds wrong with it; empty = nothing. */
    String check(Command command) {
        var handler = byOrder.get(command.getOrderCase());
        return handler == null ? "" : handler.check(command);
    }

    /** A cancellation of this command was journaled while it was being carried out. */
    void cancel(long sequence) {
        workers.forEach(worker -> worker.cancel(sequence));
    }

    /** Asks everything that is being carried out, but this command, to stop. */
    void letBeAllBut(long sequence, String because) {
        journal.read(JournalState::allOpen).stream()
                .filter(entry -> entry.stage() == Stage.STAGE_STARTED && entry.sequence() != sequence)
                .forEach(entry -> workers.forEach(worker -> worker.letBe(entry.sequence(), because)));
    }

    @Override
    public void close() {
        workers.forEach(LaneWorker::stop);
        workers.forEach(LaneWorker::close);
    }
}
