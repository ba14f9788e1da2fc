package dev.cordon.gateway;

import dev.cordon.protocol.wire.SignedCommand;
import java.util.List;
import java.util.function.Consumer;

/**
 * Port: the commands that wait for machines. The store behind it is the truth; {@link #onWaiting} is only a hint that
 * saves polling. Methods block on the store and may be called from any thread but an event loop.
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

    /** Registers who is told, from any thread and without blocking, that a machine may have commands waiting. */
    void onWaiting(Consumer<MachineRef> listener);

    /** A command on its way; its signed payload is sent as it is. */
    record Delivery(long sequence, SignedCommand command) {}
}
