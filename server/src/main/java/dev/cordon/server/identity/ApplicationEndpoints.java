package dev.cordon.server.identity;

import dev.cordon.server.audit.AuditLog;
import dev.cordon.server.store.Database;
import dev.cordon.server.web.ApiException;
import dev.cordon.server.web.ApiJson;
import dev.cordon.server.web.Caller;
import dev.cordon.server.web.Json;
import dev.cordon.server.web.JsonBody;
import dev.cordon.server.web.Permissions;
import dev.cordon.server.web.Route;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import org.jooq.DSLContext;
import tools.jackson.databind.node.ObjectNode;

/** {@code /cordon/v1/applications}: administrators manage the applications of their own tenant. Thread-safe. */
final class ApplicationEndpoints {

    private static final int MOST_PERMISSIONS = 100;

    private final Database database;
    private final Applications applications;
    private final AuditLog audit;

    ApplicationEndpoints(Database database, Applications applications, AuditLog audit) {
        this.database = database;
        this.applications = applications;
        this.audit = audit;
    }

    List<Route> routes() {
        return List.of(
                Route.administration(HandlerType.POST, "/cordon/v1/applications", this::create),
                Route.administration(HandlerType.GET, "/cordon/v1/applications", this::list),
                Route.administration(HandlerType.GET, "/cordon/v1/applications/{id}", this::get),
                Route.administration(HandlerType.PATCH, "/cordon/v1/applications/{id}", this::change));
    }

    /** @throws ApiException 404 if the caller's tenant has no such application */
    static Application require(Applications applications, DSLContext sql, Caller caller, String id) {
        return applications
                .find(sql, caller.tenantId(), id)
                .orElseThrow(() -> ApiException.resourceNotFound("Application " + Excerpt.of(id) + " was not found."));
    }

    private void create(Context http, Caller caller) {
        var body = new StrictObject(JsonBody.object(http), "");
        var displayName = body.text("displayName", 256).orElseThrow(() -> body.wrong("displayName", "is missing."));
        var permissions = permissions(body);
        body.end();
        PermissionGrants.requireMayGrant(caller, permissions);
        var made = database.write(sql -> {
            var application = applications.create(sql, caller.tenantId(), displayName, permissions);
            append(
                    sql,
                    caller,
                    "application.created",
                    application,
                    Map.of("displayName", displayName, "permissions", List.copyOf(permissions)));
            return application;
        });
        http.status(201).json(json(made));
    }

    private void list(Context http, Caller caller) {
        http.json(ApiJson.list(
                database.read(sql -> applications.all(sql, caller.tenantId())), ApplicationEndpoints::json));
    }

    private void get(Context http, Caller caller) {
        http.json(json(database.read(sql -> require(applications, sql, caller, http.pathParam("id")))));
    }

    private void change(Context http, Caller caller) {
        var body = new StrictObject(JsonBody.object(http), "");
        var permissions =
                body.has("permissions") ? Optional.of(permissions(body)) : Optional.<SortedSet<String>>empty();
        var ownTenantOnly = body.bool("ownTenantOnly");
        var enabled = body.bool("enabled");
        body.end();
        var id = http.pathParam("id");
        http.json(json(database.write(sql -> {
            var before = require(applications, sql, caller, id);
            requireNoLockout(caller, before, permissions, enabled);
            permissions.ifPresent(wanted -> changePermissions(sql, caller, before, wanted));
            ownTenantOnly
                    .filter(wanted -> wanted != before.ownTenantOnly())
                    .ifPresent(wanted -> changeOwnTenantOnly(sql, caller, before, wanted));
            enabled.filter(wanted -> wanted != before.enabled())
                    .ifPresent(wanted -> changeEnabled(sql, caller, before, wanted));
            return require(applications, sql, caller, id);
        })));
    }

    private void changePermissions(DSLContext sql, Caller caller, Application application, SortedSet<String> wanted) {
        var added = new HashSet<>(wanted);
        added.removeAll(application.permissions());
        PermissionGrants.requireMayGrant(caller, added);
        if (wanted.equals(application.permissions())) {
            return;
        }
        applications.changePermissions(sql, application, wanted);
        append(
                sql,
                caller,
                "application.permissionsChanged",
                application,
                Map.of("before", List.copyOf(application.permissions()), "after", List.copyOf(wanted)));
    }

    private void changeOwnTenantOnly(DSLContext sql, Caller caller, Application application, boolean wanted) {
        applications.changeOwnTenantOnly(sql, application, wanted);
        append(sql, caller, "application.endpointsChanged", application, Map.of("ownTenantOnly", wanted));
    }

    private void changeEnabled(DSLContext sql, Caller caller, Application application, boolean wanted) {
        PermissionGrants.requireMayGrant(caller, application.permissions());
        applications.changeEnabled(sql, application, wanted);
        append(sql, caller, wanted ? "application.enabled" : "application.disabled", application, Map.of());
    }

    /** An administrator that shuts itself out could not be let in again by anybody of its tenant. */
    private static void requireNoLockout(
            Caller caller,
            Application application,
            Optional<SortedSet<String>> permissions,
            Optional<Boolean> enabled) {
        boolean own = application.id().equals(caller.subjectId());
        if (own && enabled.equals(Optional.of(false))) {
            throw ApiException.badRequest("enabled: an application cannot disable itself; let another administrator.");
        }
        if (own && permissions.isPresent() && !permissions.get().contains(Permissions.CORDON_ADMINISTER)) {
            throw ApiException.badRequest("permissions: an application cannot take " + Permissions.CORDON_ADMINISTER
                    + " from itself; let another administrator.");
        }
    }

    private void append(DSLContext sql, Caller caller, String event, Application application, Map<String, ?> detail) {
        audit.append(sql, caller.tenantId(), caller.actor(), event, "application:" + application.id(), detail);
    }

    private static SortedSet<String> permissions(StrictObject body) {
        return ApplicationPermissions.parse(
                body.list("permissions", MOST_PERMISSIONS, (value, path) -> StrictObject.text(value, path, 100)));
    }

    private static ObjectNode json(Application application) {
        var json = Json.MAPPER
                .createObjectNode()
                .put("id", application.id())
                .put("objectId", application.objectId())
                .put("displayName", application.displayName());
        application.permissions().forEach(json.putArray("permissions")::add);
        return json.put("ownTenantOnly", application.ownTenantOnly())
                .put("enabled", application.enabled())
                .put("createdAt", ApiJson.instant(application.createdAt()));
    }
}
