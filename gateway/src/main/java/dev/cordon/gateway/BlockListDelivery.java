package dev.cordon.gateway;

import dev.cordon.protocol.wire.BlockListInForce;
import dev.cordon.protocol.wire.GatewayMessage;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Brings one machine's list of blocked files up to date and keeps it there. Changes that the machine did not confirm
 * within a heartbeat or two are sent again from where it said it was, so a machine whose disk was full for a while
 * catches up without a new connection. All but {@link #hint} runs in the machine's lane.
 */
final class BlockListDelivery {

    private final BlockListSource source;
    private final MachineRef machine;
    private final AgentLink link;
    private final AtomicBoolean due = new AtomicBoolean();
    private final Queue<Long> unconfirmed = new ArrayDeque<>();
    private long confirmed;
    private long sent;
    private boolean overdue;

    BlockListDelivery(BlockListSource source, MachineRef machine, AgentLink link) {
        this.source = source;
        this.machine = machine;
        this.link = link;
    }

    /** The machine has this version, by its Hello. */
    void begin(long version) {
        confirmed = version;
        sent = version;
        due.set(true);
    }

    /** The list has changed. */
    void hint() {
        due.set(true);
    }

    /** Looks again, and repeats what stayed unconfirmed for a whole heartbeat. */
    void heartbeat() {
        if (overdue && !unconfirmed.isEmpty()) {
            sent = confirmed;
            unconfirmed.clear();
        }
        overdue = !unconfirmed.isEmpty();
        due.set(true);
    }

    /** Sends what is due as far as the agent reads, and tells whether it has been sent all. */
    boolean deliver() {
        while (due.get() && link.takesMore() && !link.ending()) {
            due.set(false);
            var next = source.after(machine, sent);
            if (next.isPresent()) {
                sent = next.get().toVersion();
                unconfirmed.add(sent);
                overdue = false;
                link.send(GatewayMessage.newBuilder()
                        .setBlockChanges(next.get().signed())
                        .build());
                due.set(true);
            }
        }
        return !due.get();
    }

    /** The machine says what it enforces. */
    void told(BlockListInForce inForce) {
        long version = inForce.getVersion();
        if (unconfirmed.contains(version)) {
            while (!unconfirmed.isEmpty() && unconfirmed.element() != version) {
                unconfirmed.remove();
            }
            unconfirmed.remove();
            confirmed = version;
        } else if (version != confirmed) {
            confirmed = version;
            overdue = true;
            unconfirmed.add(sent);
        }
        source.inForce(machine, inForce);
    }
}
