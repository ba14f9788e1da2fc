package dev.cordon.server.actions;

import dev.cordon.gateway.MachineRef;
import dev.cordon.server.actions.ActionTables.Outgoing;
import dev.cordon.server.store.Database;
import dev.cordon.server.store.Instants;
import dev.cordon.server.web.ApiJson;
import dev.cordon.server.web.Caller;
import dev.cordon.server.web.Json;
import dev.cordon.server.web.Route;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.util.List;
import org.jooq.Record;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code /cordon/v1/machineactions/{id}}: all that is known of an action: where its command is, how far the machine is,
 * and what it looked at, file by file, before it claimed its result. Thread-safe.
 */
final class ActionDetails {

    private final Database database;
    private final ActionLookup lookup;
    private final RunningProgress progress;

    ActionDetails(Database database, ActionLookup lookup, RunningProgress progress) {
        this.database = database;
        this.lookup = lookup;
        this.progress = progress;
    }

    List<Route> routes() {
        return List.of(Route.anyOf(
                HandlerType.GET, Route.Face.CORDON, "/cordon/v1/machineactions/{id}", Actions.READ, this::get));
    }

    private void get(Context http, Caller caller) {
        var action = lookup.visible(http, caller);
        var command = database.read(sql -> sql.select(
                        Outgoing.SEQUENCE,
                        Outgoing.CREATED_AT,
                        Outgoing.EXPIRES_AT,
                        Outgoing.DELIVERED_AT,
                        Outgoing.ACKNOWLEDGED_AT,
                        Outgoing.WITHDRAWN_AT,
                        Outgoing.ENVELOPE)
                .from(Outgoing.TABLE)
                .where(Outgoing.ACTION_ID.eq(action.id()), Outgoing.KIND.ne(Commands.CANCEL))
                .fetchSingle());
        var json = ActionJson.write(action);
        command(json.putObject("command"), command);
        var asked = AskedFor.body(action, command.get(Outgoing.ENVELOPE));
        json.set("request", asked == null ? Json.MAPPER.nullNode() : asked);
        var told = action.status().isFinal()
                ? null
                : progress.of(new MachineRef(action.tenantId(), action.machineId()), command.get(Outgoing.SEQUENCE))
                        .orElse(null);
        if (told == null) {
            json.putNull("progress");
        } else {
            json.putObject("progress")
                    .put("percent", told.percent())
                    .put("doing", told.doing())
                    .put("at", ApiJson.instant(told.at()));
        }
        var outcome = action.outcome();
        json.set("outcome", outcome == null ? Json.MAPPER.nullNode() : Json.MAPPER.readTree(outcome));
        http.json(json);
    }

    private static void command(ObjectNode json, Record row) {
        json.put("sequence", row.get(Outgoing.SEQUENCE));
        json.put("createdAt", instant(row.get(Outgoing.CREATED_AT)));
        json.put("expiresAt", instant(row.get(Outgoing.EXPIRES_AT)));
        json.put("deliveredAt", instant(row.get(Outgoing.DELIVERED_AT)));
        json.put("acknowledgedAt", instant(row.get(Outgoing.ACKNOWLEDGED_AT)));
        json.put("withdrawnAt", instant(row.get(Outgoing.WITHDRAWN_AT)));
    }

    private static @Nullable String instant(@Nullable Long micros) {
        return micros == null ? null : ApiJson.instant(Instants.instant(micros));
    }
}
