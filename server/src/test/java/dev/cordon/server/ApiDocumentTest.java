package dev.cordon.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.cordon.protocol.Envelopes;
import dev.cordon.protocol.InvalidEnvelopeException;
import dev.cordon.protocol.wire.AgentMessage;
import dev.cordon.protocol.wire.Capability;
import dev.cordon.protocol.wire.Command;
import dev.cordon.protocol.wire.Hello;
import dev.cordon.protocol.wire.MachineFacts;
import dev.cordon.protocol.wire.ObjectKind;
import dev.cordon.protocol.wire.Outcome;
import dev.cordon.protocol.wire.Report;
import dev.cordon.protocol.wire.Result;
import dev.cordon.protocol.wire.Support;
import dev.cordon.protocol.wire.UploadOffer;
import dev.cordon.server.LiveServer.Answer;
import dev.cordon.server.delivery.MachineSocket;
import dev.cordon.server.enrollment.TestMachine;
import dev.cordon.server.identity.TestCertificate;
import dev.cordon.server.issuers.OutsideIssuer;
import dev.cordon.server.web.Json;
import dev.cordon.server.web.Route;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Holds the OpenAPI document that a server hands out against what that server does. */
final class ApiDocumentTest {

    private static final String BASE = "/cordon/v1";

    @TempDir
    private Path folder;

    private LiveServer server;
    private ApiDocument document;
    private final Map<String, Set<String>> seen = new HashMap<>();

