package dev.cordon.agent.isolation;

import dev.cordon.protocol.wire.Capability;
import dev.cordon.protocol.wire.Check;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Set;

/**
 * Port: cuts this machine off the network, and lets it back. One implementation a platform.
 *
 * <p>Calls come from one thread at a time. {@link #apply} is all or nothing: if it throws, the network is as it was
 * before. Nothing here trusts an exit code: {@link #verify} and {@link #verifyReleased} look at the machine and try
 * the network.
 */
public interface NetworkIsolation extends AutoCloseable {

    /** What this machine can do, and what is missing; changes nothing. */
    Capability probe();

    /**
     * Cuts the machine off, replacing an isolation that is in force in one step. Must survive the agent's death and,
     * where the boot unit is installed, a reboot.
     *
     * @throws IsolationException if it could not be done; the network is as before
     */
    void apply(IsolationSpec spec) throws IsolationException;

    /** Looks whether the isolation is in force exactly as asked, by its rules and by probing. */
    List<Check> verify(IsolationSpec spec);

    /** Lets the control addresses change under an isolation that is in force; does nothing without one. */
    void updateControl(Set<InetSocketAddress> control) throws IsolationException;

    /** Takes the isolation away, completely; does nothing where there is none. */
    void release() throws IsolationException;

    /** Looks whether nothing of an isolation is left. */
    List<Check> verifyReleased();

    /** Whether rules of an isolation are in force now, looked up on the machine. */
    boolean inForce();

    /**
     * Watches an isolation from now on: when it is removed or changed by somebody else it is put back, and the listener
     * is told with a sentence about what was seen. Called once, before the first {@link #apply}.
     */
    void onTampering(TamperListener listener);

    @Override
    void close();

    /** Told from the watcher's thread, after the isolation was put back or putting it back failed. */
    interface TamperListener {
        void reapplied(String whatWasSeen);

        void reapplyFailed(String whatWasSeen, IsolationException reason);
    }
}
