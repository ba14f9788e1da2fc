package dev.cordon.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.server.identity.TestCertificate;
import dev.cordon.server.issuers.OutsideIssuer;
import dev.cordon.server.web.Json;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** Uses every operation with which a tenant is administered, each so that it succeeds. */
record AdministrationWalk(DocumentedCalls calls) {

    /** Makes a tenant and returns a token of its administrator. */
    String tenants(String operator) {
        var made = calls.ok(
                operator, "POST /tenants", Map.of(), "{'displayName':'Second','domainName':'second.example.com'}");
        calls.ok(operator, "GET /tenants", Map.of(), null);
        calls.ok(operator, "GET /tenants/{tenant}", Map.of("tenant", "second.example.com"), null);
        return calls.server.token(
                made.get("id").stringValue(),
                made.at("/administrator/clientId").stringValue(),
                made.at("/administrator/clientSecret").stringValue());
    }

    void run(String admin) {
        outsideIssuers(admin);
        signInIssuers(admin);
        applications(admin);
        settings(admin);
        users(admin);
    }

    private void outsideIssuers(String admin) {
        var trusted = calls.ok(
                admin,
                "POST /outside-issuers",
                Map.of(),
                "{'issuer':'https://id.example.com','audience':'api://cordon','scopesClaim':'scp','roles':[{'value':'soc',"
                        + "'permissions':['Machine.Isolate']}],'portalRoles':[{'value':'soc','permissions':['ViewData'],"
                        + "'machineGroups':[1]}]}");
        calls.ok(admin, "GET /outside-issuers", Map.of(), null);
        calls.ok(
                admin,
                "DELETE /outside-issuers/{issuer}",
                Map.of("issuer", trusted.get("id").stringValue()),
                null);
    }

