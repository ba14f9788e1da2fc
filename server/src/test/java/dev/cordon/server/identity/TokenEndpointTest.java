package dev.cordon.server.identity;

import static dev.cordon.server.identity.IdentityServer.API;
import static dev.cordon.server.identity.IdentityServer.SCOPE;
import static dev.cordon.server.identity.IdentityServer.encode;
import static dev.cordon.server.identity.IdentityServer.json;
import static dev.cordon.server.identity.IdentityServer.v1;
import static dev.cordon.server.identity.IdentityServer.v2;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.server.identity.IdentityServer.Client;
import dev.cordon.server.web.Json;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class TokenEndpointTest {

    private final IdentityServer server = new IdentityServer();
    private final Client client = server.client("Machine.Read.All", "Machine.Isolate");

    @AfterAll
    void stop() {
        server.close();
    }

    @Test
    void whenAskedAtV2ThenTheAnswerHasExactlyFourFieldsAndNumbers() {
        var answer = server.post(v2Path(), v2(client));
        assertThat(answer.statusCode()).isEqualTo(200);
        var body = json(answer);
        assertThat(body.propertyNames()).containsExactly("token_type", "expires_in", "ext_expires_in", "access_token");
        assertThat(body.get("token_type").stringValue()).isEqualTo("Bearer");
        assertThat(body.get("expires_in").isInt()).isTrue();
        assertThat(body.get("expires_in").intValue()).isEqualTo(3599);
        assertThat(body.get("ext_expires_in").intValue()).isEqualTo(3599);
        assertThat(header(answer, "x-ms-clitelem")).isEqualTo("1,0,0,,");
    }

    @Test
    void whenAskedAtV1ThenTheAnswerHasStringsAndTheResource() {
        var answer = server.post(v1Path(), v1(client));
        assertThat(answer.statusCode()).isEqualTo(200);
        var now = server.time.instant().getEpochSecond();
        var body = json(answer);
        var expected = Json.MAPPER
                .createObjectNode()
                .put("token_type", "Bearer")
                .put("expires_in", "3599")
                .put("ext_expires_in", "3599")
                .put("expires_on", String.valueOf(now + 3600))
                .put("not_before", String.valueOf(now - 300))
                .put("resource", API)
                .put("access_token", body.get("access_token").stringValue());
        assertThat(body).isEqualTo(expected);
    }

    @Test
    void whenTheClientOrItsSecretChangesThenItsNextRequestIsAnsweredAsItIsNow() {
        var changing = server.client("Machine.Read.All");
        var path = "/" + changing.tenant().id() + "/oauth2/v2.0/token";
        var database = server.database;
        var applications = server.identity.applications();
        var secrets = server.identity.secrets();
        assertThat(server.post(path, v2(changing)).statusCode()).isEqualTo(200);
        assertThat(server.post(path, v2(changing)).statusCode()).isEqualTo(200);

        database.write(sql -> {
            applications.changeEnabled(sql, changing.application(), false);
            return true;
        });
        assertThat(server.post(path, v2(changing)).body()).contains("AADSTS7000112");
        database.write(sql -> {
            applications.changeEnabled(sql, changing.application(), true);
            applications.changePermissions(sql, changing.application(), List.of("Machine.Scan"));
            return true;
        });
        var token = json(server.post(path, v2(changing))).get("access_token").stringValue();
        assertThat(new String(Base64.getUrlDecoder().decode(token.split("\\.", -1)[1]), StandardCharsets.UTF_8))
                .contains("\"roles\":[\"Machine.Scan\"]");

        database.write(sql -> {
            secrets.all(sql, changing.application())
                    .forEach(secret -> secrets.delete(sql, changing.application(), secret.id()));
            return true;
        });
        var refused = server.post(path, v2(changing));
        assertThat(refused.statusCode()).isEqualTo(401);
        assertThat(refused.body()).contains("AADSTS7000215");
    }

    @Test
    void whenTokenIsIssuedThenItsHeadersForbidKeepingIt() {
        var answer = server.send(server.request(v2Path())
                .header("client-request-id", "0f8fad5b-d9cb-469f-a165-70867728950e")
                .header("return-client-request-id", "true")
                .POST(BodyPublishers.ofString(encode(v2(client)))));
        assertThat(header(answer, "Content-Type")).matches("(?i)application/json; ?charset=utf-8");
        assertThat(header(answer, "Cache-Control")).isEqualTo("no-store, no-cache");
        assertThat(header(answer, "Pragma")).isEqualTo("no-cache");
        assertThat(header(answer, "Expires")).isEqualTo("-1");
        assertThat(header(answer, "x-ms-request-id")).hasSize(36);
        assertThat(header(answer, "x-ms-ests-server")).isNotEmpty();
        assertThat(header(answer, "client-request-id")).isEqualTo("0f8fad5b-d9cb-469f-a165-70867728950e");
    }

    @Test
    void whenTokenIsIssuedThenItsClaimsAreThoseOfTheContractInItsOrder() {
        var token = server.token(client).split("\\.", -1);
        var now = server.time.instant().getEpochSecond();
        var header = decode(token[0]);
        assertThat(header.propertyNames()).containsExactlyInAnyOrder("typ", "alg", "x5t", "kid");
        assertThat(header.get("alg").stringValue()).isEqualTo("RS256");
        assertThat(header.get("x5t")).isEqualTo(header.get("kid"));
        var claims = decode(token[1]);
        assertThat(claims.propertyNames())
                .containsExactly(
                        "aud",
                        "iss",
                        "iat",
                        "nbf",
                        "exp",
                        "aio",
                        "app_displayname",
                        "appid",
                        "appidacr",
                        "idp",
                        "oid",
                        "rh",
                        "roles",
                        "sub",
                        "tenant_region_scope",
                        "tid",
                        "uti",
                        "ver");
        var issuer = "https://sts.windows.net/" + client.tenant().id() + "/";
        var expected = Json.MAPPER
                .createObjectNode()
                .put("aud", API)
                .put("iss", issuer)
                .put("iat", now - 300)
                .put("nbf", now - 300)
                .put("exp", now + 3600)
                .put("aio", claims.get("aio").stringValue())
                .put("app_displayname", "playbooks")
                .put("appid", client.application().id())
                .put("appidacr", "1")
                .put("idp", issuer)
                .put("oid", client.application().objectId())
                .put("rh", claims.get("rh").stringValue());
        expected.putArray("roles").add("Machine.Isolate").add("Machine.Read.All");
        expected.put("sub", client.application().objectId())
                .put("tenant_region_scope", "EU")
                .put("tid", client.tenant().id())
                .put("uti", claims.get("uti").stringValue())
                .put("ver", "1.0");
        assertThat(claims.toString()).isEqualTo(expected.toString());
    }

    @Test
    void whenApplicationHasNoPermissionThenItsTokenHasNoRolesAndTheApiRefusesIt() {
        var token = server.token(server.client());
        assertThat(decode(token.split("\\.", -1)[1]).has("roles")).isFalse();
        assertThat(server.machines(token).statusCode()).isEqualTo(403);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://api.securitycenter.microsoft.com",
                "https://API.SecurityCenter.Microsoft.com",
                "https://api-us.securitycenter.microsoft.com",
                "https://api-eu.securitycenter.microsoft.com",
                "https://api-uk.securitycenter.microsoft.com",
                "https://api.securitycenter.windows.com",
                "https://securitycenter.onmicrosoft.com/windowsatpservice",
                "https://securitycenter.microsoft.com/mtp",
                "https://managementapi.securitycenter.windows.com",
                "https://api-gcc.securitycenter.microsoft.us",
                "https://api-gov.securitycenter.microsoft.us",
                "https://api.securitycenter.windows.us",
                "https://securityoperations.microsoft.com",
                "https://publicapi-prd.trafficmanager.net",
                "https://userrequestsgraphapiep-prd.trafficmanager.net",
            })
    void whenResourceIsAnyNameOfTheApiThenTheTokenIsForItAsWrittenAndOpensTheApi(String resource) {
        for (var name : List.of(resource, resource + "/")) {
            assertOpens(name, server.post(v2Path(), with(v2(client), "scope", name + "/.default")));
            assertOpens(name, server.post(v1Path(), with(v1(client), "resource", name)));
            assertOpens(name, server.post(v1Path(), with(v1(client), "resource", name + "/.default")));
        }
    }

    @Test
    void whenResourceIsTheApplicationIdThenTheTokenOpensTheApi() {
        var id = "fc780465-2017-40d4-a0c5-307022471b92";
        assertOpens(id, server.post(v2Path(), with(v2(client), "scope", id + "/.default")));
        assertOpens(id, server.post(v1Path(), with(v1(client), "resource", id)));
    }

    @Test
    void whenResourceIsTheNeighbourThenATokenIsIssuedButTheApiRefusesItUnlessTheOperatorAccepts() {
        var form = with(v2(client), "scope", "https://api.security.microsoft.com/.default");
        var token = json(server.post(v2Path(), form)).get("access_token").stringValue();
        var refused = server.machines(token);
        assertThat(refused.statusCode()).isEqualTo(403);
        assertThat(json(refused).at("/error/code").stringValue()).isEqualTo("Forbidden");
        try (var lenient = new IdentityServer(true)) {
            var own = lenient.client("Machine.Read.All");
            var answer = lenient.post(
                    "/" + own.tenant().id() + "/oauth2/v2.0/token",
                    with(v2(own), "scope", "https://api.security.microsoft.com/.default"));
            var accepted = lenient.machines(json(answer).get("access_token").stringValue());
            assertThat(accepted.statusCode()).isEqualTo(200);
        }
    }

    @Test
    void whenTenantAndClientAreSpeltOtherwiseThenTheyAreTheSame() {
        var tenant = server.database.write(sql -> {
            var made = server.identity
                    .provisioning()
                    .create(sql, "Named", java.util.Optional.of("named.example.com"), "x", List.of());
            return new Client(made.tenant(), made.application(), made.secret().secret());
        });
        var id = tenant.tenant().id();
        for (var spelling : List.of(
                id, id.toUpperCase(Locale.ROOT), id.replace("-", ""), "named.example.com", "Named.Example.COM")) {
            var form = with(
                    v2(tenant),
                    "client_id",
                    tenant.application().id().replace("-", "").toUpperCase(Locale.ROOT));
            var answer = server.post("/" + spelling + "/oauth2/v2.0/token", form);
            assertThat(answer.statusCode()).as(spelling).isEqualTo(200);
        }
    }

    @Test
    void whenContentTypeIsWrongOrAbsentThenTheBodyIsStillReadAsAForm() {
        var body = encode(v2(client));
        for (var type : List.of("application/json", "text/plain", "multipart/form-data")) {
            var answer = server.send(
                    server.request(v2Path()).header("Content-Type", type).POST(BodyPublishers.ofString(body)));
            assertThat(answer.statusCode()).as(type).isEqualTo(200);
        }
        var untyped = server.send(server.request(v2Path()).POST(BodyPublishers.ofString(body)));
        assertThat(untyped.statusCode()).isEqualTo(200);
    }

    /** A server that refuses may close while the caller still sends; then the answer is lost on the way. */
    @Test
    void whenTheBodyIsHugeThenItIsRefusedBeforeItFillsTheMemory() throws Exception {
        var huge = "x=" + "y".repeat(140_000);
        for (var path : List.of(v2Path(), v1Path() + "/", v2Path().toUpperCase(Locale.ROOT))) {
            for (var body : List.of(
                    BodyPublishers.ofString(huge), BodyPublishers.fromPublisher(BodyPublishers.ofString(huge)))) {
                try (var ownConnection =
                        HttpClient.newBuilder().sslContext(server.trust).build()) {
                    var answer =
                            ownConnection.send(server.request(path).POST(body).build(), BodyHandlers.ofString());
                    assertThat(answer.statusCode()).as(path).isEqualTo(413);
                    assertThat(json(answer).at("/error/target").isString()).isTrue();
                } catch (IOException closed) {
                    assertThat(closed).hasMessageNotContaining("timed out");
                }
            }
        }
    }

    @Test
    void whenFormComesWithGetThenItIsAnsweredLikeAPost() {
        var answer = server.send(server.request(v1Path()).method("GET", BodyPublishers.ofString(encode(v1(client)))));
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(json(answer).get("expires_in").stringValue()).isEqualTo("3599");
    }

    @Test
    void whenLibrariesAddWhatTheyAlwaysAddThenItIsIgnored() {
        var form = with(v2(client), "scope", "openid " + SCOPE + " profile offline_access");
        form.put("client_info", "1");
        form.put("x-client-SKU", "msal.js.node");
        form.put("claims", "{\"access_token\":{\"xms_cc\":{\"values\":[\"CP1\"]}}}");
        assertOpens(API, server.post(v2Path() + "?client-request-id=x&redirectUri=y", form));
    }

    @Test
    void whenScopeAndResourceNameTheSameApiThenBothAreAccepted() {
        for (var resource : List.of(API, API + "/", "https://api.securitycenter.windows.com")) {
            assertOpens(API, server.post(v2Path(), with(v2(client), "resource", resource)));
        }
    }

    @Test
    void whenSecretHasCharactersOfTheFormThenItIsReadFromBodyAndFromBasic() {
        var odd = server.sibling(client, "Ab~8.c+d/e=f&g h%25é", "Machine.Read.All");
        assertOpens(API, server.post(v2Path(), v2(odd)));
        var basic = Base64.getEncoder()
                .encodeToString((odd.application().id() + ":" + encode(odd.secret()))
                        .getBytes(java.nio.charset.StandardCharsets.UTF_8));
        var answer = server.send(server.request(v2Path())
                .header("Authorization", "Basic " + basic)
                .POST(BodyPublishers.ofString("grant_type=client_credentials&scope=" + encode(SCOPE))));
        assertOpens(API, answer);
    }

    @Test
    void whenManyAskAtOnceThenAllGetAToken() throws Exception {
        try (var threads = java.util.concurrent.Executors.newVirtualThreadPerTaskExecutor()) {
            var all = new ArrayList<java.util.concurrent.Future<String>>();
            for (int i = 0; i < 100; i++) {
                all.add(threads.submit(() -> server.token(client)));
            }
            for (var one : all) {
                assertThat(one.get()).isNotEmpty();
            }
        }
    }

    private void assertOpens(String audience, HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        var token = json(answer).get("access_token").stringValue();
        assertThat(decode(token.split("\\.", -1)[1]).get("aud").stringValue()).isEqualTo(audience);
        assertThat(server.machines(token).statusCode()).isEqualTo(200);
    }

    private String v1Path() {
        return "/" + client.tenant().id() + "/oauth2/token";
    }

    private String v2Path() {
        return "/" + client.tenant().id() + "/oauth2/v2.0/token";
    }

    private static Map<String, String> with(Map<String, String> form, String name, String value) {
        var changed = new HashMap<>(form);
        changed.put(name, value);
        return changed;
    }

    private static JsonNode decode(String part) {
        return Json.MAPPER.readTree(Base64.getUrlDecoder().decode(part));
    }

    private static String header(HttpResponse<String> answer, String name) {
        return answer.headers().firstValue(name).orElse("");
    }
}
