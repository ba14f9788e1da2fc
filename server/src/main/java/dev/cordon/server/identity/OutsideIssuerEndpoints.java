package dev.cordon.server.identity;

import dev.cordon.server.audit.AuditLog;
import dev.cordon.server.store.Database;
import dev.cordon.server.web.ApiException;
import dev.cordon.server.web.ApiJson;
import dev.cordon.server.web.Caller;
import dev.cordon.server.web.Json;
import dev.cordon.server.web.JsonBody;
import dev.cordon.server.web.Route;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/** {@code /cordon/v1/outside-issuers}: whose tokens the API accepts beside this server's own. Thread-safe. */
final class OutsideIssuerEndpoints {

    private static final String PATH = "/cordon/v1/outside-issuers";

    private final Database database;
    private final OutsideIssuers issuers;
    private final AuditLog audit;

    OutsideIssuerEndpoints(Database database, OutsideIssuers issuers, AuditLog audit) {
        this.database = database;
        this.issuers = issuers;
        this.audit = audit;
    }

    List<Route> routes() {
        return List.of(
                Route.administration(HandlerType.POST, PATH, this::add),
                Route.administration(HandlerType.GET, PATH, this::list),
                Route.administration(HandlerType.DELETE, PATH + "/{issuer}", this::delete));
    }

    private void add(Context http, Caller caller) {
        var body = new StrictObject(JsonBody.object(http), "");
        var issuer = IssuerJson.read(body);
        var audience = body.text("audience", 600).orElseThrow(() -> body.wrong("audience", "is missing."));
        var mapping = ClaimMapping.read(body);
        body.end();
        PermissionGrants.requireMayGrant(caller, mapping.permissions());
        var added = database.write(sql -> {
            var made = issuers.add(sql, caller.tenantId(), issuer, audience, mapping);
            audit.append(
                    sql,
                    caller.tenantId(),
                    caller.actor(),
                    "outsideIssuer.added",
                    "outsideIssuer:" + made.id(),
                    Map.of("issuer", issuer.issuer(), "audience", audience, "mapping", mapping.text()));
            return made;
        });
        http.status(201).json(json(added));
    }

    private void list(Context http, Caller caller) {
        var own = database.read(issuers::all).stream()
                .filter(one -> one.tenantId().equals(caller.tenantId()))
                .toList();
        http.json(ApiJson.list(own, OutsideIssuerEndpoints::json));
    }

    private void delete(Context http, Caller caller) {
        var issuerId = http.pathParam("issuer");
        database.write(sql -> {
            if (!issuers.delete(sql, caller.tenantId(), issuerId)) {
                throw ApiException.resourceNotFound("Outside issuer " + Excerpt.of(issuerId) + " was not found.");
            }
            audit.append(
                    sql,
                    caller.tenantId(),
                    caller.actor(),
                    "outsideIssuer.deleted",
                    "outsideIssuer:" + Guid.parse(issuerId).orElse(issuerId),
                    Map.of());
            return issuerId;
        });
        http.status(204);
    }

    private static ObjectNode json(OutsideIssuer one) {
        var json = Json.MAPPER.createObjectNode().put("id", one.id());
        IssuerJson.write(json, one.issuer());
        json.put("audience", one.audience());
        one.mapping().write(json);
        return json;
    }
}