    private void signInIssuers(String admin) {
        calls.ok(admin, "POST /roles", Map.of(), "{'displayName':'Readers','permissions':['ViewData']}");
        calls.ok(admin, "POST /users", Map.of(), "{'userPrincipalName':'link@example.com'}");
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
            var made = calls.ok(admin, "POST /sign-in-issuers", Map.of(), settings.toString());
            var issuer = Map.of("issuer", made.get("id").stringValue());
            calls.ok(admin, "GET /sign-in-issuers", Map.of(), null);
            calls.ok(admin, "GET /sign-in-issuers/{issuer}", issuer, null);
            calls.ok(
                    admin, "PATCH /sign-in-issuers/{issuer}", issuer, "{'createUsers':true,'secondFactorAmr':['mfa']}");
            calls.ok(
                    admin,
                    "POST /sign-in-issuers/{issuer}/users",
                    issuer,
                    "{'user':'link@example.com','subject':'person'}");
            calls.ok(admin, "GET /sign-in-issuers/{issuer}/users", issuer, null);
            var link = Map.of("issuer", made.get("id").stringValue(), "user", "link@example.com");
            calls.ok(admin, "DELETE /sign-in-issuers/{issuer}/users/{user}", link, null);
            calls.ok(admin, "DELETE /sign-in-issuers/{issuer}", issuer, null);
        }
    }

    void webhooks(String admin) {
        // nothing listens there: what counts is the shape of the answers
        var made = calls.ok(
                admin,
                "POST /webhooks",
                Map.of(),
                "{'name':'Pager','url':'http://127.0.0.1:9/x','kinds':['action.*']}");
        var id = DocumentedCalls.id(made);
        calls.ok(admin, "GET /webhooks", Map.of(), null);
        calls.ok(admin, "POST /webhooks/{id}/test", id, null);
        calls.ok(admin, "GET /webhooks/{id}/deliveries", id, null);
        calls.ok(admin, "PATCH /webhooks/{id}", id, "{'enabled':false,'kinds':[]}");
        calls.ok(admin, "GET /webhooks/{id}", id, null);
        calls.ok(admin, "DELETE /webhooks/{id}", id, null);
    }

    private void applications(String admin) {
        var made = calls.ok(
                admin, "POST /applications", Map.of(), "{'displayName':'Reader','permissions':['Machine.Read.All']}");
        var id = DocumentedCalls.id(made);
        calls.ok(admin, "GET /applications", Map.of(), null);
        calls.ok(admin, "GET /applications/{id}", id, null);
        var secret = calls.ok(admin, "POST /applications/{id}/secrets", id, "{'lifetimeDays':7}");
        calls.ok(admin, "POST /applications/{id}/secrets", id, null);
        calls.ok(admin, "GET /applications/{id}/secrets", id, null);
        calls.ok(admin, "DELETE /applications/{id}/secrets/{secret}", with(id, "secret", secret), null);
        certificates(admin, id);
        federatedCredentials(admin, id);
        signIn(admin, id);
        calls.ok(admin, "PATCH /applications/{id}", id, "{'enabled':false,'permissions':[]}");
    }

    private void certificates(String admin, Map<String, String> application) {
        var pem = TestCertificate.rsa(Instant.now(), Duration.ofDays(30)).pem();
        var request = Json.MAPPER.createObjectNode().put("certificate", pem).put("singleUseAssertions", true);
        var added = calls.ok(admin, "POST /applications/{id}/certificates", application, request.toString());
        calls.ok(admin, "GET /applications/{id}/certificates", application, null);
        calls.ok(
                admin,
                "DELETE /applications/{id}/certificates/{certificate}",
                with(application, "certificate", added),
                null);
    }

    private void federatedCredentials(String admin, Map<String, String> application) {
        var request = "{'name':'ci','issuer':'https://ci.example.com','subject':'project:playbooks'}";
        var added = calls.ok(admin, "POST /applications/{id}/federated-credentials", application, request);
        calls.ok(admin, "GET /applications/{id}/federated-credentials", application, null);
        calls.ok(
                admin,
                "DELETE /applications/{id}/federated-credentials/{credential}",
                with(application, "credential", added),
                null);
    }

    /** These parameters and the one that names what an answer tells of. */
    private static Map<String, String> with(Map<String, String> parameters, String name, JsonNode made) {
        var all = new HashMap<>(parameters);
        all.put(name, made.get("id").stringValue());
        return all;
    }

    private void signIn(String admin, Map<String, String> application) {
        calls.ok(
                admin,
                "PUT /applications/{id}/sign-in",
                application,
                "{'publicClient':true,'redirectUris':['http://localhost'],'delegatedPermissions':['Machine.Read']}");
        calls.ok(admin, "POST /applications/{id}/sign-in/consent", application, null);
        assertThat(calls.ok(admin, "GET /applications/{id}/sign-in", application, null)
                        .at("/consentedForEverybody/0")
                        .stringValue())
                .isEqualTo("Machine.Read");
        calls.ok(admin, "DELETE /applications/{id}/sign-in/consent", application, null);
    }

    private void users(String admin) {
        var group = calls.ok(
                admin,
                "POST /machine-groups",
                Map.of(),
                "{'name':'Web','rank':1,'conditions':[{'property':'name','operator':'startsWith','value':'web'}]}");
        var groupId = Map.of("id", group.get("id").toString());
        calls.ok(admin, "GET /machine-groups", Map.of(), null);
        calls.ok(admin, "GET /machine-groups/{id}", groupId, null);
        calls.ok(admin, "PUT /machine-groups/{id}", groupId, "{'name':'Web','machineIds':['" + "a".repeat(40) + "']}");
        var role = calls.ok(
                admin,
                "POST /roles",
                Map.of(),
                "{'displayName':'Web responders','permissions':['ViewData'],'machineGroups':["
                        + group.get("id").intValue() + "]}");
        var roleId = DocumentedCalls.id(role);
        calls.ok(admin, "GET /roles", Map.of(), null);
        calls.ok(admin, "GET /roles/{id}", roleId, null);
        calls.ok(
                admin,
                "PUT /roles/{id}",
                roleId,
                "{'displayName':'Web responders','permissions':['ViewData','ActiveRemediationActions'],'allMachines':true}");
        calls.ok(
                admin,
                "POST /users",
                Map.of(),
                "{'userPrincipalName':'Ada@Example.com','displayName':'Ada','roles':['Web responders']}");
        var ada = Map.of("id", "ada@example.com");
        calls.ok(admin, "GET /users", Map.of(), null);
        assertThat(calls.ok(admin, "GET /users/{id}", ada, null).at("/roles/0").stringValue())
                .isEqualTo("Web responders");
        calls.ok(admin, "POST /users/{id}/invitation", ada, null);
        calls.ok(admin, "POST /users/{id}/sign-out", ada, null);
        calls.ok(admin, "DELETE /users/{id}/second-factor", ada, null);
        calls.ok(admin, "PATCH /users/{id}", ada, "{'enabled':false,'secondFactorRequired':true,'roles':[]}");
        calls.ok(admin, "DELETE /roles/{id}", roleId, null);
        calls.ok(admin, "DELETE /machine-groups/{id}", groupId, null);
    }

    private void settings(String admin) {
        calls.ok(admin, "GET /settings", Map.of(), null);
        calls.ok(
                admin,
                "PUT /settings",
                Map.of(),
                "{'isolation':{'deadManSeconds':60,'exclusions':[{'name':'Proxy','destinations':['192.0.2.1'],"
                        + "'ports':[3128],'protocol':'tcp'},{'name':'Backup','user':'backup','protocol':null}]},"
                        + "'actionLifetimeSeconds':3600}");
    }
}
