package dev.cordon.server.signin;

import static dev.cordon.server.signin.CodeFlow.CALLBACK;
import static dev.cordon.server.signin.SignInServer.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.server.identity.Tenant;
import dev.cordon.server.store.Engine;
import dev.cordon.server.web.Json;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Visits everything that the discovery documents promise, so that they promise nothing that is not there. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class DiscoveryPromisesTest {

    /** What only tells names. */
    private static final Set<String> NAMES = Set.of(
            "issuer",
            "tenant_region_scope",
            "cloud_instance_name",
            "cloud_graph_host_name",
            "msgraph_host",
            "rbac_url",
            "microsoft_multi_refresh_token",
            "request_uri_parameter_supported",
            "subject_types_supported",
            "token_endpoint_auth_methods_supported",
            "http_logout_supported",
            "frontchannel_logout_supported");

    private final SignInServer server = new SignInServer(Engine.SQLITE);
    private final CodeFlow flow = CodeFlow.of(server, CodeFlow.registration(true));
    private final Tenant tenant = flow.tenant();

    @BeforeAll
    void nameTheUser() {
        server.database.write(sql -> {
            server.accounts.users().changeGivenName(sql, flow.user(), Optional.of("Ada"));
            server.accounts.users().changeFamilyName(sql, flow.user(), Optional.of("Lovelace"));
            return sql;
        });
    }

    @AfterAll
    void stop() {
        server.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/TENANT/.well-known/openid-configuration",
                "/TENANT/v2.0/.well-known/openid-configuration",
                "/common/.well-known/openid-configuration",
                "/common/v2.0/.well-known/openid-configuration"
            })
    void whenADocumentPromisesSomethingThenItIsThere(String path) {
        var document = json(server.send(server.request(path.replace("TENANT", tenant.id()))));
        for (var field : document.properties()) {
            switch (field.getKey()) {
                case "token_endpoint" -> assertToken(field.getValue());
                case "jwks_uri" ->
                    assertThat(get(field.getValue()).at("/keys/0/kid").isString())
                            .isTrue();
                case "device_authorization_endpoint" -> assertDeviceCode(field.getValue());
                case "userinfo_endpoint" -> assertUserInfo(field.getValue());
                case "end_session_endpoint" ->
                    assertThat(server.send(server.request(path(field.getValue())))
                                    .statusCode())
                            .isEqualTo(200);
                case "authorization_endpoint" -> assertResponses(field.getValue(), document);
                case "scopes_supported" -> assertScopes(field.getValue());
                case "claims_supported" -> assertClaims(document);
                case "response_types_supported", "response_modes_supported" ->
                    assertThat(document.has("authorization_endpoint")).isTrue();
                case "id_token_signing_alg_values_supported" ->
                    assertThat(words(field.getValue())).containsExactly(header(idToken(document)));
                default -> assertThat(NAMES).contains(field.getKey());
            }
        }
    }

    private void assertToken(JsonNode url) {
        var form = Map.of(
                "grant_type", "authorization_code", "client_id", flow.client().id());
        var answer = server.post(path(url), form);
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(json(answer).at("/error_codes/0").intValue())
                .as(answer.body())
                .isEqualTo(900144);
    }

    private void assertDeviceCode(JsonNode url) {
        var answer = server.post(
                path(url),
                Map.of("client_id", flow.client().id(), "scope", SignInServer.SCOPE, "resource", SignInServer.API));
        assertThat(json(answer).has("device_code")).as(answer.body()).isTrue();
    }

    private void assertUserInfo(JsonNode url) {
        var code = flow.code(flow.request(Map.of("scope", "openid email")));
        var token = server.tokens(tenant, flow.redemption(code)).get("access_token");
        var answer = server.send(server.request(path(url))
                .header("Authorization", "Bearer " + token.stringValue())
                .method("GET", BodyPublishers.noBody()));
        assertThat(json(answer).get("email").stringValue())
                .as(answer.body())
                .isEqualTo(flow.user().userPrincipalName());
    }

    private void assertResponses(JsonNode url, JsonNode document) {
        for (var type : words(document.get("response_types_supported"))) {
            for (var mode : words(document.get("response_modes_supported"))) {
                if (type.contains("id_token") && mode.equals("query")) {
                    continue; // OAuth 2.0 Multiple Response Type Encoding Practices, 3.0
                }
                try (var browser = new TestBrowser(server)) {
                    var request = flow.request(Map.of("response_type", type, "response_mode", mode));
                    var answer = flow.answer(browser, path(url) + "?" + SignInServer.encode(request));
                    var given = switch (mode) {
                        case "query" -> TestBrowser.parameters(TestBrowser.location(answer), '?');
                        case "fragment" -> TestBrowser.parameters(TestBrowser.location(answer), '#');
                        default -> TestBrowser.hidden(answer);
                    };
                    assertThat(given).as(type + " by " + mode).containsKeys(type.split(" ", -1));
                }
            }
        }
    }

    private void assertScopes(JsonNode scopes) {
        var location = flow.location(flow.request(Map.of("scope", String.join(" ", words(scopes)))));
        assertThat(location).startsWith(CALLBACK + "?code=");
    }

    /** Every claim is in an id token that asks for all, and every claim of it is told, but for those without meaning. */
    private void assertClaims(JsonNode document) {
        var given = new TreeSet<>(SignInServer.claims(idToken(document)).propertyNames());
        given.removeAll(Set.of("nbf", "rh", "uti"));
        assertThat(words(document.get("claims_supported"))).containsExactlyInAnyOrderElementsOf(given);
    }

    private String idToken(JsonNode document) {
        try (var browser = new TestBrowser(server)) {
            var request = flow.request(Map.of("response_type", "code id_token", "scope", "openid profile email"));
            var url = path(document.get("authorization_endpoint")) + "?" + SignInServer.encode(request);
            return TestBrowser.parameters(TestBrowser.location(flow.answer(browser, url)), '#')
                    .getOrDefault("id_token", "");
        }
    }

    private static String header(String jwt) {
        var header = new String(Base64.getUrlDecoder().decode(jwt.split("\\.", -1)[0]), StandardCharsets.UTF_8);
        return Json.MAPPER.readTree(header).get("alg").stringValue();
    }

    private JsonNode get(JsonNode url) {
        return json(server.send(server.request(path(url))));
    }

    private String path(JsonNode url) {
        assertThat(url.stringValue()).startsWith(server.base() + "/");
        return url.stringValue().substring(server.base().length());
    }

    private static List<String> words(JsonNode list) {
        var words = new ArrayList<String>();
        list.forEach(word -> words.add(word.stringValue()));
        return words;
    }
}
