package dev.cordon.server.identity;

import dev.cordon.server.audit.AuditLog;
import dev.cordon.server.store.Database;
import dev.cordon.server.web.ApiException;
import dev.cordon.server.web.Caller;
import dev.cordon.server.web.Json;
import dev.cordon.server.web.JsonBody;
import dev.cordon.server.web.Permissions;
import dev.cordon.server.web.Route;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/** {@code /cordon/v1/applications/{id}/federated-credentials}: outside tokens an application may show. Thread-safe. */
final class FederatedCredentialEndpoints {

    private static final List<String> ADMINISTER = List.of(Permissions.CORDON_ADMINISTER);
    private static final String PATH = "/cordon/v1/applications/{id}/federated-credentials";
    private static final int LONGEST = 600;

    private final Database database;
    private final Applications applications;
    private final FederatedCredentials credentials;
    private final AuditLog audit;

    FederatedCredentialEndpoints(
            Database database, Applications applications, FederatedCredentials credentials, AuditLog audit) {
        this.database = database;
        this.applications = applications;
        this.credentials = credentials;
        this.audit = audit;
    }

    List<Route> routes() {
        return List.of(
                Route.anyOf(HandlerType.POST, Route.Face.CORDON, PATH, ADMINISTER, this::add),
                Route.anyOf(HandlerType.GET, Route.Face.CORDON, PATH, ADMINISTER, this::list),
                Route.anyOf(HandlerType.DELETE, Route.Face.CORDON, PATH + "/{credential}", ADMINISTER, this::delete));
    }

    private void add(Context http, Caller caller) {
        var body = new StrictObject(JsonBody.object(http), "");
        var name = body.text("name", 120).orElseThrow(() -> body.wrong("name", "is missing."));
        var issuer = IssuerJson.read(body);
        var subject = body.text("subject", LONGEST).orElseThrow(() -> body.wrong("subject", "is missing."));
        var audience = body.text("audience", LONGEST).orElse(FederatedCredential.USUAL_AUDIENCE);
        body.end();
        var added = database.write(sql -> {
            var application = ApplicationEndpoints.require(applications, sql, caller, http.pathParam("id"));
            PermissionGrants.requireMayGrant(caller, application.permissions());
            var made = credentials.add(sql, application, name, issuer, subject, audience);
            audit.append(
                    sql,
                    caller.tenantId(),
                    Actor.of(caller),
                    "application.federatedCredentialAdded",
                    "application:" + application.id(),
                    Map.of(
                            "credential",
                            made.id(),
                            "issuer",
                            issuer.issuer(),
                            "subject",
                            subject,
                            "audience",
                            audience));
            return made;
        });
        http.status(201).json(json(added));
    }

    private void list(Context http, Caller caller) {
        var answer = Json.MAPPER.createObjectNode();
        var value = answer.putArray("value");
        database.read(sql -> credentials.all(
                        sql, ApplicationEndpoints.require(applications, sql, caller, http.pathParam("id"))))
                .forEach(credential -> value.add(json(credential)));
        http.json(answer);
    }

    private void delete(Context http, Caller caller) {
        var credentialId = http.pathParam("credential");
        database.write(sql -> {
            var application = ApplicationEndpoints.require(applications, sql, caller, http.pathParam("id"));
            PermissionGrants.requireMayGrant(caller, application.permissions());
            if (!credentials.delete(sql, application, credentialId)) {
                throw ApiException.resourceNotFound(
                        "Federated credential " + Excerpt.of(credentialId) + " was not found.");
            }
            audit.append(
                    sql,
                    caller.tenantId(),
                    Actor.of(caller),
                    "application.federatedCredentialDeleted",
                    "application:" + application.id(),
                    Map.of("credential", Guid.parse(credentialId).orElse(credentialId)));
            return application;
        });
        http.status(204);
    }

    private static ObjectNode json(FederatedCredential credential) {
        var json = Json.MAPPER.createObjectNode().put("id", credential.id()).put("name", credential.name());
        IssuerJson.write(json, credential.issuer());
        return json.put("subject", credential.subject()).put("audience", credential.audience());
    }
}
