package dev.cordon.server.identity;

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

/** {@code /cordon/v1/applications/{id}/federated-credentials}: outside tokens an application may show. Thread-safe. */
final class FederatedCredentialEndpoints {

    private static final String PATH = "/cordon/v1/applications/{id}/federated-credentials";
    private static final int LONGEST = 600;

    private final CredentialAccess access;
    private final FederatedCredentials credentials;

    FederatedCredentialEndpoints(CredentialAccess access, FederatedCredentials credentials) {
        this.access = access;
        this.credentials = credentials;
    }

    List<Route> routes() {
        return List.of(
                Route.administration(HandlerType.POST, PATH, this::add),
                Route.administration(HandlerType.GET, PATH, this::list),
                Route.administration(HandlerType.DELETE, PATH + "/{credential}", this::delete));
    }

    private void add(Context http, Caller caller) {
        var body = new StrictObject(JsonBody.object(http), "");
        var name = body.text("name", 120).orElseThrow(() -> body.wrong("name", "is missing."));
        var issuer = IssuerJson.read(body);
        var subject = body.text("subject", LONGEST).orElseThrow(() -> body.wrong("subject", "is missing."));
        var audience = body.text("audience", LONGEST).orElse(FederatedCredential.USUAL_AUDIENCE);
        body.end();
        var added = access.change(http, caller, (sql, application) -> {
            var made = credentials.add(sql, application, name, issuer, subject, audience);
            access.log(
                    sql,
                    caller,
                    application,
                    "application.federatedCredentialAdded",
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
        http.json(ApiJson.list(access.read(http, caller, credentials::all), FederatedCredentialEndpoints::json));
    }

    private void delete(Context http, Caller caller) {
        var credentialId = http.pathParam("credential");
        access.change(http, caller, (sql, application) -> {
            if (!credentials.delete(sql, application, credentialId)) {
                throw ApiException.resourceNotFound(
                        "Federated credential " + Excerpt.of(credentialId) + " was not found.");
            }
            access.log(
                    sql,
                    caller,
                    application,
                    "application.federatedCredentialDeleted",
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
