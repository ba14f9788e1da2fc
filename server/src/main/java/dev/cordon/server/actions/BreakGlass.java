package dev.cordon.server.actions;

import dev.cordon.server.actions.ActionTables.Action;
import dev.cordon.server.actions.ActionTables.Outgoing;
import dev.cordon.server.audit.AuditLog;
import dev.cordon.server.machines.Machine;
import dev.cordon.server.store.Database;
import dev.cordon.server.store.Instants;
import dev.cordon.server.web.ApiException;
import dev.cordon.server.web.Caller;
import java.time.Instant;
import java.util.Map;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;

/**
 * Hands out the one-time code with which somebody at the machine releases it when the server cannot. Every handing out
 * is in the audit log, the code is not. Thread-safe.
 */
final class BreakGlass {

    private final Database database;
    private final AuditLog audit;
    private final Commands commands;

    BreakGlass(Database database, AuditLog audit, Commands commands) {
        this.database = database;
        this.audit = audit;
        this.commands = commands;
    }

    /**
     * A code and the isolation that it releases.
     *
     * @param code in groups, as it is typed; a secret
     */
    record Code(String code, String actionId, Instant isolatedAt) {
        @Override
        public String toString() {
            return "Code[" + actionId + "]";
        }
    }

    /**
     * The code of the isolation that is in force as far as is known: the newest one that the machine has got and that
     * neither failed, nor was cancelled, nor was released since.
     *
     * @throws ApiException 404 if there is none
     */
    Code handOut(Caller caller, Machine machine) {
        return database.write(sql -> {
            var row = sql.select(Outgoing.SEQUENCE, Outgoing.BREAK_GLASS, Outgoing.ACTION_ID, Outgoing.CREATED_AT)
                    .from(Outgoing.TABLE)
                    .join(Action.TABLE)
                    .on(Action.ID.eq(Outgoing.ACTION_ID))
                    .where(of(caller, machine), Outgoing.KIND.eq(ActionType.ISOLATE.word()))
                    .and(Outgoing.DELIVERED_AT.isNotNull())
                    .and(Outgoing.UNDONE_AT.isNull())
                    .and(Action.STATUS.notIn(Status.FAILED.word(), Status.CANCELLED.word()))
                    .and(Outgoing.SEQUENCE.gt(lastRelease(sql, caller, machine)))
                    .orderBy(Outgoing.SEQUENCE.desc())
                    .limit(1)
                    .fetchOne();
            if (row == null) {
                throw ApiException.resourceNotFound("Machine " + machine.id() + " has no isolation in force.");
            }
            var code = commands.code(caller.tenantId(), machine.id(), row.value1(), row.value2());
            audit.append(
                    sql,
                    caller.tenantId(),
                    caller.actor(),
                    "break-glass.handed-out",
                    "machine:" + machine.id(),
                    Map.of("actionId", row.value3(), "sequence", row.value1()));
            return new Code(code.shown(), row.value3(), Instants.instant(row.value4()));
        });
    }

    private static long lastRelease(DSLContext sql, Caller caller, Machine machine) {
        return sql.select(DSL.coalesce(DSL.max(Outgoing.SEQUENCE), 0L))
                .from(Outgoing.TABLE)
                .join(Action.TABLE)
                .on(Action.ID.eq(Outgoing.ACTION_ID))
                .where(of(caller, machine), Outgoing.KIND.eq(ActionType.UNISOLATE.word()))
                .and(Action.STATUS.eq(Status.SUCCEEDED.word()))
                .fetchSingle()
                .value1();
    }

    private static Condition of(Caller caller, Machine machine) {
        return Outgoing.TENANT_ID.eq(caller.tenantId()).and(Outgoing.MACHINE_ID.eq(machine.id()));
    }
}
