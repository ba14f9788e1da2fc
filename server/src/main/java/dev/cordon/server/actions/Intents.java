package dev.cordon.server.actions;

import dev.cordon.protocol.wire.Aspect;
import dev.cordon.server.actions.ActionTables.Action;
import dev.cordon.server.actions.ActionTables.Outgoing;
import dev.cordon.server.machines.MachineState;
import dev.cordon.server.machines.Machines;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jooq.DSLContext;

/**
 * What a machine is meant to be, one aspect at a time. An intent counts while its action is open or has succeeded,
 * unless the machine itself gave it up; the newest command of the aspect whose intent counts decides, and without one
 * nothing is desired.
 *
 * <p>Callers hold the machine's row, so that no newer command slips in between. Stateless.
 */
final class Intents {

    /** The aspects that commands change until further notice. */
    static final List<Aspect> ASPECTS = List.of(Aspect.ASPECT_ISOLATION, Aspect.ASPECT_EXECUTION);

    private static final List<String> COUNTING = Stream.of(Status.PENDING, Status.IN_PROGRESS, Status.SUCCEEDED)
            .map(Status::word)
            .toList();

    private final Machines machines;

    Intents(Machines machines) {
        this.machines = machines;
    }

    /** A new intent, the newest by its sequence. */
    void desire(DSLContext sql, MachineAction action, Aspect aspect, String value, long sequence) {
        machines.desire(sql, action.tenantId(), action.machineId(), aspect, value, sequence);
    }

    /** Sets the desired state of an aspect to the newest intent that still counts. */
    void settle(DSLContext sql, String tenantId, String machineId, Aspect aspect) {
        var newest = sql.select(Outgoing.SEQUENCE, Outgoing.INTENT)
                .from(Outgoing.TABLE)
                .join(Action.TABLE)
                .on(Action.ID.eq(Outgoing.ACTION_ID))
                .where(Outgoing.TENANT_ID.eq(tenantId), Outgoing.MACHINE_ID.eq(machineId))
                .and(Outgoing.KIND.in(kinds(aspect)))
                .and(Outgoing.UNDONE_AT.isNull())
                .and(Action.STATUS.in(COUNTING))
                .orderBy(Outgoing.SEQUENCE.desc())
                .limit(1)
                .fetchOne();
        long sequence = newest == null ? 0 : newest.value1();
        var intent = newest == null ? null : newest.value2();
        var value = intent == null ? MachineState.NONE : intent;
        var now = machines.state(sql, tenantId, machineId, aspect);
        if (!now.desired().equals(value) || now.desiredSequence() != sequence) {
            machines.desire(sql, tenantId, machineId, aspect, value, sequence);
        }
    }

    /** The machine gave up what it was told of an aspect up to this sequence, and everything it has acknowledged. */
    void undo(DSLContext sql, String tenantId, String machineId, Aspect aspect, long upTo, long at) {
        sql.update(Outgoing.TABLE)
                .set(Outgoing.UNDONE_AT, at)
                .where(Outgoing.TENANT_ID.eq(tenantId), Outgoing.MACHINE_ID.eq(machineId))
                .and(Outgoing.KIND.in(kinds(aspect)))
                .and(Outgoing.UNDONE_AT.isNull())
                .and(Outgoing.ACKNOWLEDGED_AT.isNotNull().or(Outgoing.SEQUENCE.le(upTo)))
                .execute();
        settle(sql, tenantId, machineId, aspect);
    }

    private static List<String> kinds(Aspect aspect) {
        return Arrays.stream(ActionType.values())
                .filter(type -> type.aspect().filter(aspect::equals).isPresent())
                .map(ActionType::word)
                .toList();
    }
}
