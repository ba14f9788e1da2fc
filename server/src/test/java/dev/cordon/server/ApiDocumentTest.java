package dev.cordon.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.server.web.Route;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Holds the OpenAPI document that a server hands out against what that server does. */
final class ApiDocumentTest {

    @TempDir
    private Path folder;

    private LiveServer server;
    private DocumentedCalls calls;
    private ApiDocument document;

    @BeforeEach
    void start() {
        server = new LiveServer(folder.resolve("data"));
        calls = new DocumentedCalls(server);
        document = calls.document;
    }

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void whenARouteIsServedThenTheDocumentHasItWithItsPermissionsAndNoOther() {
        var served = new TreeMap<String, List<String>>();
        for (var route : server.routes()) {
            if (route.face() == Route.Face.CORDON) {
                served.put(
                        route.method() + " " + route.path().substring(DocumentedCalls.BASE.length()),
                        permissions(route));
            }
        }
        assertThat(document.operations()).isEqualTo(served);
        assertThat(document.unknownKeywords()).isEmpty();
    }

    @Test
    void whenAnOperationRefusesThenItsAnswerIsTheErrorOfTheDocument() {
        var operator = server.operatorToken();
        var application = calls.ok(operator, "POST /applications", Map.of(), "{'displayName':'Nothing'}");
        var nobody = token(operator, application);
        document.operations().forEach((operation, permissions) -> {
            if (!permissions.isEmpty()) {
                assertThat(calls.call(null, operation, Map.of(), null).status()).isEqualTo(401);
                assertThat(calls.call(nobody, operation, Map.of(), null).status())
                        .isEqualTo(403);
            }
        });
        for (var operation :
                List.of("POST /tenants", "POST /applications", "PUT /settings", "POST /enrollment-tokens")) {
            assertThat(calls.call(operator, operation, Map.of(), "[]").status()).isEqualTo(400);
        }
        for (var operation : List.of(
                "GET /tenants/{tenant}",
                "GET /applications/{id}",
                "GET /applications/{id}/secrets",
                "DELETE /applications/{id}/secrets/{secret}",
                "GET /applications/{id}/certificates",
                "DELETE /applications/{id}/certificates/{certificate}",
                "DELETE /outside-issuers/{issuer}",
                "GET /sign-in-issuers/{issuer}",
                "PATCH /sign-in-issuers/{issuer}",
                "DELETE /sign-in-issuers/{issuer}",
                "GET /sign-in-issuers/{issuer}/users",
                "DELETE /sign-in-issuers/{issuer}/users/{user}",
                "GET /applications/{id}/federated-credentials",
                "DELETE /applications/{id}/federated-credentials/{credential}",
                "GET /applications/{id}/sign-in",
                "PUT /applications/{id}/sign-in",
                "POST /applications/{id}/sign-in/consent",
                "DELETE /applications/{id}/sign-in/consent",
                "GET /users/{id}",
                "PATCH /users/{id}",
                "POST /users/{id}/invitation",
                "POST /users/{id}/sign-out",
                "DELETE /users/{id}/second-factor",
                "GET /roles/{id}",
                "PUT /roles/{id}",
                "DELETE /roles/{id}",
                "GET /machine-groups/{id}",
                "PUT /machine-groups/{id}",
                "DELETE /machine-groups/{id}",
                "GET /webhooks/{id}",
                "DELETE /webhooks/{id}",
                "GET /webhooks/{id}/deliveries",
                "POST /webhooks/{id}/test",
                "GET /enrollment-tokens/{id}",
                "DELETE /enrollment-tokens/{id}",
                "GET /machines/{id}/state",
                "POST /machines/{id}/break-glass-code",
                "POST /machines/{id}/revoke-certificates")) {
            assertThat(calls.call(operator, operation, Map.of(), null).status()).isEqualTo(404);
        }
        assertThat(calls.call(null, "POST /enroll", Map.of(), "{}").status()).isEqualTo(400);
        assertThat(calls.call(null, "POST /enroll/renewal", Map.of(), "{}").status())
                .isEqualTo(400);
        assertThat(calls.call(operator, "PATCH /applications/{id}", Map.of(), "{'enable':true}")
                        .status())
                .isEqualTo(400);
        assertThat(document.operations().keySet())
                .filteredOn(operation -> !calls.seen().containsKey(operation))
                .containsExactly("GET /ca.pem", "GET /openapi.yaml");
    }

    @Test
    void whenAnOperationSucceedsThenRequestAndAnswerAreThoseOfTheDocument() {
        calls.ok(null, "GET /ca.pem", Map.of(), null);
        calls.ok(null, "GET /openapi.yaml", Map.of(), null);
        var administration = new AdministrationWalk(calls);
        var admin = administration.tenants(server.operatorToken());
        calls.ok(server.operatorToken(), "GET /signing-keys", Map.of(), null);
        calls.ok(server.operatorToken(), "POST /signing-keys/rotation", Map.of(), "{'emergency':false}");
        administration.run(admin);
        new MachineWalk(calls).run(admin);
        var events = calls.answered(
                server.call(admin, "GET", DocumentedCalls.BASE + "/events?follow=false&after=0", null), "GET /events");
        assertThat(events.stringValue()).contains("event: ready", "event: action.accepted");
        administration.webhooks(admin);
        calls.ok(admin, "GET /audit", Map.of(), null);
        calls.ok(admin, "GET /audit/export", Map.of(), null);
        assertThat(calls.answered(server.call(admin, "GET", DocumentedCalls.BASE + "/audit?top=1", null), "GET /audit")
                        .has("nextAfter"))
                .isTrue();
        calls.ok(admin, "GET /audit/verification", Map.of(), null);
        document.successes()
                .forEach((operation, statuses) ->
                        assertThat(calls.seen().get(operation)).as(operation).containsAll(statuses));
    }

    private String token(String admin, JsonNode application) {
        var id = application.get("id").stringValue();
        var secret = calls.ok(admin, "POST /applications/{id}/secrets", Map.of("id", id), null);
        return server.token(homeTenant(admin), id, secret.get("secret").stringValue());
    }

    private String homeTenant(String operator) {
        return calls.ok(operator, "GET /tenants", Map.of(), null)
                .at("/value/0/id")
                .stringValue();
    }

    private static List<String> permissions(Route route) {
        return switch (route.access()) {
            case Route.Access.Open open -> List.of();
            case Route.Access.AnyOf(var names) -> names.stream().sorted().toList();
            case Route.Access.ByObject(var names) -> names.stream().sorted().toList();
        };
    }
}
