package dev.cordon.server.actions;

import dev.cordon.gateway.MachineRef;
import dev.cordon.server.actions.ActionTables.Action;
import dev.cordon.server.actions.ActionTables.Outgoing;
import java.util.Optional;
import org.jooq.DSLContext;
import org.jooq.Record;

/**
 * What others may know of an action.
 *
 * @param type as the API spells it
 */
public record ActionFacts(String id, String type, Status status, String machineId) {

    /** Type of an action that asks for an investigation package. */
    public static final String COLLECT = ActionType.COLLECT.word();

    /** Type of an action that asks for a file sample. */
    public static final String SAMPLE = ActionType.SAMPLE.word();

    /** The action that ordered a command, if that command was handed to this machine. */
    public static Optional<ActionFacts> ofDelivered(DSLContext sql, MachineRef machine, long sequence) {
        return sql.select(Action.ID, Action.TYPE, Action.STATUS, Action.MACHINE_ID)
                .from(Outgoing.TABLE)
                .join(Action.TABLE)
                .on(Action.ID.eq(Outgoing.ACTION_ID))
                .where(Outgoing.TENANT_ID.eq(machine.tenantId()), Outgoing.MACHINE_ID.eq(machine.machineId()))
                .and(Outgoing.SEQUENCE.eq(sequence))
                .and(Outgoing.KIND.ne(Commands.CANCEL))
                .and(Outgoing.DELIVERED_AT.isNotNull())
                .fetchOptional(ActionFacts::of);
    }

    /** The action of a tenant with this id. */
    public static Optional<ActionFacts> find(DSLContext sql, String tenantId, String id) {
        return sql.select(Action.ID, Action.TYPE, Action.STATUS, Action.MACHINE_ID)
                .from(Action.TABLE)
                .where(Action.TENANT_ID.eq(tenantId), Action.ID.eq(id))
                .fetchOptional(ActionFacts::of);
    }

    private static ActionFacts of(Record row) {
        return new ActionFacts(
                row.get(Action.ID),
                row.get(Action.TYPE),
                Status.of(row.get(Action.STATUS)),
                row.get(Action.MACHINE_ID));
    }
}
