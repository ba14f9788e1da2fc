package dev.cordon.agent.task;

import dev.cordon.protocol.wire.Capability;
import dev.cordon.protocol.wire.Command;
import dev.cordon.protocol.wire.ObservedState;
import java.util.List;
import java.util.Set;

/**
 * Carries out orders of some kinds on this machine.
 *
 * <p>The worker that calls it has verified and journaled the command, keeps the order within the lane, and reports what
 * comes back. The agent may die at any point; after its restart {@link #run} is called again with the same command, so
 * that it must be possible to repeat it from any half-done state.
 */
public interface TaskHandler extends AutoCloseable {

    /** The orders that come here. No two handlers share one. */
    Set<Command.OrderCase> orders();

    Lane lane();

    /** What this machine can do of it, and what is missing; cheap, never waits for a task that is running. */
    Capability capability();

    /** What is wrong with the order itself, or empty; asked before it is accepted. */
    default String check(Command command) {
        return "";
    }

    /** Brings the machine to where the journal wants it, once at start and before anything is connected. */
    default void restore() {}

    /** How the aspects this handler answers for stand now, looked up on the machine. */
    default List<ObservedState> observe() {
        return List.of();
    }

    /**
     * Carries the order out, verifies by looking, and tells how it ended. Called on a thread of the lane.
     *
     * @throws TaskException if it failed; nothing is left half done unless the message says so
     */
    TaskResult run(Command command, TaskContext context) throws TaskException, InterruptedException;

    /**
     * Takes everything this handler enforces off the machine, for good: the agent is about to leave it.
     *
     * @throws TaskException if something could not be taken off
     */
    default void offboard() throws TaskException, InterruptedException {}

    @Override
    default void close() {}
}
