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
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import tools.jackson.databind.node.ObjectNode;

/** {@code /cordon/v1/tenants}: operators of the server make and list tenants. Thread-safe. */
final class TenantEndpoints {

    private static final List<String> OPERATE = List.of(Permissions.CORDON_OPERATE);

    /** What the first application of a tenant may do: administer the tenant, and use all of the API. */
    private static final List<String> ADMINISTRATOR = Stream.concat(
                    Stream.of(Permissions.CORDON_ADMINISTER), Permissions.WHOLE_API.stream())
            .toList();

    private final Database database;
    private final Tenants tenants;
    private final TenantProvisioning provisioning;
    private final AuditLog audit;

    TenantEndpoints(Database database, Tenants tenants, TenantProvisioning provisioning, AuditLog audit) {
        this.database = database;
        this.tenants = tenants;
        this.provisioning = provisioning;
        this.audit = audit;
    }

    List<Route> routes() {
        return List.of(
                Route.anyOf(HandlerType.POST, Route.Face.CORDON, "/cordon/v1/tenants", OPERATE, this::create),
                Route.anyOf(HandlerType.GET, Route.Face.CORDON, "/cordon/v1/tenants", OPERATE, this::list),
                Route.anyOf(HandlerType.GET, Route.Face.CORDON, "/cordon/v1/tenants/{tenant}", OPERATE, this::get));
    }

    private void create(Context http, Caller caller) {
        var body = new StrictObject(JsonBody.object(http), "");
        var displayName = body.text("displayName", 256).orElseThrow(() -> body.wrong("displayName", "is missing."));
        var domainName = body.text("domainName", 253);
        body.end();
        var made = database.write(sql -> {
            var provisioned =
                    provisioning.create(sql, displayName, domainName, "Administrator of " + displayName, ADMINISTRATOR);
            var tenant = provisioned.tenant();
            var detail = Map.of("displayName", displayName, "domainName", domainName.orElse(""));
            for (var log : List.of(caller.tenantId(), tenant.id())) {
                audit.append(sql, log, caller.actor(), "tenant.created", "tenant:" + tenant.id(), detail);
            }
            return provisioned;
        });
        var answer = json(made.tenant());
        answer.putObject("administrator")
                .put("clientId", made.application().id())
                .put("clientSecret", made.secret().secret());
        http.status(201).json(answer);
    }

    private void list(Context http, Caller caller) {
        http.json(ApiJson.list(database.read(tenants::all), TenantEndpoints::json));
    }

    private void get(Context http, Caller caller) {
        var name = http.pathParam("tenant");
        var tenant = database.read(sql -> tenants.find(sql, name))
                .orElseThrow(() -> ApiException.resourceNotFound("Tenant " + Excerpt.of(name) + " was not found."));
        http.json(json(tenant));
    }

    private static ObjectNode json(Tenant tenant) {
        return Json.MAPPER
                .createObjectNode()
                .put("id", tenant.id())
                .put("displayName", tenant.displayName())
                .put("domainName", tenant.domainName().orElse(null))
                .put("createdAt", ApiJson.instant(tenant.createdAt()));
    }
}
