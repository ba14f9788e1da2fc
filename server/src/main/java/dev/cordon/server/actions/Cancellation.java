package dev.cordon.server.actions;

import dev.cordon.gateway.MachineRef;
import dev.cordon.server.actions.ActionTables.Action;
import dev.cordon.server.actions.ActionTables.Outgoing;
import dev.cordon.server.actions.Transitions.Consequence;
import dev.cordon.server.audit.AuditLog;
import dev.cordon.server.machines.Machines;
import dev.cordon.server.store.Database;
import dev.cordon.server.store.Instants;
import dev.cordon.server.web.ApiException;
import dev.cordon.server.web.Caller;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import org.jooq.DSLContext;

/**
 * Cancels an action without ever claiming more than is known: what was not handed out is withdrawn at once and for sure;
 * for what was, the machine is asked, and the action keeps its status until the machine has answered. Thread-safe.
 */
final class Cancellation {

    private final Database database;
    private final InstantSource time;
    private final AuditLog audit;
    private final Machines machines;
    private final Commands commands;
    private final Transitions transitions;
    private final Outbox outbox;

    Cancellation(
            Database database,
            InstantSource time,
            AuditLog audit,
            Machines machines,
            Commands commands,
            Transitions transitions,
            Outbox outbox) {
        this.database = database;
        this.time = time;
        this.audit = audit;
        this.machines = machines;
        this.commands = commands;
        this.transitions = transitions;
        this.outbox = outbox;
    }

    /**
     * Cancels as far as can be said now. A second cancellation while the machine is being asked changes nothing.
     *
     * @throws ApiException 400 if the action has ended, or if the key came with another request
     */
    Acceptance.Accepted cancel(Caller caller, MachineAction action, String comment, Optional<String> idempotencyKey) {
        while (true) {
            try {
                var cancelled = database.write(sql -> write(sql, caller, action, comment, idempotencyKey));
                outbox.wake(new MachineRef(action.tenantId(), action.machineId()));
                return cancelled;
            } catch (IdempotencyKeys.TakenMeanwhile e) {
                // the next attempt finds what the other request did
            }
        }
    }

    private Acceptance.Accepted write(
            DSLContext sql, Caller caller, MachineAction asked, String comment, Optional<String> idempotencyKey) {
        long sequence = machines.takeSequence(sql, asked.tenantId(), asked.machineId());
        var action = current(sql, asked);
        var hash = ActionRequest.cancellationHash(action.id(), comment);
        if (idempotencyKey
                .flatMap(key -> IdempotencyKeys.actionOf(sql, caller, key, hash))
                .isPresent()) {
            return new Acceptance.Accepted(action, true);
        }
        if (action.status().isFinal()) {
            throw ApiException.invalidInput("The action cannot be cancelled: it has ended as "
                    + action.status().word() + ".");
        }
        var now = Instants.instant(Instants.micros(time.instant()));
        idempotencyKey.ifPresent(
                key -> IdempotencyKeys.remember(sql, caller, key, hash, action.id(), Instants.micros(now)));
        if (action.cancellationRequestor() != null) {
            return new Acceptance.Accepted(action, false);
        }
        sql.update(Action.TABLE)
                .set(Action.CANCELLATION_REQUESTOR, caller.displayName())
                .set(Action.CANCELLATION_COMMENT, comment.isEmpty() ? null : comment)
                .set(Action.UPDATED_AT, Instants.micros(now))
                .where(Action.ID.eq(action.id()))
                .execute();
        audit.append(
                sql,
                action.tenantId(),
                caller.actor(),
                "action.cancellation-requested",
                "action:" + action.id(),
                Map.of("comment", comment, "status", action.status().word()));
        if (Transitions.withdraw(sql, action.id(), Instants.micros(now)) > 0) {
            transitions.apply(
                    sql, action, LifeCycle.Event.WITHDRAWN, Consequence.error(Transitions.ABORTED), caller.actor());
        } else {
            commands.cancel(sql, action, sequence, sequenceOf(sql, action), now);
        }
        return new Acceptance.Accepted(current(sql, action), false);
    }

    private static long sequenceOf(DSLContext sql, MachineAction action) {
        return sql.select(Outgoing.SEQUENCE)
                .from(Outgoing.TABLE)
                .where(Outgoing.ACTION_ID.eq(action.id()), Outgoing.KIND.ne(Commands.CANCEL))
                .fetchSingle()
                .value1();
    }

    private static MachineAction current(DSLContext sql, MachineAction action) {
        return Transitions.find(sql, action.tenantId(), action.id()).orElseThrow();
    }
}
