package dev.cordon.server.identity;

import static dev.cordon.server.identity.IdentityServer.encode;
import static dev.cordon.server.identity.IdentityServer.json;
import static dev.cordon.server.identity.IdentityServer.v1;
import static dev.cordon.server.identity.IdentityServer.v2;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.server.identity.IdentityServer.Client;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class TokenRefusalTest {

    private final IdentityServer server = new IdentityServer();
    private final Client client = server.client("Machine.Read.All");

    @AfterAll
    void stop() {
        server.close();
    }

    /** An absent value takes the parameter out of a request that is otherwise good. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            quoteCharacter = '\0',
            value = {
                "v2 | grant_type | - | 900144 | invalid_request | 400",
                "v2 | grant_type | authorization_code | 70003 | unsupported_grant_type | 400",
                "v2 | grant_type | password | 70003 | unsupported_grant_type | 400",
                "v2 | grant_type | refresh_token | 70003 | unsupported_grant_type | 400",
                "v2 | grant_type | device_code | 70003 | unsupported_grant_type | 400",
                "v2 | grant_type | urn:ietf:params:oauth:grant-type:device_code | 70003 | unsupported_grant_type | 400",
                "v2 | grant_type | urn:ietf:params:oauth:grant-type:jwt-bearer | 70003 | unsupported_grant_type | 400",
                "v1 | grant_type | urn:ietf:params:oauth:grant-type:jwt-bearer | 70003 | unsupported_grant_type | 400",
                "v2 | client_id | - | 900144 | invalid_request | 400",
                "v2 | client_id | 11111111-2222-3333-4444-555555555555 | 700016 | unauthorized_client | 400",
                "v2 | client_id | no guid | 700016 | unauthorized_client | 400",
                "v2 | client_secret | - | 7000218 | invalid_client | 401",
                "v2 | client_secret | EMPTY | 90014 | invalid_request | 400",
                "v2 | client_secret | wrong | 7000215 | invalid_client | 401",
                "v2 | client_assertion | a.b.c | 90014 | invalid_request | 400",
                "v2 | scope | - | 900144 | invalid_request | 400",
                "v2 | scope | openid profile | 1002012 | invalid_scope | 400",
                "v2 | scope | https://api.securitycenter.microsoft.com/Machine.Read.All | 1002012 | invalid_scope | 400",
                "v2 | scope | /.default | 70011 | invalid_scope | 400",
                "v2 | scope | https://api.securitycenter.microsoft.com/.default https://graph.microsoft.com/.default | 700022 | invalid_scope | 400",
                "v2 | scope | https://graph.microsoft.com/.default | 500011 | invalid_resource | 400",
                "v2 | scope | https://api.securitycenter.microsoft.com///.default | 500011 | invalid_resource | 400",
                "v2 | resource | https://graph.microsoft.com | 901002 | invalid_request | 400",
                "v1 | resource | - | 900144 | invalid_request | 400",
                "v1 | resource | https://graph.microsoft.com | 500011 | invalid_resource | 400",
                "v1 | client_secret | wrong | 7000215 | invalid_client | 401",
            })
    void whenParameterIsWrongThenTheErrorSaysWhich(
            String version, String parameter, String value, int number, String error, int status) {
        boolean first = version.equals("v1");
        var form = new HashMap<>(first ? v1(client) : v2(client));
        if (value == null) {
            form.remove(parameter);
        } else {
            form.put(parameter, value.replace("EMPTY", ""));
        }
        var answer = server.post(path(client.tenant().id(), first), form);
        assertRefused(answer, number, error, status);
        if (number == 900144) {
            assertThat(answer.body()).contains("'" + parameter + "'");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "11111111-2222-3333-4444-555555555555, 90002",
        "nobody.example.com, 90002",
        "common, 9001023",
        "Consumers, 9001023",
        "organizations, 50059",
    })
    void whenTenantIsNoTenantThenTheErrorSaysSo(String tenant, int number) {
        assertRefused(server.post(path(tenant, false), v2(client)), number, "invalid_request", 400);
    }

    @Test
    void whenResourceComesWithoutScopeAtV2ThenItIsRefused() {
        assertRefused(server.post(path(client.tenant().id(), false), v1(client)), 901002, "invalid_request", 400);
    }

    @Test
    void whenAssertionIsNoJwtThenItIsMalformed() {
        var form = new HashMap<>(v2(client));
        form.remove("client_secret");
        form.put("client_assertion", "a.b.c");
        form.put("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
        assertRefused(server.post(path(client.tenant().id(), false), form), 50027, "invalid_client", 401);
    }

    @Test
    void whenApplicationIsOfAnotherTenantThenItIsNotFound() {
        var other = server.client();
        assertRefused(server.post(path(other.tenant().id(), false), v2(client)), 700016, "unauthorized_client", 400);
    }

    @Test
    void whenApplicationIsDisabledThenItGetsNoToken() {
        var disabled = server.client();
        server.database.write(sql -> {
            server.identity.applications().changeEnabled(sql, disabled.application(), false);
            return disabled;
        });
        assertRefused(
                server.post(path(disabled.tenant().id(), false), v2(disabled)), 7000112, "unauthorized_client", 400);
    }

    @Test
    void whenSecretHasExpiredThenTheErrorTellsItApartFromAWrongOne() {
        try (var own = new IdentityServer()) {
            var late = own.client();
            own.time.pass(ApplicationSecrets.DEFAULT_LIFETIME.plus(Duration.ofSeconds(1)));
            var answer = own.post(path(late.tenant().id(), false), v2(late));
            assertThat(answer.statusCode()).isEqualTo(401);
            assertThat(json(answer).at("/error_codes/0").intValue()).isEqualTo(7000222);
        }
    }

    @Test
    void whenTheServerCannotSignMoreThenTheClientIsToldWhenToComeAgain() {
        try (var own = new IdentityServer()) {
            var unlucky = own.client();
            own.identity.signer().close();
            var answer = own.post(path(unlucky.tenant().id(), false), v2(unlucky));
            assertRefused(answer, 90055, "temporarily_unavailable", 429);
            assertThat(answer.headers().firstValue("Retry-After")).hasValue("1");
        }
    }

    @ParameterizedTest
    @CsvSource({"PUT", "DELETE", "PATCH", "GET"})
    void whenMethodIsNotPostThenItIsRefused(String method) {
        var answer =
                server.send(server.request(path(client.tenant().id(), false)).method(method, BodyPublishers.noBody()));
        assertRefused(answer, 900561, "invalid_request", 400);
    }

    @ParameterizedTest
    @CsvSource({"/oauth2/devicecode", "/oauth2/v2.0/devicecode"})
    void whenADeviceCodeIsAskedForThenTheGrantIsUnsupported(String path) {
        var form = Map.of("client_id", client.application().id(), "scope", IdentityServer.SCOPE);
        assertRefused(server.post("/" + client.tenant().id() + path, form), 70003, "unsupported_grant_type", 400);
    }

    @Test
    void whenFormIsMalformedThenItIsRefused() {
        for (var body : new String[] {"grant_type=%zz", "scope=a&scope=b", "x=" + "y".repeat(70_000)}) {
            var answer = server.send(
                    server.request(path(client.tenant().id(), false)).POST(BodyPublishers.ofString(body)));
            assertRefused(answer, 9002313, "invalid_request", 400);
        }
    }

    @Test
    void whenBasicIsBrokenOrContradictsTheBodyThenItIsRefused() {
        var rest = "grant_type=client_credentials&scope=" + encode(IdentityServer.SCOPE);
        for (var basic : new String[] {
            "!!!", base64("no-colon"), base64(client.application().id() + ":" + "%zz")
        }) {
            var answer = server.send(server.request(path(client.tenant().id(), false))
                    .header("Authorization", "Basic " + basic)
                    .POST(BodyPublishers.ofString(rest)));
            assertRefused(answer, 9002313, "invalid_request", 400);
        }
        var contradicting = server.send(server.request(path(client.tenant().id(), false))
                .header("Authorization", "Basic " + base64(client.application().id() + ":other"))
                .POST(BodyPublishers.ofString(encode(v2(client)))));
        assertRefused(contradicting, 9002313, "invalid_request", 400);
        var wrong = server.send(server.request(path(client.tenant().id(), false))
                .header("Authorization", "Basic " + base64(client.application().id() + ":other"))
                .POST(BodyPublishers.ofString(rest)));
        assertRefused(wrong, 7000215, "invalid_client", 401);
    }

    @Test
    void whenRefusedThenTheBodyHasAllThatLibrariesPrint() {
        var id = "0f8fad5b-d9cb-469f-a165-70867728950e";
        var form = new HashMap<>(v2(client));
        form.put("client_secret", "wrong\u0007secret");
        var answer = server.send(server.request(path(client.tenant().id(), false))
                .header("client-request-id", id)
                .POST(BodyPublishers.ofString(encode(form))));
        var body = json(answer);
        assertThat(body.propertyNames())
                .containsExactly(
                        "error",
                        "error_description",
                        "error_codes",
                        "timestamp",
                        "trace_id",
                        "correlation_id",
                        "error_uri");
        assertThat(body.get("correlation_id").stringValue()).isEqualTo(id);
        assertThat(body.get("timestamp").stringValue()).matches("\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\dZ");
        assertThat(body.get("error_description").stringValue())
                .startsWith("AADSTS7000215: ")
                .endsWith("\r\nTrace ID: " + body.get("trace_id").stringValue() + "\r\nCorrelation ID: " + id
                        + "\r\nTimestamp: " + body.get("timestamp").stringValue());
        assertThat(body.get("error_uri").stringValue()).endsWith("/error?code=7000215");
        assertThat(answer.headers().firstValue("x-ms-request-id"))
                .hasValue(body.get("trace_id").stringValue());
        assertThat(answer.body()).doesNotContain("wrong");
    }

    @Test
    void whenMicrosoftDoesNotExplainANumberThenNoLinkIsGiven() {
        var form = new HashMap<>(v2(client));
        form.put("scope", "https://api.securitycenter.microsoft.com/Machine.Read.All");
        var body = json(server.post(path(client.tenant().id(), false), form));
        assertThat(body.at("/error_codes/0").intValue()).isEqualTo(1002012);
        assertThat(body.has("error_uri")).isFalse();
    }

    private static void assertRefused(HttpResponse<String> answer, int number, String error, int status) {
        assertThat(answer.body()).contains("AADSTS" + number + ": ");
        var body = json(answer);
        assertThat(body.get("error").stringValue()).isEqualTo(error);
        assertThat(body.at("/error_codes/0").intValue()).isEqualTo(number);
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Cache-Control")).hasValue("no-store, no-cache");
    }

    private static String path(String tenant, boolean v1) {
        return "/" + tenant + (v1 ? "/oauth2/token" : "/oauth2/v2.0/token");
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }
}
