package dev.cordon.gateway;

import dev.cordon.protocol.InvalidEnvelopeException;
import dev.cordon.protocol.wire.Heartbeat;
import dev.cordon.protocol.wire.Hello;
import dev.cordon.protocol.wire.Progress;
import dev.cordon.protocol.wire.SignedReport;
import java.net.InetAddress;

/**
 * Port: what machines say. Methods block on the store; the gateway calls them for one machine in the order in which the
 * messages came, never two at a time, and not from an event loop.
 */
public interface MachineInbox {

    /**
     * A machine has connected and said who it is.
     *
     * @return the number of its last report that was applied; 0 if there is none
     */
    long connected(MachineRef machine, Hello hello, InetAddress from);

    /** A sign of life, with facts that may have changed. */
    void heartbeat(MachineRef machine, Heartbeat heartbeat, InetAddress from);

    /**
     * Applies a report in one transaction and returns its number once that is on disk. A report that was applied before
     * is not applied again; its number is returned all the same.
     *
     * @throws InvalidEnvelopeException if it is not signed by this machine's key, or speaks for another machine
     */
    long report(MachineRef machine, SignedReport report) throws InvalidEnvelopeException;

    /** How far a running command is: shown while it lasts, not kept. */
    default void progress(MachineRef machine, Progress progress) {
        // a store that shows no progress
    }

    /** The machine's connection is gone. */
    void disconnected(MachineRef machine);
}
