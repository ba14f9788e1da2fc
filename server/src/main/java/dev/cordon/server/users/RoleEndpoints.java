package dev.cordon.server.users;

import dev.cordon.server.audit.AuditLog;
import dev.cordon.server.identity.Excerpt;
import dev.cordon.server.identity.StrictObject;
import dev.cordon.server.store.Database;
import dev.cordon.server.web.ApiException;
import dev.cordon.server.web.ApiJson;
import dev.cordon.server.web.Caller;
import dev.cordon.server.web.Json;
import dev.cordon.server.web.JsonBody;
import dev.cordon.server.web.MachineScope;
import dev.cordon.server.web.PortalPermission;
import dev.cordon.server.web.Route;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jooq.DSLContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code /cordon/v1/roles}: administrators say what users may do, and on which machines. Thread-safe. */
final class RoleEndpoints {

    private static final String PATH = "/cordon/v1/roles";
    private static final int MOST_GROUPS = 1_000;

    private final Database database;
    private final Roles roles;
    private final AuditLog audit;

    RoleEndpoints(Database database, Roles roles, AuditLog audit) {
        this.database = database;
        this.roles = roles;
        this.audit = audit;
    }

    List<Route> routes() {
        return List.of(
                Route.administration(HandlerType.POST, PATH, this::create),
                Route.administration(HandlerType.GET, PATH, this::list),
                Route.administration(HandlerType.GET, PATH + "/{id}", this::get),
                Route.administration(HandlerType.PUT, PATH + "/{id}", this::replace),
                Route.administration(HandlerType.DELETE, PATH + "/{id}", this::delete));
    }

    private record Wanted(
            String displayName, Set<PortalPermission> permissions, MachineScope machines, boolean secondFactor) {}

    private void create(Context http, Caller caller) {
        var wanted = wanted(http);
        var made = database.write(sql -> {
            var role = roles.create(
                    sql,
                    caller.tenantId(),
                    wanted.displayName(),
                    wanted.permissions(),
                    wanted.machines(),
                    wanted.secondFactor());
            log(sql, caller, "role.created", role);
            return role;
        });
        http.status(201).json(json(made));
    }

    private void list(Context http, Caller caller) {
        http.json(ApiJson.list(database.read(sql -> roles.all(sql, caller.tenantId())), RoleEndpoints::json));
    }

    private void get(Context http, Caller caller) {
        http.json(json(database.read(sql -> require(roles, sql, caller, http.pathParam("id")))));
    }

    private void replace(Context http, Caller caller) {
        var id = http.pathParam("id");
        var before = database.read(sql -> require(roles, sql, caller, id));
        requireChangeable(before);
        var wanted = wanted(http);
        if (!wanted.displayName().equals(before.displayName())) {
            throw ApiException.badRequest("displayName: a role keeps its name.");
        }
        http.json(json(database.write(sql -> {
            var role = new Role(
                    before.id(), before.displayName(), wanted.permissions(), wanted.machines(), wanted.secondFactor());
            roles.change(sql, caller.tenantId(), role);
            log(sql, caller, "role.changed", role);
            return role;
        })));
    }

    private void delete(Context http, Caller caller) {
        var id = http.pathParam("id");
        database.write(sql -> {
            var role = require(roles, sql, caller, id);
            requireChangeable(role);
            roles.delete(sql, caller.tenantId(), role.id());
            log(sql, caller, "role.deleted", role);
            return role;
        });
        http.status(204);
    }

    /** @throws ApiException 404 if the caller's tenant has no such role */
    static Role require(Roles roles, DSLContext sql, Caller caller, String idOrName) {
        return roles.find(sql, caller.tenantId(), idOrName)
                .orElseThrow(() -> ApiException.resourceNotFound("Role " + Excerpt.of(idOrName) + " was not found."));
    }

    private static void requireChangeable(Role role) {
        if (role.displayName().equals(Roles.ADMINISTRATOR)) {
            throw ApiException.badRequest("The role " + Roles.ADMINISTRATOR + " is what it is; make another one.");
        }
    }

    private void log(DSLContext sql, Caller caller, String event, Role role) {
        audit.append(
                sql,
                caller.tenantId(),
                caller.actor(),
                event,
                "role:" + role.id(),
                Map.of(
                        "displayName", role.displayName(),
                        "permissions", words(role),
                        "machineGroups", json(role).get("machineGroups").toString(),
                        "secondFactorRequired", role.secondFactor()));
    }

    private static Wanted wanted(Context http) {
        var body = new StrictObject(JsonBody.object(http), "");
        var name = body.text("displayName", 256).orElseThrow(() -> body.wrong("displayName", "is missing."));
        var permissions = new HashSet<>(body.list("permissions", 50, RoleEndpoints::permission));
        boolean secondFactor = body.bool("secondFactorRequired").orElse(false);
        boolean all = body.bool("allMachines").orElse(false);
        var groups = body.list(
                "machineGroups", MOST_GROUPS, (value, path) -> StrictObject.integer(value, path, 0, Integer.MAX_VALUE));
        if (all && !groups.isEmpty()) {
            throw body.wrong("machineGroups", "must be empty if allMachines is true.");
        }
        body.end();
        return new Wanted(
                name, permissions, all ? MachineScope.ALL : new MachineScope.Groups(Set.copyOf(groups)), secondFactor);
    }

    private static PortalPermission permission(JsonNode value, String path) {
        return PortalPermission.of(StrictObject.text(value, path, 100))
                .orElseThrow(() -> ApiException.badRequest(path + ": must be one of "
                        + Arrays.stream(PortalPermission.values())
                                .map(PortalPermission::word)
                                .collect(Collectors.joining(", "))
                        + "."));
    }

    private static List<String> words(Role role) {
        return role.permissions().stream().sorted().map(PortalPermission::word).toList();
    }

    private static ObjectNode json(Role role) {
        var json = Json.MAPPER.createObjectNode().put("id", role.id()).put("displayName", role.displayName());
        words(role).forEach(json.putArray("permissions")::add);
        json.put("allMachines", role.machines() instanceof MachineScope.All);
        var groups = json.putArray("machineGroups");
        if (role.machines() instanceof MachineScope.Groups(var ids)) {
            new TreeSet<>(ids).forEach(groups::add);
        }
        return json.put("secondFactorRequired", role.secondFactor());
    }
}
