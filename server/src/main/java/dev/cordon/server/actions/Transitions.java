package dev.cordon.server.actions;

import dev.cordon.server.actions.ActionTables.Action;
import dev.cordon.server.actions.ActionTables.Outgoing;
import dev.cordon.server.audit.AuditLog;
import dev.cordon.server.store.Instants;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Optional;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Moves an action along the life cycle, with all that follows from it in the same transaction: its undelivered commands
 * are withdrawn once it has ended, the desired state falls back if it ended without success, the audit log tells.
 *
 * <p>Callers hold the machine's row. Thread-safe.
 */
final class Transitions {

    /** HRESULT of HTTP status 408, as clients know it from actions that timed out. */
    static final int TIMED_OUT = 0x8019_0198;
    /** {@code E_ABORT}. */
    static final int ABORTED = 0x8000_4004;
    /** {@code E_FAIL}: failed, and nobody said how. */
    static final int UNSPECIFIED = 0x8000_4005;

    private final AuditLog audit;
    private final Intents intents;
    private final InstantSource time;

    Transitions(AuditLog audit, Intents intents, InstantSource time) {
        this.audit = audit;
        this.intents = intents;
        this.time = time;
    }

    /** The action with this id, whoever asks from within its tenant. */
    static Optional<MachineAction> find(DSLContext sql, String tenantId, String id) {
        return sql.select(MachineAction.COLUMNS)
                .from(Action.TABLE)
                .where(Action.TENANT_ID.eq(tenantId), Action.ID.eq(id))
                .fetchOptional(MachineAction::of);
    }

    /**
     * Applies an event and tells whether the life cycle has a transition for it.
     *
     * @param actor who caused it, for the audit log
     */
    boolean apply(DSLContext sql, MachineAction action, LifeCycle.Event event, Consequence consequence, String actor) {
        var next = LifeCycle.next(action.status(), event);
        if (next.isEmpty()) {
            return false;
        }
        var status = next.get();
        long now = Instants.micros(time.instant());
        var update = sql.update(Action.TABLE)
                .set(Action.STATUS, status.word())
                .set(Action.UPDATED_AT, now)
                .set(Action.ERROR_HRESULT, consequence.errorHResult())
                .set(Action.TROUBLESHOOT_INFO, consequence.troubleshootInfo())
                .set(Action.OUTCOME, consequence.outcome());
        if (status == Status.CANCELLED) {
            update = update.set(Action.CANCELLED_AT, now);
        }
        int moved = update.where(
                        Action.ID.eq(action.id()),
                        Action.STATUS.eq(action.status().word()))
                .execute();
        if (moved == 0) {
            // somebody was faster; what holds now is judged anew
            return find(sql, action.tenantId(), action.id())
                    .map(current -> apply(sql, current, event, consequence, actor))
                    .orElse(false);
        }
        if (status.isFinal()) {
            withdraw(sql, action.id(), now);
            if (status != Status.SUCCEEDED) {
                action.type()
                        .aspect()
                        .ifPresent(aspect -> intents.settle(sql, action.tenantId(), action.machineId(), aspect));
            }
        }
        tell(sql, action, event, status, consequence, actor);
        return true;
    }

    /** Takes back the action's commands that were not handed out, and tells how many there were. */
    static int withdraw(DSLContext sql, String actionId, long now) {
        return sql.update(Outgoing.TABLE)
                .set(Outgoing.WITHDRAWN_AT, now)
                .where(Outgoing.ACTION_ID.eq(actionId), Outgoing.DELIVERED_AT.isNull(), Outgoing.WITHDRAWN_AT.isNull())
                .execute();
    }

    private void tell(
            DSLContext sql,
            MachineAction action,
            LifeCycle.Event event,
            Status status,
            Consequence consequence,
            String actor) {
        var detail = new LinkedHashMap<String, Object>();
        detail.put("type", action.type().word());
        detail.put("machineId", action.machineId());
        detail.put("from", action.status().word());
        detail.put("to", status.word());
        if (consequence.errorHResult() != 0) {
            detail.put("errorHResult", consequence.errorHResult());
        }
        if (consequence.troubleshootInfo() != null) {
            detail.put("message", consequence.troubleshootInfo());
        }
        audit.append(sql, action.tenantId(), actor, "action." + event.word(), "action:" + action.id(), detail);
    }

    /**
     * What an event leaves in the action.
     *
     * @param outcome JSON of what the machine looked at
     */
    record Consequence(
            int errorHResult,
            @Nullable String troubleshootInfo,
            @Nullable String outcome) {
        static final Consequence NONE = new Consequence(0, null, null);

        static Consequence error(int errorHResult) {
            return new Consequence(errorHResult, null, null);
        }
    }
}
