package dev.cordon.gateway;

import dev.cordon.protocol.wire.SignedCommand;
import java.util.List;

/**
 * Port: the commands that wait for machines. The store behind it is the truth; the {@link Listener} is only told so as
 * to save polling and a second look. Methods block on the store and may be called from any thread but an event loop.
 */
public interface CommandSource {

    /**
     * Takes the machine's next commands in sequence order and marks them delivered, in one transaction, before a byte
     * of them leaves. From then on only the machine's own word can cancel them. Commands that were withdrawn or have
     * expired are left out. A command already marked delivered but not acknowledged is handed out again.
     *
     * @param afterSequence only commands behind this one: the last in the agent's journal, or sent on this connection
     */
    List<Delivery> take(MachineRef machine, long afterSequence, int most);

    /** The agent has all commands up to this sequence in its journal on disk. */
    void acknowledged(MachineRef machine, long sequence);

    /** Registers a gateway that wants to hear of new commands at once. */
    void listen(Listener listener);

    /** A gateway, as the store sees it. Called from any thread but the store's own; only {@link #handOver} may block. */
    interface Listener {

        /** Whether the machine is connected here now, so that a command may be marked delivered as it is made. */
        boolean connected(MachineRef machine);

        /**
         * A command was made and, in the same transaction, marked delivered. It is sent if nothing lies before it;
         * otherwise, and if the machine is gone, {@link CommandSource#take} finds it again. May look into the store.
         */
        void handOver(MachineRef machine, Delivery delivery);

        /** The machine may have commands waiting. */
        void waiting(MachineRef machine);
    }

    /** A command on its way; its signed payload is sent as it is. */
    record Delivery(long sequence, SignedCommand command) {}
}
