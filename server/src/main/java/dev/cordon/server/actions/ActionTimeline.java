package dev.cordon.server.actions;

import dev.cordon.server.actions.ActionTables.Outgoing;
import dev.cordon.server.audit.AuditReads;
import dev.cordon.server.machines.Machines;
import dev.cordon.server.store.Database;
import dev.cordon.server.store.Instants;
import dev.cordon.server.web.ApiException;
import dev.cordon.server.web.ApiJson;
import dev.cordon.server.web.Caller;
import dev.cordon.server.web.Json;
import dev.cordon.server.web.Route;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jooq.Field;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * What happened to an action, and what happened on a machine, step by step: from the audit log, and for the way of the
 * command, which is not worth an entry there, from the outbox. Thread-safe.
 */
final class ActionTimeline {

    private static final int MOST_STEPS = 200;
    private static final int USUAL = 50;

    private final Database database;
    private final ActionLookup lookup;
    private final Machines machines;

    ActionTimeline(Database database, ActionLookup lookup, Machines machines) {
        this.database = database;
        this.lookup = lookup;
        this.machines = machines;
    }

    List<Route> routes() {
        return List.of(
                Route.anyOf(
                        HandlerType.GET,
                        Route.Face.CORDON,
                        "/cordon/v1/machineactions/{id}/timeline",
                        Actions.READ,
                        this::ofAction),
                Route.anyOf(
                        HandlerType.GET,
                        Route.Face.CORDON,
                        "/cordon/v1/machines/{id}/timeline",
                        Actions.READ,
                        this::ofMachine));
    }

    /** @param detail JSON object; null if there is none */
    private record Step(
            Instant at,
            String event,
            @Nullable String actor,
            @Nullable String detail) {

        ObjectNode json() {
            var json = Json.MAPPER.createObjectNode();
            json.put("at", ApiJson.instant(at));
            json.put("event", event);
            json.put("actor", actor);
            json.set("detail", detail == null ? Json.MAPPER.createObjectNode() : Json.MAPPER.readTree(detail));
            return json;
        }
    }

    private void ofAction(Context http, Caller caller) {
        var action = lookup.visible(http, caller);
        var steps = new ArrayList<Step>();
        database.read(sql -> {
            AuditReads.about(sql, action.tenantId(), "action:" + action.id(), MOST_STEPS)
                    .forEach(entry -> steps.add(new Step(entry.at(), entry.event(), entry.actor(), entry.detail())));
            var commands = sql.select(
                            Outgoing.KIND, Outgoing.DELIVERED_AT, Outgoing.ACKNOWLEDGED_AT, Outgoing.WITHDRAWN_AT)
                    .from(Outgoing.TABLE)
                    .where(Outgoing.ACTION_ID.eq(action.id()))
                    .fetch();
            for (var command : commands) {
                var which = command.get(Outgoing.KIND).equals(Commands.CANCEL) ? "cancellation" : "command";
                add(steps, command, Outgoing.DELIVERED_AT, which + ".delivered");
                add(steps, command, Outgoing.ACKNOWLEDGED_AT, which + ".acknowledged");
                add(steps, command, Outgoing.WITHDRAWN_AT, which + ".withdrawn");
            }
            return steps;
        });
        // a stable sort: what was written in one transaction stays in its order
        steps.sort(Comparator.comparing(Step::at));
        var answer = Json.MAPPER.createObjectNode();
        answer.put("actionId", action.id());
        answer.put("status", action.status().word());
        answer.put("expiresAt", ApiJson.instant(action.expiresAt()));
        var value = answer.putArray("value");
        steps.forEach(step -> value.add(step.json()));
        http.json(answer);
    }

    private static void add(List<Step> steps, org.jooq.Record command, Field<Long> column, String event) {
        var at = command.get(column);
        if (at != null) {
            steps.add(new Step(Instants.instant(at), event, null, null));
        }
    }

    private void ofMachine(Context http, Caller caller) {
        var id = http.pathParam("id");
        long before = number(http, "before", Long.MAX_VALUE, Long.MAX_VALUE);
        int top = (int) number(http, "top", MOST_STEPS, USUAL);
        var answer = Json.MAPPER.createObjectNode();
        database.read(sql -> {
            var machine = machines.require(sql, caller, id);
            var entries = AuditReads.aboutMachine(sql, caller.tenantId(), machine.id(), before, top);
            var value = answer.putArray("value");
            for (var entry : entries) {
                var step = new Step(entry.at(), entry.event(), entry.actor(), entry.detail()).json();
                value.add(step.put("number", entry.number()).put("subject", entry.subject()));
            }
            if (entries.size() == top) {
                answer.put("nextBefore", entries.getLast().number());
            }
            return answer;
        });
        http.json(answer);
    }

    private static long number(Context http, String name, long most, long usual) {
        var given = http.queryParam(name);
        if (given == null || given.isEmpty()) {
            return usual;
        }
        try {
            long number = Long.parseLong(given);
            if (number >= 1 && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // answered below, like a number out of bounds
        }
        throw ApiException.invalidInput(
                "The query parameter " + name + " must be a whole number from 1 to " + most + ".");
    }
}
