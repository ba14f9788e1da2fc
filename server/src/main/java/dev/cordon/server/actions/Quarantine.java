package dev.cordon.server.actions;

import dev.cordon.server.actions.ActionTables.Action;
import dev.cordon.server.store.Database;
import dev.cordon.server.store.Instants;
import dev.cordon.server.web.ApiJson;
import dev.cordon.server.web.Caller;
import dev.cordon.server.web.Json;
import dev.cordon.server.web.Route;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import org.jooq.Condition;
import org.jooq.impl.DSL;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code /cordon/v1/quarantine}: which file is in the vault of which machine, as their reports tell: what was
 * quarantined and not given back since. {@code ?machineId=} narrows it to one machine. Thread-safe.
 */
final class Quarantine {

    /** The newest actions that are looked at. */
    private static final int MOST_ACTIONS = 5_000;

    private static final List<String> TYPES = List.of(ActionType.QUARANTINE.word(), ActionType.RESTORE.word());

    private final Database database;

    Quarantine(Database database) {
        this.database = database;
    }

    List<Route> routes() {
        return List.of(
                Route.anyOf(HandlerType.GET, Route.Face.CORDON, "/cordon/v1/quarantine", Actions.READ, this::list));
    }

    private void list(Context http, Caller caller) {
        var machine = http.queryParam("machineId");
        Condition wanted = machine == null ? DSL.noCondition() : Action.MACHINE_ID.eq(machine);
        var actions = database.read(sql -> sql.select(MachineAction.COLUMNS)
                .from(Action.TABLE)
                .where(Actions.visible(caller), Action.TYPE.in(TYPES), Action.OUTCOME.isNotNull(), wanted)
                .orderBy(Action.CREATED_AT.desc(), Action.SEQ.desc())
                .limit(MOST_ACTIONS)
                .fetch(MachineAction::of));
        var restored = new HashSet<String>();
        var held = new ArrayDeque<ObjectNode>();
        for (var action : actions) {
            for (var file : files(action)) {
                var place = action.machineId() + "/" + file.path("vaultId").stringValue("");
                switch (file.path("status").stringValue("")) {
                    case FileWords.RESTORED -> restored.add(place);
                    case FileWords.QUARANTINED -> {
                        if (!restored.contains(place)) {
                            held.add(entry(action, file));
                        }
                    }
                    default -> {}
                }
            }
        }
        var answer = Json.MAPPER.createObjectNode();
        held.forEach(answer.putArray("value")::add);
        http.json(answer);
    }

    private static JsonNode files(MachineAction action) {
        var outcome = action.outcome();
        return outcome == null
                ? Json.MAPPER.createArrayNode()
                : Json.MAPPER.readTree(outcome).path("files");
    }

    private static ObjectNode entry(MachineAction action, JsonNode file) {
        var json = Json.MAPPER
                .createObjectNode()
                .put("machineId", action.machineId())
                .put("computerDnsName", action.computerDnsName())
                .put("actionId", action.id())
                .put("path", file.path("path").stringValue(""))
                .put("vaultId", file.path("vaultId").stringValue(""))
                .put("size", file.path("size").longValue(0))
                .put("quarantinedAt", ApiJson.instant(Instants.instant(Instants.micros(action.updatedAt()))));
        return json.put(
                "sha256", file.path("sha256").isString() ? file.path("sha256").stringValue() : null);
    }
}