    @BeforeEach
    void start() {
        server = new LiveServer(folder.resolve("data"));
        document = ApiDocument.parse(
                server.call(null, "GET", BASE + "/openapi.yaml", null).body().stringValue());
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
                served.put(route.method() + " " + route.path().substring(BASE.length()), permissions(route));
            }
        }
        assertThat(document.operations()).isEqualTo(served);
        assertThat(document.unknownKeywords()).isEmpty();
    }

    @Test
    void whenAnOperationRefusesThenItsAnswerIsTheErrorOfTheDocument() {
        var operator = server.operatorToken();
        var application = ok(operator, "POST /applications", Map.of(), "{'displayName':'Nothing'}");
        var nobody = token(operator, application);
        document.operations().forEach((operation, permissions) -> {
            if (!permissions.isEmpty()) {
                assertThat(call(null, operation, Map.of(), null).status()).isEqualTo(401);
                assertThat(call(nobody, operation, Map.of(), null).status()).isEqualTo(403);
            }
        });
        for (var operation :
                List.of("POST /tenants", "POST /applications", "PUT /settings", "POST /enrollment-tokens")) {
            assertThat(call(operator, operation, Map.of(), "[]").status()).isEqualTo(400);
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
            assertThat(call(operator, operation, Map.of(), null).status()).isEqualTo(404);
        }
        assertThat(call(null, "POST /enroll", Map.of(), "{}").status()).isEqualTo(400);
        assertThat(call(null, "POST /enroll/renewal", Map.of(), "{}").status()).isEqualTo(400);
        assertThat(call(operator, "PATCH /applications/{id}", Map.of(), "{'enable':true}")
                        .status())
                .isEqualTo(400);
        assertThat(document.operations().keySet())
                .filteredOn(operation -> !seen.containsKey(operation))
                .containsExactly("GET /ca.pem", "GET /openapi.yaml");
    }

    @Test
    void whenAnOperationSucceedsThenRequestAndAnswerAreThoseOfTheDocument() {
        ok(null, "GET /ca.pem", Map.of(), null);
        ok(null, "GET /openapi.yaml", Map.of(), null);
        var admin = walkTenants(server.operatorToken());
        ok(server.operatorToken(), "GET /signing-keys", Map.of(), null);
        ok(server.operatorToken(), "POST /signing-keys/rotation", Map.of(), "{'emergency':false}");
        var trusted = ok(
                admin,
                "POST /outside-issuers",
                Map.of(),
                "{'issuer':'https://id.example.com','audience':'api://cordon','scopesClaim':'scp','roles':[{'value':'soc',"
                        + "'permissions':['Machine.Isolate']}],'portalRoles':[{'value':'soc','permissions':['ViewData'],"
                        + "'machineGroups':[1]}]}");
        ok(admin, "GET /outside-issuers", Map.of(), null);
        ok(
                admin,
                "DELETE /outside-issuers/{issuer}",
                Map.of("issuer", trusted.get("id").stringValue()),
                null);
        walkSignInIssuers(admin);
        walkApplications(admin);
        walkSettings(admin);
        walkUsers(admin);
        walkMachines(admin);
        var events = answered(server.call(admin, "GET", BASE + "/events?follow=false&after=0", null), "GET /events");
        assertThat(events.stringValue()).contains("event: ready", "event: action.accepted");
        walkWebhooks(admin);
        ok(admin, "GET /audit", Map.of(), null);
        ok(admin, "GET /audit/export", Map.of(), null);
        assertThat(answered(server.call(admin, "GET", BASE + "/audit?top=1", null), "GET /audit")
                        .has("nextAfter"))
                .isTrue();
        ok(admin, "GET /audit/verification", Map.of(), null);
        document.successes()
                .forEach((operation, statuses) ->
                        assertThat(seen.get(operation)).as(operation).containsAll(statuses));
    }

    private void walkSignInIssuers(String admin) {
        ok(admin, "POST /roles", Map.of(), "{'displayName':'Readers','permissions':['ViewData']}");
        ok(admin, "POST /users", Map.of(), "{'userPrincipalName':'link@example.com'}");
        try (var outside = new OutsideIssuer()) {
            var settings = Json.MAPPER
                    .createObjectNode()
                    .put("displayName", "Example")
                    .put("issuer", outside.url())
                    .put("authority", outside.caPem())
                    .put("clientId", "cordon")
                    .put("clientSecret", "secret");
            settings.putArray("roles")
                    .addObject()
                    .put("value", "soc")
                    .putArray("roles")
                    .add("Readers");
            var made = ok(admin, "POST /sign-in-issuers", Map.of(), settings.toString());
            var issuer = Map.of("issuer", made.get("id").stringValue());
            ok(admin, "GET /sign-in-issuers", Map.of(), null);
            ok(admin, "GET /sign-in-issuers/{issuer}", issuer, null);
            ok(admin, "PATCH /sign-in-issuers/{issuer}", issuer, "{'createUsers':true,'secondFactorAmr':['mfa']}");
            ok(admin, "POST /sign-in-issuers/{issuer}/users", issuer, "{'user':'link@example.com','subject':'person'}");
            ok(admin, "GET /sign-in-issuers/{issuer}/users", issuer, null);
            var both = new HashMap<>(issuer);
            both.put("user", "link@example.com");
            ok(admin, "DELETE /sign-in-issuers/{issuer}/users/{user}", both, null);
            ok(admin, "DELETE /sign-in-issuers/{issuer}", issuer, null);
        }
    }

    private void walkWebhooks(String admin) {
        // nothing listens there: what counts is the shape of the answers
        var made = ok(
                admin,
                "POST /webhooks",
                Map.of(),
                "{'name':'Pager','url':'http://127.0.0.1:9/x','kinds':['action.*']}");
        var id = Map.of("id", made.get("id").stringValue());
        ok(admin, "GET /webhooks", Map.of(), null);
        ok(admin, "POST /webhooks/{id}/test", id, null);
        ok(admin, "GET /webhooks/{id}/deliveries", id, null);
        ok(admin, "PATCH /webhooks/{id}", id, "{'enabled':false,'kinds':[]}");
        ok(admin, "GET /webhooks/{id}", id, null);
        ok(admin, "DELETE /webhooks/{id}", id, null);
    }

    private String walkTenants(String operator) {
        var made =
                ok(operator, "POST /tenants", Map.of(), "{'displayName':'Second','domainName':'second.example.com'}");
        ok(operator, "GET /tenants", Map.of(), null);
        ok(operator, "GET /tenants/{tenant}", Map.of("tenant", "second.example.com"), null);
        return server.token(
                made.get("id").stringValue(),
                made.at("/administrator/clientId").stringValue(),
                made.at("/administrator/clientSecret").stringValue());
    }

    private void walkApplications(String admin) {
        var made = ok(
                admin, "POST /applications", Map.of(), "{'displayName':'Reader','permissions':['Machine.Read.All']}");
        var id = Map.of("id", made.get("id").stringValue());
        ok(admin, "GET /applications", Map.of(), null);
        ok(admin, "GET /applications/{id}", id, null);
        var secret = ok(admin, "POST /applications/{id}/secrets", id, "{'lifetimeDays':7}");
        ok(admin, "POST /applications/{id}/secrets", id, null);
        ok(admin, "GET /applications/{id}/secrets", id, null);
        var secretId = secret.get("id").stringValue();
        ok(
                admin,
                "DELETE /applications/{id}/secrets/{secret}",
                Map.of("id", made.get("id").stringValue(), "secret", secretId),
                null);
        walkCertificates(admin, id);
        walkFederatedCredentials(admin, id);
        walkSignIn(admin, id);
        ok(admin, "PATCH /applications/{id}", id, "{'enabled':false,'permissions':[]}");
    }

    private void walkCertificates(String admin, Map<String, String> application) {
        var pem = TestCertificate.rsa(Instant.now(), Duration.ofDays(30)).pem();
        var request = Json.MAPPER.createObjectNode().put("certificate", pem).put("singleUseAssertions", true);
        var added = ok(admin, "POST /applications/{id}/certificates", application, request.toString());
        ok(admin, "GET /applications/{id}/certificates", application, null);
        var both = new HashMap<>(application);
        both.put("certificate", added.get("id").stringValue());
        ok(admin, "DELETE /applications/{id}/certificates/{certificate}", both, null);
    }

    private void walkFederatedCredentials(String admin, Map<String, String> application) {
        var request = "{'name':'ci','issuer':'https://ci.example.com','subject':'project:playbooks'}";
        var added = ok(admin, "POST /applications/{id}/federated-credentials", application, request);
        ok(admin, "GET /applications/{id}/federated-credentials", application, null);
        var both = new HashMap<>(application);
        both.put("credential", added.get("id").stringValue());
        ok(admin, "DELETE /applications/{id}/federated-credentials/{credential}", both, null);
    }

    private void walkSignIn(String admin, Map<String, String> application) {
        ok(
                admin,
                "PUT /applications/{id}/sign-in",
                application,
                "{'publicClient':true,'redirectUris':['http://localhost'],'delegatedPermissions':['Machine.Read']}");
        ok(admin, "POST /applications/{id}/sign-in/consent", application, null);
        assertThat(ok(admin, "GET /applications/{id}/sign-in", application, null)
                        .at("/consentedForEverybody/0")
                        .stringValue())
                .isEqualTo("Machine.Read");
        ok(admin, "DELETE /applications/{id}/sign-in/consent", application, null);
    }

    private void walkUsers(String admin) {
        var group = ok(
                admin,
                "POST /machine-groups",
                Map.of(),
                "{'name':'Web','rank':1,'conditions':[{'property':'name','operator':'startsWith','value':'web'}]}");
        var groupId = Map.of("id", group.get("id").toString());
        ok(admin, "GET /machine-groups", Map.of(), null);
        ok(admin, "GET /machine-groups/{id}", groupId, null);
        ok(admin, "PUT /machine-groups/{id}", groupId, "{'name':'Web','machineIds':['" + "a".repeat(40) + "']}");
        var role = ok(
                admin,
                "POST /roles",
                Map.of(),
                "{'displayName':'Web responders','permissions':['ViewData'],'machineGroups':["
                        + group.get("id").intValue() + "]}");
        var roleId = Map.of("id", role.get("id").stringValue());
        ok(admin, "GET /roles", Map.of(), null);
        ok(admin, "GET /roles/{id}", roleId, null);
        ok(
                admin,
                "PUT /roles/{id}",
                roleId,
                "{'displayName':'Web responders','permissions':['ViewData','ActiveRemediationActions'],'allMachines':true}");
        ok(
                admin,
                "POST /users",
                Map.of(),
                "{'userPrincipalName':'Ada@Example.com','displayName':'Ada','roles':['Web responders']}");
        var ada = Map.of("id", "ada@example.com");
        ok(admin, "GET /users", Map.of(), null);
        assertThat(ok(admin, "GET /users/{id}", ada, null).at("/roles/0").stringValue())
                .isEqualTo("Web responders");
        ok(admin, "POST /users/{id}/invitation", ada, null);
        ok(admin, "POST /users/{id}/sign-out", ada, null);
        ok(admin, "DELETE /users/{id}/second-factor", ada, null);
        ok(admin, "PATCH /users/{id}", ada, "{'enabled':false,'secondFactorRequired':true,'roles':[]}");
        ok(admin, "DELETE /roles/{id}", roleId, null);
        ok(admin, "DELETE /machine-groups/{id}", groupId, null);
    }

    private void walkSettings(String admin) {
        ok(admin, "GET /settings", Map.of(), null);
        ok(
                admin,
                "PUT /settings",
                Map.of(),
                "{'isolation':{'deadManSeconds':60,'exclusions':[{'name':'Proxy','destinations':['192.0.2.1'],"
                        + "'ports':[3128],'protocol':'tcp'},{'name':'Backup','user':'backup','protocol':null}]},"
                        + "'actionLifetimeSeconds':3600}");
    }

    private void walkMachines(String admin) {
        var token =
                ok(admin, "POST /enrollment-tokens", Map.of(), "{'description':'Two','maxUses':2,'lifetimeMinutes':5}");
        ok(admin, "GET /enrollment-tokens", Map.of(), null);
        var machine = new TestMachine();
        var request = machine.request(token.get("token").stringValue());
        var enrolled = ok(null, "POST /enroll", Map.of(), request.toString());
        machine.enrolled(enrolled);
        var id = Map.of("id", machine.id());
        var renewal = machine.renewal(
                enrolled.get("tenantId").stringValue(), Instant.now().toString());
        ok(null, "POST /enroll/renewal", Map.of(), renewal.toString());
        ok(admin, "GET /machines/{id}/state", id, null);
        ok(admin, "GET /machines", Map.of(), null);
        ok(admin, "GET /overview", Map.of(), null);
        ok(admin, "GET /me", Map.of(), null);
        ok(admin, "GET /machines/{id}", id, null);
        var gateway = enrolled.at("/gateways/0").stringValue();
        int port = Integer.parseInt(gateway.substring(gateway.lastIndexOf(':') + 1));
        try (var socket = new MachineSocket(port, machine.tls())) {
            greet(socket);
            var isolated = server.call(
                    admin,
                    "POST",
                    "/api/machines/" + machine.id() + "/isolate",
                    json("{'Comment':'test','IsolationType':'Full'}"));
            assertThat(isolated.status()).isEqualTo(201);
            assertThat(socket.receive().hasCommand()).isTrue();
            ok(admin, "POST /machines/{id}/break-glass-code", id, null);
            ok(admin, "GET /machines/{id}/state", id, null);
            ok(admin, "GET /machines/{id}", id, null);
            walkSample(admin, machine, socket);
            walkActions(admin, machine.id(), isolated.text("/id"));
            ok(admin, "POST /machines/{id}/revoke-certificates", id, null);
        }
        var tokenId = Map.of("id", token.get("id").stringValue());
        ok(admin, "DELETE /enrollment-tokens/{id}", tokenId, null);
        ok(admin, "GET /enrollment-tokens/{id}", tokenId, null);
    }

    private void walkSample(String admin, TestMachine machine, MachineSocket socket) {
        var asked = server.call(
                admin,
                "POST",
                "/api/machines/" + machine.id() + "/requestSample",
                json("{'Comment':'test','Sha1':'" + "ab".repeat(20) + "'}"));
        assertThat(asked.status()).isEqualTo(201);
        Command command;
        try {
            command = Envelopes.open(socket.receive().getCommand(), machine.commandKey());
        } catch (InvalidEnvelopeException e) {
            throw new AssertionError(e);
        }
        socket.send(AgentMessage.newBuilder()
                .setUploadOffer(UploadOffer.newBuilder()
                        .setUploadId("u1")
                        .setSequence(command.getSequence())
                        .setActionId(command.getActionId())
                        .setKind(ObjectKind.OBJECT_KIND_SAMPLE)
                        .setSha256(
                                ByteString.fromHex("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")))
                .build());
        assertThat(socket.receive().getUploadState().getComplete()).isTrue();
        var report = Report.newBuilder()
                .setTenantId(command.getTenantId())
                .setMachineId(machine.id())
                .setReportNumber(1)
                .setSequence(command.getSequence())
                .setActionId(command.getActionId())
                .setOutcome(Outcome.newBuilder().setResult(Result.RESULT_SUCCEEDED));
        socket.send(AgentMessage.newBuilder()
                .setReport(Envelopes.seal(report.build(), machine.key()))
                .build());
        assertThat(socket.receive().hasReportReceived()).isTrue();
        var id = Map.of("id", asked.text("/id"));
        ok(admin, "POST /machineactions/{id}/sample-link", id, null);
        ok(admin, "DELETE /machineactions/{id}/links", id, null);
        ok(admin, "DELETE /machineactions/{id}/objects", id, null);
    }

    private void walkActions(String admin, String machine, String action) {
        ok(admin, "GET /machineactions/{id}", Map.of("id", action), null);
        ok(admin, "GET /machineactions/{id}/timeline", Map.of("id", action), null);
        ok(admin, "GET /machines/{id}/timeline", Map.of("id", machine), null);
        ok(admin, "GET /overview", Map.of(), null);
        var blocked =
                server.call(admin, "POST", "/api/files/" + "ab".repeat(20) + "/block", json("{'Comment':'test'}"));
        assertThat(blocked.status()).isEqualTo(201);
        ok(admin, "GET /quarantine", Map.of(), null);
        ok(admin, "GET /files/blocks", Map.of(), null);
        ok(admin, "GET /files/blocks/machines", Map.of(), null);
        var quarantine = server.call(
                admin,
                "POST",
                "/api/machines/" + machine + "/StopAndQuarantineFile",
                json("{'Comment':'test','Sha1':'" + "ab".repeat(20) + "'}"));
        var comment = "{'comment':'false alarm'}";
        ok(admin, "POST /files/{hash}/restore", Map.of("hash", "ab".repeat(20)), comment);
        ok(admin, "POST /machineactions/{id}/restore", Map.of("id", quarantine.text("/id")), comment);
        ok(
                admin,
                "POST /machines/{id}/restore",
                Map.of("id", machine),
                "{'comment':'false alarm','hash':'" + "cd".repeat(32) + "'}");
    }

    private static void greet(MachineSocket socket) {
        socket.send(AgentMessage.newBuilder()
                .setHello(Hello.newBuilder()
                        .setProtocolVersion(1)
                        .setFacts(MachineFacts.newBuilder().setComputerDnsName("m.example.com"))
                        .addCapabilities(Capability.newBuilder()
                                .setName("NetworkIsolation")
                                .setSupport(Support.SUPPORT_ENFORCED)
                                .addLimits("none"))
                        .addCapabilities(Capability.newBuilder()
                                .setName("FileQuarantine")
                                .setSupport(Support.SUPPORT_ENFORCED))
                        .addCapabilities(Capability.newBuilder()
                                .setName("SampleCollection")
                                .setSupport(Support.SUPPORT_ENFORCED)))
                .build());
        assertThat(socket.receive().hasWelcome()).isTrue();
    }

    private String token(String admin, JsonNode application) {
        var id = application.get("id").stringValue();
        var secret = ok(admin, "POST /applications/{id}/secrets", Map.of("id", id), null);
        return server.token(homeTenant(admin), id, secret.get("secret").stringValue());
    }

    private String homeTenant(String operator) {
        return ok(operator, "GET /tenants", Map.of(), null).at("/value/0/id").stringValue();
    }

    private JsonNode ok(
            @Nullable String bearer, String operation, Map<String, String> parameters, @Nullable String body) {
        if (body != null) {
            assertThat(document.requestFaults(operation, json(body)))
                    .as("request of %s", operation)
                    .isEmpty();
        }
        var answer = call(bearer, operation, parameters, body);
        assertThat(answer.status()).as("%s: %s", operation, answer.body()).isLessThan(300);
        return answer.body();
    }

    private Answer call(
            @Nullable String bearer, String operation, Map<String, String> parameters, @Nullable String body) {
        var words = operation.split(" ", 2);
        var path = words[1];
        for (var parameter : parameters.entrySet()) {
            path = path.replace("{" + parameter.getKey() + "}", parameter.getValue());
        }
        path = path.replaceAll("\\{\\w+}", "unknown");
        var answer = server.call(bearer, words[0], BASE + path, body == null ? null : json(body));
        answered(answer, operation);
        return answer;
    }

    private JsonNode answered(Answer answer, String operation) {
        assertThat(document.faults(operation, answer.status(), answer.type(), answer.body()))
                .as("%s answered %s", operation, answer)
                .isEmpty();
        seen.computeIfAbsent(operation, name -> new TreeSet<>()).add(Integer.toString(answer.status()));
        return answer.body();
    }

    private static JsonNode json(String text) {
        return Json.MAPPER.readTree(text.replace('\'', '"'));
    }

    private static List<String> permissions(Route route) {
        return switch (route.access()) {
            case Route.Access.Open open -> List.of();
            case Route.Access.AnyOf(var names) -> names.stream().sorted().toList();
            case Route.Access.ByObject(var names) -> names.stream().sorted().toList();
        };
    }
}
