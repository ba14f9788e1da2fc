package dev.cordon.server.actions;

import dev.cordon.protocol.wire.Aspect;
import dev.cordon.server.actions.ActionTables.Action;
import dev.cordon.server.actions.ActionTables.Outgoing;
import dev.cordon.server.machines.MachineState;
import dev.cordon.server.machines.Machines;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jooq.DSLContext;

/**
 * What a machine is meant to be. An intent counts while its action is open or has succeeded, unless the machine itself
 * gave it up; the newest command whose intent counts decides, and without one nothing is desired.
 *
 * <p>Callers hold the machine's row, so that no newer command slips in between. Stateless.
 */
final class Intents {

    /** Commands that say how a machine shall be. */
    private static final List<String> KINDS = List.of(ActionType.ISOLATE.word(), ActionType.UNISOLATE.word());

    private static final List<String> COUNTING = Stream.of(Status.PENDING, Status.IN_PROGRESS, Status.SUCCEEDED)
            .map(Status::word)
            .toList();

    private final Machines machines;

    Intents(Machines machines) {
        this.machines = machines;
    }

    /** A new intent, the newest by its sequence. */
    void desire(DSLContext sql, MachineAction action, long sequence) {
        machines.desire(
                sql,
                action.tenantId(),
                action.machineId(),
                Aspect.ASPECT_ISOLATION,
                value(Optional.ofNullable(action.scope())),
                sequence);
    }

    /** Sets the desired state to the newest intent that still counts. */
    void settle(DSLContext sql, String tenantId, String machineId) {
        var newest = sql.select(Outgoing.SEQUENCE, Action.SCOPE)
                .from(Outgoing.TABLE)
                .join(Action.TABLE)
                .on(Action.ID.eq(Outgoing.ACTION_ID))
                .where(Outgoing.TENANT_ID.eq(tenantId), Outgoing.MACHINE_ID.eq(machineId))
                .and(Outgoing.KIND.in(KINDS))
                .and(Outgoing.UNDONE_AT.isNull())
                .and(Action.STATUS.in(COUNTING))
                .orderBy(Outgoing.SEQUENCE.desc())
                .limit(1)
                .fetchOne();
        long sequence = newest == null ? 0 : newest.value1();
        var value = newest == null ? MachineState.NONE : value(Optional.ofNullable(newest.value2()));
        var now = machines.state(sql, tenantId, machineId, Aspect.ASPECT_ISOLATION);
        if (!now.desired().equals(value) || now.desiredSequence() != sequence) {
            machines.desire(sql, tenantId, machineId, Aspect.ASPECT_ISOLATION, value, sequence);
        }
    }

    /** The machine gave up what it was told up to this sequence, and everything it has acknowledged. */
    void undo(DSLContext sql, String tenantId, String machineId, long upTo, long at) {
        sql.update(Outgoing.TABLE)
                .set(Outgoing.UNDONE_AT, at)
                .where(Outgoing.TENANT_ID.eq(tenantId), Outgoing.MACHINE_ID.eq(machineId))
                .and(Outgoing.KIND.in(KINDS))
                .and(Outgoing.UNDONE_AT.isNull())
                .and(Outgoing.ACKNOWLEDGED_AT.isNotNull().or(Outgoing.SEQUENCE.le(upTo)))
                .execute();
        settle(sql, tenantId, machineId);
    }

    private static String value(Optional<String> scope) {
        return scope.orElse(MachineState.NONE);
    }
}
