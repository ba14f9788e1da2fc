package dev.cordon.server.identity;

import dev.cordon.server.store.Database;
import dev.cordon.server.web.Caller;
import dev.cordon.server.web.Json;
import dev.cordon.server.web.MachineScope;
import dev.cordon.server.web.Permissions;
import dev.cordon.server.web.PortalPermission;
import dev.cordon.server.web.Route;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code GET /cordon/v1/me}: who the caller is and what it may do, so that a console need not offer what would be
 * refused. What it says is what the routes check: the token's permissions, and for a user the roles it has now.
 * Thread-safe.
 */
public final class WhoAmI {

    private static final List<String> ALL = all();

    private final Database database;
    private final Tenants tenants;

    public WhoAmI(Database database, Tenants tenants) {
        this.database = database;
        this.tenants = tenants;
    }

    public Route route() {
        return Route.byObject(HandlerType.GET, Route.Face.CORDON, "/cordon/v1/me", ALL, this::me);
    }

    private void me(Context http, Caller caller) {
        var tenant = database.read(sql -> tenants.find(sql, caller.tenantId())).orElseThrow();
        var json = Json.MAPPER.createObjectNode();
        json.put("tenantId", tenant.id());
        json.put("tenantName", tenant.displayName());
        json.put("id", caller.subjectId());
        json.put("name", caller.displayName());
        json.put("type", caller.context() == Caller.Context.USER ? "User" : "Application");
        var roles = json.putArray("roles");
        for (var role : caller.roles()) {
            var shown = roles.addObject().put("name", role.name());
            role.permissions().stream()
                    .map(PortalPermission::word)
                    .sorted()
                    .forEach(shown.putArray("permissions")::add);
            machines(shown, role.machines());
        }
        var may = json.putArray("may");
        for (var permission : ALL) {
            var writing = Permissions.toWrite(caller, List.of(permission));
            var reading = writing.or(() -> Permissions.toRead(caller, List.of(permission)));
            reading.ifPresent(narrowed -> {
                var shown = may.addObject().put("permission", permission).put("write", writing.isPresent());
                machines(shown, narrowed.machines());
            });
        }
        http.json(json);
    }

    /** null: all machines */
    private static void machines(ObjectNode json, MachineScope scope) {
        switch (scope) {
            case MachineScope.All all -> json.putNull("machineGroups");
            case MachineScope.Groups(var ids) -> ids.stream().sorted().forEach(json.putArray("machineGroups")::add);
        }
    }

    private static List<String> all() {
        var all = new ArrayList<>(Permissions.WHOLE_API);
        all.add(Permissions.TI_READ_WRITE);
        all.add(Permissions.ALERT_READ_ALL);
        all.add(Permissions.CORDON_ADMINISTER);
        all.add(Permissions.CORDON_OPERATE);
        return List.copyOf(all);
    }
}
