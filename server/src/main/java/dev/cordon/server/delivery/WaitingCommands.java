package dev.cordon.server.delivery;

import dev.cordon.gateway.CommandSource;
import dev.cordon.gateway.MachineRef;
import dev.cordon.server.actions.Outbox;
import java.util.List;

/** Hands the gateway what waits in the outbox. Thread-safe. */
public final class WaitingCommands implements CommandSource {

    private final Outbox outbox;

    public WaitingCommands(Outbox outbox) {
        this.outbox = outbox;
    }

    @Override
    public List<Delivery> take(MachineRef machine, long afterSequence, int most) {
        return outbox.take(machine, afterSequence, most);
    }

    @Override
    public void acknowledged(MachineRef machine, long sequence) {
        outbox.acknowledged(machine, sequence);
    }

    @Override
    public void listen(Listener listener) {
        outbox.listen(listener);
    }
}
