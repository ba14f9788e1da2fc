package dev.cordon.server.actions;

import dev.cordon.server.machines.Machines;
import dev.cordon.server.store.Database;
import dev.cordon.server.web.ApiException;
import dev.cordon.server.web.Caller;
import io.javalin.http.Context;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** Finds the action that a path names. Thread-safe. */
final class ActionLookup {

    private static final Pattern GUID = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

    private final Database database;
    private final Machines machines;

    ActionLookup(Database database, Machines machines) {
        this.database = database;
        this.machines = machines;
    }

    /**
     * The action of the caller's tenant, whatever its machine.
     *
     * @throws ApiException 404 if there is none
     */
    MachineAction action(Context http, Caller caller) {
        return find(caller, http.pathParam("id")).orElseThrow(() -> unknown(http));
    }

    /** @throws ApiException 404 if there is none, 403 if its machine is not one of the caller's */
    MachineAction visible(Context http, Caller caller) {
        var action = action(http, caller);
        database.read(sql -> machines.require(sql, caller, action.machineId()));
        return action;
    }

    Optional<MachineAction> find(Caller caller, String id) {
        return Optional.of(id.toLowerCase(Locale.ROOT))
                .filter(text -> GUID.matcher(text).matches())
                .flatMap(guid -> database.read(sql -> Transitions.find(sql, caller.tenantId(), guid)));
    }

    static ApiException unknown(Context http) {
        return ApiException.resourceNotFound("Machine action " + http.pathParam("id") + " was not found");
    }
}
