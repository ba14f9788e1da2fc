package dev.cordon.server.identity;

import static dev.cordon.server.identity.IdentityServer.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.server.identity.IdentityServer.Client;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class AdministrationTest {

    private final IdentityServer server = new IdentityServer();
    private final Client operator = server.client("Cordon.Operate", "Cordon.Administer");
    private final Client administrator = server.client("Cordon.Administer");
    private final String operating = server.token(operator);
    private final String administering = server.token(administrator);

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void whenOperatorMakesATenantThenItsAdministratorCanWorkAtOnce() {
        var answer = server.administer(
                operating, "POST", "/tenants", "{\"displayName\":\"Second\",\"domainName\":\"Second.example.com\"}");
        assertThat(answer.statusCode()).isEqualTo(201);
        var body = json(answer);
        assertThat(body.get("domainName").stringValue()).isEqualTo("second.example.com");
        var id = body.get("id").stringValue();
        var tenant = server.database
                .read(sql -> server.identity.tenants().find(sql, id))
                .orElseThrow();
        var made = server.database
                .read(sql -> server.identity
                        .applications()
                        .find(sql, id, body.at("/administrator/clientId").stringValue()))
                .orElseThrow();
        var token = server.token(
                new Client(tenant, made, body.at("/administrator/clientSecret").stringValue()));
        assertThat(server.administer(token, "GET", "/settings", "").statusCode())
                .isEqualTo(200);
        assertThat(server.administer(token, "GET", "/tenants", "").statusCode()).isEqualTo(403);
        assertThat(events(id)).containsExactly("tenant.created");
        assertThat(events(operator.tenant().id())).containsExactly("tenant.created");
        var listed = json(server.administer(operating, "GET", "/tenants", ""));
        assertThat(listed.get("value").size()).isEqualTo(3);
        var one = server.administer(operating, "GET", "/tenants/second.example.com", "");
        assertThat(json(one).get("displayName").stringValue()).isEqualTo("Second");
    }

    @Test
    void whenDomainIsTakenThenNothingOfTheTenantStays() {
        var body = "{\"displayName\":\"Second\",\"domainName\":\"second.example.com\"}";
        assertThat(server.administer(operating, "POST", "/tenants", body).statusCode())
                .isEqualTo(201);
        assertBadRequest(server.administer(operating, "POST", "/tenants", body), "belongs to another tenant");
        assertThat(json(server.administer(operating, "GET", "/tenants", ""))
                        .get("value")
                        .size())
                .isEqualTo(3);
        assertThat(events(operator.tenant().id())).hasSize(1);
    }

    @Test
    void whenAdministratorMakesAnApplicationThenItCanBeUsedChangedAndDisabled() {
        var answer = server.administer(
                administering,
                "POST",
                "/applications",
                "{\"displayName\":\"soar\",\"permissions\":[\"machine.read.all\"]}");
        assertThat(answer.statusCode()).isEqualTo(201);
        var made = json(answer);
        assertThat(made.propertyNames())
                .containsExactly(
                        "id", "objectId", "displayName", "permissions", "ownTenantOnly", "enabled", "createdAt");
        var path = "/applications/" + made.get("id").stringValue();
        var secret = server.administer(administering, "POST", path + "/secrets", "{\"lifetimeDays\":2}");
        assertThat(secret.statusCode()).isEqualTo(201);
        assertThat(json(secret).propertyNames()).containsExactly("id", "secret", "hint", "startsAt", "expiresAt");
        assertThat(Duration.between(
                        java.time.Instant.parse(json(secret).get("startsAt").stringValue()),
                        java.time.Instant.parse(json(secret).get("expiresAt").stringValue())))
                .isEqualTo(Duration.ofDays(2));
        var client =
                client(made.get("id").stringValue(), json(secret).get("secret").stringValue());
        var token = server.token(client);
        assertThat(server.machines(token).statusCode()).isEqualTo(200);

        var listed = server.administer(administering, "GET", path + "/secrets", "");
        assertThat(listed.body()).doesNotContain(client.secret());
        assertThat(json(listed).at("/value/0").propertyNames()).containsExactly("id", "hint", "startsAt", "expiresAt");

        var changed = json(server.administer(administering, "PATCH", path, "{\"permissions\":[\"Machine.Isolate\"]}"));
        assertThat(changed.get("permissions").toString()).isEqualTo("[\"Machine.Isolate\"]");
        assertThat(server.machines(token).statusCode()).as("as issued").isEqualTo(200);
        assertThat(server.machines(server.token(client)).statusCode()).isEqualTo(403);

        var disabled = json(server.administer(administering, "PATCH", path, "{\"enabled\":false}"));
        assertThat(disabled.get("enabled").booleanValue()).isFalse();
        server.time.pass(Duration.ofSeconds(2));
        assertThat(server.machines(token).statusCode()).isEqualTo(401);
        assertThat(json(server.administer(administering, "GET", path, ""))).isEqualTo(disabled);

        var secretPath = path + "/secrets/" + json(secret).get("id").stringValue();
        assertThat(server.administer(administering, "DELETE", secretPath, "").statusCode())
                .isEqualTo(204);
        assertThat(server.administer(administering, "DELETE", secretPath, "").statusCode())
                .isEqualTo(404);
        assertThat(events(administrator.tenant().id()))
                .containsExactly(
                        "application.created",
                        "application.secretCreated",
                        "application.permissionsChanged",
                        "application.disabled",
                        "application.secretDeleted");
    }

    @Test
    void whenSecretIsMadeWithoutABodyThenItLivesHalfAYear() {
        var path = "/applications/" + administrator.application().id() + "/secrets";
        var answer = json(server.administer(administering, "POST", path, ""));
        assertThat(answer.get("expiresAt").stringValue())
                .isEqualTo(dev.cordon.server.web.ApiJson.instant(
                        server.time.instant().plus(Duration.ofDays(180))));
        assertThat(json(server.administer(administering, "GET", path, ""))
                        .get("value")
                        .size())
                .isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "POST | /applications | {'displayName':'x','permissions':['Machine.Isolat']} | 'Machine.Isolat' does not exist",
                "POST | /applications | {'permissions':[]} | displayName: is missing",
                "POST | /applications | {'displayName':7} | displayName: must be a string",
                "POST | /applications | {'displayName':'x','permisions':[]} | permisions: is unknown",
                "POST | /applications | {'displayName':'x','permissions':'Machine.Isolate'} | permissions: must be an array",
                "POST | /applications/SELF/secrets | {'lifetimeDays':0} | lifetimeDays: must be an integer from 1 to 3650",
                "PATCH | /applications/SELF | {'enabled':'no'} | enabled: must be true or false",
                "PATCH | /applications/SELF | {'enabled':false} | cannot disable itself",
                "PATCH | /applications/SELF | {'permissions':[]} | cannot take Cordon.Administer from itself",
                "PUT | /settings | {'isolation':{'exclusions':[{'name':'x'}]}} | needs at least one of",
                "PUT | /settings | {'isolatoin':{}} | isolatoin: is unknown",
            })
    void whenRequestIsWrongThenTheErrorNamesWhatAndNothingChanges(
            String method, String path, String body, String message) {
        var answer = server.administer(
                administering,
                method,
                path.replace("SELF", administrator.application().id()),
                body.replace('\'', '"'));
        assertBadRequest(answer, message);
        assertThat(events(administrator.tenant().id())).isEmpty();
    }

    @Test
    void whenAdministratorReachesForTheServerThenItIsForbidden() {
        assertThat(server.administer(administering, "POST", "/tenants", "{\"displayName\":\"x\"}")
                        .statusCode())
                .isEqualTo(403);
        var grant = "{\"displayName\":\"x\",\"permissions\":[\"Cordon.Operate\"]}";
        assertThat(server.administer(administering, "POST", "/applications", grant)
                        .statusCode())
                .isEqualTo(403);
        var self = "/applications/" + administrator.application().id();
        var more = "{\"permissions\":[\"Cordon.Administer\",\"Cordon.Operate\"]}";
        assertThat(server.administer(administering, "PATCH", self, more).statusCode())
                .isEqualTo(403);
        var lesser = server.sibling(operator, "another secret", "Cordon.Administer");
        var takeover = "/applications/" + operator.application().id() + "/secrets";
        assertThat(server.administer(server.token(lesser), "POST", takeover, "").statusCode())
                .isEqualTo(403);
        assertThat(server.administer(operating, "POST", "/applications", grant).statusCode())
                .isEqualTo(201);
    }

    @Test
    void whenApplicationIsOfAnotherTenantThenItIsNotFound() {
        var path = "/applications/" + operator.application().id();
        assertThat(server.administer(administering, "GET", path, "").statusCode())
                .isEqualTo(404);
        assertThat(server.administer(administering, "PATCH", path, "{\"enabled\":false}")
                        .statusCode())
                .isEqualTo(404);
        assertThat(server.administer(administering, "POST", path + "/secrets", "")
                        .statusCode())
                .isEqualTo(404);
        assertThat(server.administer(administering, "GET", path + "/secrets", "")
                        .statusCode())
                .isEqualTo(404);
        assertThat(json(server.administer(administering, "GET", "/applications", ""))
                        .get("value")
                        .size())
                .isEqualTo(1);
    }

    @Test
    void whenSettingsAreReplacedThenTheyHoldForThisTenantOnly() {
        var before = server.administer(administering, "GET", "/settings", "");
        var execution = "\"execution\":{\"monitorOnly\":false,\"coverInterpreters\":false,\"trustedHashes\":[],"
                + "\"trustedPaths\":[]},";
        var objects = "\"objects\":{\"largestPackageBytes\":4294967296,\"largestSampleBytes\":1073741824,"
                + "\"retentionDays\":180,\"linkLifetimeSeconds\":300},\"signIn\":{\"requireSecondFactor\":false,\"roleBasedAccess\":true,\"passwordDays\":null,\"networks\":[]},";
        assertThat(before.body())
                .isEqualTo("{\"isolation\":{\"deadManSeconds\":120,\"exclusions\":[]}," + execution + objects
                        + "\"actionLifetimeSeconds\":259200}");
        var wanted = "{\"isolation\":{\"deadManSeconds\":60,\"exclusions\":[{\"name\":\"dns\",\"destinations\":"
                + "[\"192.0.2.53\"],\"ports\":[53],\"protocol\":\"udp\",\"user\":null,\"service\":null,"
                + "\"direction\":\"Outbound\"}]}," + execution + objects
                + "\"actionLifetimeSeconds\":3600}";
        var answer = server.administer(administering, "PUT", "/settings", wanted);
        assertThat(answer.body()).isEqualTo(wanted);
        assertThat(server.administer(administering, "GET", "/settings", "").body())
                .isEqualTo(wanted);
        assertThat(server.administer(operating, "GET", "/settings", "").body()).isEqualTo(before.body());
        assertThat(events(administrator.tenant().id())).containsExactly("tenant.settingsChanged");
    }

    private Client client(String id, String secret) {
        var application = server.database
                .read(sql -> server.identity
                        .applications()
                        .find(sql, administrator.tenant().id(), id))
                .orElseThrow();
        return new Client(administrator.tenant(), application, secret);
    }

    private List<String> events(String tenantId) {
        return server.database.read(sql -> sql.select(DSL.field(DSL.name("event"), String.class))
                .from(DSL.table(DSL.name("audit_entries")))
                .where(DSL.field(DSL.name("tenant_id"), String.class).eq(tenantId))
                .orderBy(DSL.field(DSL.name("number")))
                .fetch(row -> row.value1()));
    }

    private static void assertBadRequest(HttpResponse<String> answer, String message) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        assertThat(json(answer).at("/error/message").stringValue()).contains(message);
    }
}
