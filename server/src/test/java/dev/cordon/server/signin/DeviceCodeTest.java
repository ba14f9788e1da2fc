package dev.cordon.server.signin;

import static dev.cordon.server.signin.SignInServer.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.server.identity.Application;
import dev.cordon.server.identity.Tenant;
import dev.cordon.server.store.Engine;
import dev.cordon.server.users.User;
import dev.cordon.server.web.PortalPermission;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

final class DeviceCodeTest {

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenTheUserLetsTheDeviceInThenItsNextPollGetsTokensOnce(Engine engine) {
        try (var server = new SignInServer(engine);
                var browser = new TestBrowser(server)) {
            var tenant = server.tenant();
            var client = server.client(tenant, "Machine.Read");
            var user = server.user(tenant, PortalPermission.VIEW_DATA);
            var codes = codes(server, tenant, client);
            assertThat(codes.get("interval").intValue()).isEqualTo(5);
            assertThat(codes.get("expires_in").intValue()).isEqualTo(900);
            assertThat(codes.get("message").stringValue())
                    .contains(codes.get("user_code").stringValue());
            assertRefused(poll(server, tenant, client, codes), 70016, "authorization_pending");
            assertThat(codes.get("verification_uri").stringValue()).isEqualTo(server.base() + "/devicelogin");

            var ask = signIn(browser, user);
            assertThat(browser.submit(ask, Map.of("code", "BCDFGHJKL")).statusCode())
                    .isEqualTo(400);
            var typed = codes.get("user_code").stringValue().toLowerCase(Locale.ROOT);
            var confirm = browser.submit(ask, Map.of("code", typed.substring(0, 4) + "-" + typed.substring(4)));
            assertThat(confirm.body()).contains("playbooks", "Read machines");
            assertRefused(poll(server, tenant, client, codes), 70016, "authorization_pending");
            assertThat(browser.submit(confirm, Map.of("answer", "accept")).body())
                    .contains("The device is signed in");

            var tokens = json(poll(server, tenant, client, codes));
            assertThat(tokens.has("refresh_token")).isTrue();
            assertThat(tokens.has("id_token")).isTrue();
            assertThat(server.api("GET", "/machines", tokens.get("access_token").stringValue())
                            .statusCode())
                    .isEqualTo(200);
            assertRefused(poll(server, tenant, client, codes), 70018, "bad_verification_code");
        }
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenTheUserDeclinesOrTimePassesOrAnotherAsksThenTheDeviceIsToldSo(Engine engine) {
        try (var server = new SignInServer(engine);
                var browser = new TestBrowser(server)) {
            var tenant = server.tenant();
            var client = server.client(tenant, "Machine.Read");
            var user = server.user(tenant, PortalPermission.VIEW_DATA);
            var declined = codes(server, tenant, client);
            var ask = signIn(browser, user);
            var confirm =
                    browser.submit(ask, Map.of("code", declined.get("user_code").stringValue()));
            browser.submit(confirm, Map.of("answer", "cancel"));
            assertRefused(poll(server, tenant, client, declined), 65004, "authorization_declined");
            var expired = codes(server, tenant, client);
            var stolen = server.client(tenant, "Machine.Read");
            assertRefused(poll(server, tenant, stolen, expired), 70018, "bad_verification_code");
            server.pass(DeviceCodes.LIFETIME);
            assertRefused(poll(server, tenant, client, expired), 70019, "expired_token");
            assertThat(browser.submit(
                                    ask, Map.of("code", expired.get("user_code").stringValue()))
                            .statusCode())
                    .isEqualTo(400);
        }
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenAUserOfAnotherTenantTypesTheCodeThenItIsNotKnown(Engine engine) {
        try (var server = new SignInServer(engine);
                var browser = new TestBrowser(server)) {
            var tenant = server.tenant();
            var client = server.client(tenant, "Machine.Read");
            var stranger = server.user(server.tenant(), PortalPermission.VIEW_DATA);
            var codes = codes(server, tenant, client);
            var ask = signIn(browser, stranger);
            assertThat(browser.submit(ask, Map.of("code", codes.get("user_code").stringValue(), "answer", "accept"))
                            .statusCode())
                    .isEqualTo(400);
            assertRefused(poll(server, tenant, client, codes), 70016, "authorization_pending");
        }
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenTheV1EndpointIsUsedThenNumbersAreTextAndTheParameterIsCode(Engine engine) {
        try (var server = new SignInServer(engine);
                var browser = new TestBrowser(server)) {
            var tenant = server.tenant();
            var client = server.client(tenant, "Machine.Read");
            var user = server.user(tenant, PortalPermission.VIEW_DATA);
            var codes = json(server.post(
                    "/" + tenant.id() + "/oauth2/devicecode",
                    Map.of("client_id", client.id(), "resource", SignInServer.API)));
            assertThat(codes.get("expires_in").stringValue()).isEqualTo("900");
            assertThat(codes.has("verification_url")).isTrue();
            var confirm = browser.submit(
                    signIn(browser, user), Map.of("code", codes.get("user_code").stringValue()));
            browser.submit(confirm, Map.of("answer", "accept"));
            var answer = server.post(
                    "/" + tenant.id() + "/oauth2/token",
                    Map.of(
                            "grant_type",
                            "device_code",
                            "client_id",
                            client.id(),
                            "resource",
                            SignInServer.API,
                            "code",
                            codes.get("device_code").stringValue()));
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            assertThat(json(answer).get("scope").stringValue()).isEqualTo("Machine.Read");
        }
    }

    @ParameterizedTest
    @CsvSource({"de-DE, Öffnen Sie", "ja, サインイン", "fr-CA, Pour vous", "xx-XX, To sign in", "not a tag, To sign in"})
    void whenALanguageIsAskedForThenTheMessageIsInIt(String market, String start) {
        try (var server = new SignInServer(Engine.SQLITE)) {
            var tenant = server.tenant();
            var client = server.client(tenant, "Machine.Read");
            var codes = json(server.post(
                    "/" + tenant.id() + "/oauth2/v2.0/devicecode?mkt=" + SignInServer.encode(market),
                    Map.of("client_id", client.id(), "scope", SignInServer.SCOPE)));
            assertThat(codes.get("message").stringValue())
                    .startsWith(start)
                    .contains(
                            codes.get("verification_uri").stringValue(),
                            codes.get("user_code").stringValue());
        }
    }

    @Test
    void whenCodesAreGivenOutThenTheirHeadersForbidKeepingThem() {
        try (var server = new SignInServer(Engine.SQLITE)) {
            var tenant = server.tenant();
            var client = server.client(tenant, "Machine.Read");
            var answer = server.post(
                    "/" + tenant.id() + "/oauth2/v2.0/devicecode",
                    Map.of("client_id", client.id(), "scope", SignInServer.SCOPE));
            assertThat(answer.headers().map())
                    .containsEntry("cache-control", List.of("no-store, no-cache"))
                    .containsEntry("pragma", List.of("no-cache"))
                    .containsEntry("expires", List.of("-1"))
                    .containsEntry("x-ms-clitelem", List.of("1,0,0,,"));
        }
    }

    @Test
    void whenCodesAreAskedForByGetThenABodyIsNeeded() {
        try (var server = new SignInServer(Engine.SQLITE)) {
            var tenant = server.tenant();
            var client = server.client(tenant, "Machine.Read");
            var path = "/" + tenant.id() + "/oauth2/v2.0/devicecode";
            var form = SignInServer.encode(Map.of("client_id", client.id(), "scope", SignInServer.SCOPE));
            assertRefused(server.send(server.request(path + "?" + form).GET()), 900561, "invalid_request");
            var answer = server.send(server.request(path).method("GET", BodyPublishers.ofString(form)));
            assertThat(json(answer).has("user_code")).as(answer.body()).isTrue();
        }
    }

    private static HttpResponse<String> signIn(TestBrowser browser, User user) {
        var page = browser.open("/devicelogin");
        return browser.follow(
                browser.submit(page, Map.of("username", user.userPrincipalName(), "password", SignInServer.PASSWORD)));
    }

    private static JsonNode codes(SignInServer server, Tenant tenant, Application client) {
        return json(server.post(
                "/" + tenant.id() + "/oauth2/v2.0/devicecode",
                Map.of("client_id", client.id(), "scope", SignInServer.SCOPE + " openid offline_access")));
    }

    private static HttpResponse<String> poll(SignInServer server, Tenant tenant, Application client, JsonNode codes) {
        var form = new HashMap<>(Map.of(
                "grant_type", "urn:ietf:params:oauth:grant-type:device_code",
                "client_id", client.id(),
                "device_code", codes.get("device_code").stringValue()));
        return server.token(tenant, form);
    }

    private static void assertRefused(HttpResponse<String> answer, int number, String error) {
        var body = json(answer);
        assertThat(body.get("error_codes").get(0).intValue()).as(answer.body()).isEqualTo(number);
        assertThat(body.get("error").stringValue()).isEqualTo(error);
    }
}
