package dev.cordon.agent.execution;

import dev.cordon.agent.blocklist.BlockListEnforcer;
import dev.cordon.agent.hash.FileHash;
import dev.cordon.protocol.wire.Capability;
import dev.cordon.protocol.wire.Check;
import java.util.List;

/**
 * Port: decides which programs may start. One implementation a platform.
 *
 * <p>Three reasons to refuse a program lie on top of each other: the tenant's block list, refusals for the time of a task
 * ({@link #deny}), and a restriction to what is trusted. Where there is none of them the machine is not touched and pays
 * nothing. When the agent ends, for whatever reason, everything may start again.
 *
 * <p>The agent, its run time and what its undo needs are never refused. Safe for use by many threads.
 */
public interface ExecutionControl extends BlockListEnforcer, AutoCloseable {

    /** Whether files can be blocked by their hash here ({@code FileBlocking}), and what slips through. */
    Capability blocking();

    /** Whether the machine can be restricted to trusted programs ({@code ExecutionControl}), and what slips through. */
    Capability restricting();

    /**
     * Refuses the file with this hash until the denial is closed, whatever else holds.
     *
     * @throws ExecutionException if this machine cannot refuse programs
     */
    Denial deny(FileHash hash) throws ExecutionException;

    /**
     * Restricts the machine from now on, in place of a restriction that is in force. What is trusted of the installed
     * packages is looked up on the disk, which takes seconds; if {@code again} and the lookup of the restriction before
     * the agent's restart is still there, that one is used.
     *
     * @throws ExecutionException if it could not be done; what was in force before still is
     */
    void restrict(TrustPolicy policy, boolean again) throws ExecutionException, InterruptedException;

    /** Lifts the restriction; the block list stays in force. Does nothing where there is none. */
    void allow() throws ExecutionException;

    /** What is in force now. */
    ExecutionMode mode();

    /** Looks, by starting programs, whether the machine behaves as {@link #mode} says. */
    List<Check> verify() throws InterruptedException;

    /** Lets everything start. */
    @Override
    void close();

    /** The refusal of one file; ends when closed. */
    interface Denial extends AutoCloseable {
        @Override
        void close();
    }
}
