package dev.cordon.server.actions;

import dev.cordon.server.actions.ActionTables.Action;
import dev.cordon.server.actions.ActionTables.Quarantined;
import dev.cordon.server.files.FileHash;
import dev.cordon.server.machines.Machine;
import dev.cordon.server.machines.Machines;
import dev.cordon.server.store.Database;
import dev.cordon.server.web.ApiException;
import dev.cordon.server.web.Caller;
import dev.cordon.server.web.Json;
import dev.cordon.server.web.JsonBody;
import dev.cordon.server.web.Route;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.util.List;
import java.util.Optional;
import org.jooq.impl.DSL;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The way back from quarantine: what one action took, all of a machine, or one file wherever it was taken. Each call
 * makes ordinary actions, one a machine, that are followed and cancelled like any other. Thread-safe.
 */
final class Restores {

    private final Database database;
    private final Machines machines;
    private final ActionLookup lookup;
    private final Acceptance acceptance;

    Restores(Database database, Machines machines, ActionLookup lookup, Acceptance acceptance) {
        this.database = database;
        this.machines = machines;
        this.lookup = lookup;
        this.acceptance = acceptance;
    }

    List<Route> routes() {
        return List.of(
                restore("/cordon/v1/machineactions/{id}/restore", this::ofAction),
                restore("/cordon/v1/machines/{id}/restore", this::ofMachine),
                restore("/cordon/v1/files/{hash}/restore", this::everywhere));
    }

    private static Route restore(String path, Route.Handler.Authenticated handler) {
        return Route.anyOf(HandlerType.POST, Route.Face.CORDON, path, ActionType.RESTORE.permissions(), handler);
    }

    private void ofAction(Context http, Caller caller) {
        var action = lookup.visible(http, caller);
        if (action.type() != ActionType.QUARANTINE) {
            throw ApiException.invalidInput("Only a StopAndQuarantineFile action can be restored; this one is "
                    + action.type().word() + ".");
        }
        var comment = ActionRequest.requiredText(JsonBody.object(http), "comment");
        one(
                http,
                caller,
                action.machineId(),
                ActionRequest.restore(comment, Optional.empty(), Optional.of(action.id())));
    }

    private void ofMachine(Context http, Caller caller) {
        var machine = database.read(sql -> machines.require(sql, caller, http.pathParam("id")));
        var body = JsonBody.object(http);
        var comment = ActionRequest.requiredText(body, "comment");
        var file = JsonBody.text(body, "hash").map(FileHash::parse);
        one(http, caller, machine.id(), ActionRequest.restore(comment, file, Optional.empty()));
    }

    private void one(Context http, Caller caller, String machine, ActionRequest request) {
        var accepted = acceptance.accept(caller, machine, () -> request, Optional.empty());
        http.status(201).json(ActionJson.created(accepted.action()));
    }

    /** Every machine is told on its own, so that one which cannot does not keep the others from it. */
    private void everywhere(Context http, Caller caller) {
        var file = FileHash.parse(http.pathParam("hash"));
        var comment = ActionRequest.requiredText(JsonBody.object(http), "comment");
        var request = ActionRequest.restore(comment, Optional.of(file), Optional.empty());
        var answer = Json.MAPPER.createObjectNode().put("hash", file.hex());
        var actions = answer.putArray("actions");
        var refused = answer.putArray("refused");
        for (var machine : holders(caller, file)) {
            tell(caller, machine, request, actions, refused);
        }
        http.status(201).json(answer);
    }

    private void tell(Caller caller, Machine machine, ActionRequest request, ArrayNode actions, ArrayNode refused) {
        try {
            actions.add(ActionJson.created(acceptance
                    .accept(caller, machine.id(), () -> request, Optional.empty())
                    .action()));
        } catch (ApiException e) {
            refused.add(refusal(machine, e));
        }
    }

    private static ObjectNode refusal(Machine machine, ApiException e) {
        return Json.MAPPER
                .createObjectNode()
                .put("machineId", machine.id())
                .put("computerDnsName", machine.computerDnsName())
                .put("code", e.code())
                .put("message", e.getMessage());
    }

    /**
     * The machines that keep the file, and those on which a quarantine of it was begun, whatever they have said of it
     * since. What machines keep is known by SHA-256, whatever hash it was looked for with.
     */
    private List<Machine> holders(Caller caller, FileHash file) {
        var begun = DSL.select(Action.MACHINE_ID)
                .from(Action.TABLE)
                .where(Actions.visible(caller), Action.TYPE.eq(ActionType.QUARANTINE.word()))
                .and(Action.RELATED_FILE.eq(file.hex()))
                .and(Action.STATUS.ne(Status.CANCELLED.word()));
        var kept = DSL.select(Quarantined.MACHINE_ID)
                .from(Quarantined.TABLE)
                .where(Machines.visible(caller, Quarantined.TENANT_ID, Quarantined.MACHINE_ID))
                .and(Quarantined.SHA256.eq(file.hex()));
        return database.read(sql -> sql.fetch(begun.union(kept)).stream()
                .flatMap(row -> machines.find(sql, caller.tenantId(), row.value1()).stream())
                .toList());
    }
}
