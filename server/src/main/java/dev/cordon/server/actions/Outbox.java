package dev.cordon.server.actions;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.cordon.gateway.CommandSource;
import dev.cordon.gateway.CommandSource.Delivery;
import dev.cordon.gateway.MachineRef;
import dev.cordon.protocol.wire.SignedCommand;
import dev.cordon.server.actions.ActionTables.Outgoing;
import dev.cordon.server.store.Database;
import dev.cordon.server.store.Instants;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jooq.Condition;
import org.jooq.Record2;

/**
 * The signed commands that wait for machines, in sequence order.
 *
 * <p>A command is marked delivered in the transaction that hands it out, and withdrawn only where it is not yet marked:
 * the row decides the race, so that nothing is ever both. Thread-safe.
 */
public final class Outbox {

    private final Database database;
    private final InstantSource time;
    private final List<CommandSource.Listener> listeners = new CopyOnWriteArrayList<>();

    public Outbox(Database database, InstantSource time) {
        this.database = database;
        this.time = time;
    }

    /** Takes the next commands and marks them delivered, as {@link dev.cordon.gateway.CommandSource#take} says. */
    public List<Delivery> take(MachineRef machine, long afterSequence, int most) {
        long now = Instants.micros(time.instant());
        var deliverable = of(machine)
                .and(Outgoing.SEQUENCE.gt(afterSequence))
                .and(Outgoing.WITHDRAWN_AT.isNull())
                .and(Outgoing.EXPIRES_AT.gt(now));
        // most calls find nothing, and looking costs no write
        var waiting = database.read(sql -> sql.select(Outgoing.SEQUENCE)
                .from(Outgoing.TABLE)
                .where(deliverable)
                .orderBy(Outgoing.SEQUENCE)
                .limit(most)
                .fetch(Outgoing.SEQUENCE));
        if (waiting.isEmpty()) {
            return List.of();
        }
        var next = deliverable.and(Outgoing.SEQUENCE.le(waiting.getLast()));
        return database.write(sql -> {
            sql.update(Outgoing.TABLE)
                    .set(Outgoing.DELIVERED_AT, now)
                    .where(next.and(Outgoing.DELIVERED_AT.isNull()))
                    .execute();
            return sql.select(Outgoing.SEQUENCE, Outgoing.ENVELOPE)
                    .from(Outgoing.TABLE)
                    .where(next.and(Outgoing.DELIVERED_AT.isNotNull()))
                    .orderBy(Outgoing.SEQUENCE)
                    .fetch(Outbox::delivery);
        });
    }

    /** The agent has all commands up to this sequence on its disk. */
    public void acknowledged(MachineRef machine, long sequence) {
        var news = of(machine)
                .and(Outgoing.SEQUENCE.le(sequence))
                .and(Outgoing.DELIVERED_AT.isNotNull())
                .and(Outgoing.ACKNOWLEDGED_AT.isNull());
        if (database.read(sql -> sql.fetchExists(Outgoing.TABLE, news))) {
            database.write(sql -> sql.update(Outgoing.TABLE)
                    .set(Outgoing.ACKNOWLEDGED_AT, Instants.micros(time.instant()))
                    .where(news)
                    .execute());
        }
    }

    /** Registers a gateway of this process. */
    public void listen(CommandSource.Listener listener) {
        listeners.add(listener);
    }

    /** Whether a gateway of this process holds the machine's connection, so that what is made now can go out at once. */
    boolean reaches(MachineRef machine) {
        return listeners.stream().anyMatch(listener -> listener.connected(machine));
    }

    /** Sends a command that was marked delivered as it was made; called after the commit. */
    void handOver(MachineRef machine, Delivery delivery) {
        listeners.forEach(listener -> listener.handOver(machine, delivery));
    }

    /** Tells the listeners that something waits; called after the commit of it. */
    void wake(MachineRef machine) {
        listeners.forEach(listener -> listener.waiting(machine));
    }

    private static Condition of(MachineRef machine) {
        return Outgoing.TENANT_ID.eq(machine.tenantId()).and(Outgoing.MACHINE_ID.eq(machine.machineId()));
    }

    private static Delivery delivery(Record2<Long, byte[]> row) {
        try {
            return new Delivery(row.value1(), SignedCommand.parseFrom(row.value2()));
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("command " + row.value1() + " in the outbox is damaged", e);
        }
    }
}
