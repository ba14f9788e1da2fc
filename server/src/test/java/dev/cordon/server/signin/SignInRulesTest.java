package dev.cordon.server.signin;

import static dev.cordon.server.signin.SignInServer.json;
import static dev.cordon.server.signin.SignInServer.password;
import static dev.cordon.server.signin.SignInServer.with;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.server.identity.Endpoint;
import dev.cordon.server.identity.TokenForm;
import dev.cordon.server.identity.TokenRequest;
import dev.cordon.server.store.Engine;
import dev.cordon.server.web.Json;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a tenant asks of its people beside a password that is right, and what the server asks of programs. */
final class SignInRulesTest {

    private static final String NEW_PASSWORD = "another horse battery";
    private static final Map<String, String> CHANGE =
            Map.of("old", SignInServer.PASSWORD, "password", NEW_PASSWORD, "again", NEW_PASSWORD);

    private SignInServer server = new SignInServer(Engine.SQLITE);
    private CodeFlow flow = CodeFlow.of(server, passwordsToo());

    @AfterEach
    void stop() {
        server.close();
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenAPasswordIsTooOldThenAProgramIsToldAndThePageAsksForANewOne(Engine engine) {
        on(engine);
        settings("{\"passwordDays\":30}");
        server.pass(Duration.ofDays(30));
        assertThat(server.token(flow.tenant(), password(flow.client(), flow.user()))
                        .statusCode())
                .isEqualTo(200);
        server.pass(Duration.ofSeconds(1));
        var refused = server.token(flow.tenant(), password(flow.client(), flow.user()));
        assertRefused(refused, 50055, "invalid_grant");
        assertThat(json(refused).get("suberror").stringValue()).isEqualTo("user_password_expired");

        try (var browser = new TestBrowser(server)) {
            var page = browser.follow(browser.submit(browser.open(flow.path(flow.request())), flow.credentials()));
            assertThat(page.body()).contains("Your password has expired");
            var silent = browser.open(flow.path(with(flow.request(), "prompt", "none")));
            assertThat(TestBrowser.parameters(TestBrowser.location(silent), '?'))
                    .containsEntry("error", "interaction_required");
            var same = browser.submit(
                    page,
                    Map.of(
                            "old", SignInServer.PASSWORD,
                            "password", SignInServer.PASSWORD,
                            "again", SignInServer.PASSWORD));
            assertThat(same.body()).contains("The new password is the old one");
            var wrong = browser.submit(page, Map.of("old", "wrong", "password", NEW_PASSWORD, "again", NEW_PASSWORD));
            assertThat(wrong.body()).contains("The old password is wrong");
            var done = browser.follow(browser.submit(page, CHANGE));
            assertThat(TestBrowser.location(done)).startsWith(CodeFlow.CALLBACK + "?code=");
        }
        var fresh = with(password(flow.client(), flow.user()), "password", NEW_PASSWORD);
        assertThat(server.token(flow.tenant(), fresh).statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({"/devicelogin", "/TENANT/adminconsent?client_id=CLIENT&redirect_uri=http://localhost"})
    void whenAPasswordIsTooOldThenNoPageLetsItThrough(String path) {
        settings("{\"passwordDays\":1}");
        server.pass(Duration.ofDays(2));
        try (var browser = new TestBrowser(server)) {
            var where = path.replace("TENANT", flow.tenant().id())
                    .replace("CLIENT", flow.client().id());
            var page = browser.follow(browser.submit(browser.open(where), flow.credentials()));
            assertThat(page.body()).contains("Your password has expired");
            assertThat(browser.follow(browser.submit(page, CHANGE)).body()).doesNotContain("has expired");
        }
    }

    @ParameterizedTest
    @CsvSource({"127.0.0.0/8, 200", "127.0.0.1, 200", "10.0.0.0/8, 400", "::/0, 400"})
    void whenTheTenantNamesNetworksThenPeopleGetTokensFromThereOnly(String network, int status) {
        settings("{\"networks\":[\"" + network + "\"]}");
        assertThat(server.token(flow.tenant(), password(flow.client(), flow.user()))
                        .statusCode())
                .isEqualTo(status);
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenSomebodyComesFromElsewhereThenEveryWayIsBlockedAndTheClaimsSayByWhat(Engine engine) {
        on(engine);
        var tokens = server.tokens(flow.tenant(), password(flow.client(), flow.user()));
        var code = flow.code(flow.request());
        settings("{\"networks\":[\"192.0.2.0/24\",\"2001:db8::/32\"]}");
        var refused = server.token(flow.tenant(), password(flow.client(), flow.user()));
        assertRefused(refused, 53003, "invalid_grant");
        assertThat(json(refused).get("suberror").stringValue()).isEqualTo("message_only");
        var claims = Json.MAPPER.readTree(json(refused).get("claims").stringValue());
        assertThat(claims.at("/access_token/capolids/values/0").isString()).isTrue();
        var v1 = with(with(password(flow.client(), flow.user()), "scope", ""), "resource", SignInServer.API);
        assertRefused(server.post("/" + flow.tenant().id() + "/oauth2/token", v1), 53003, "interaction_required");
        assertRefused(
                server.refresh(
                        flow.tenant(),
                        flow.client(),
                        tokens.get("refresh_token").stringValue()),
                53003,
                "invalid_grant");
        assertRefused(server.token(flow.tenant(), flow.redemption(code)), 53003, "invalid_grant");
        try (var browser = new TestBrowser(server)) {
            var back = flow.answer(browser, flow.request());
            assertThat(TestBrowser.parameters(TestBrowser.location(back), '?').get("error_description"))
                    .contains("AADSTS53003");
        }
        settings("{\"networks\":[]}");
        assertThat(server.token(flow.tenant(), flow.redemption(code)).statusCode())
                .isEqualTo(200);
    }

    @Test
    void whenANetworkIsNoneThenTheSettingIsRefused() {
        var admin = server.administrator(flow.tenant());
        var answer = server.administer(admin, "PUT", "/settings", "{\"signIn\":{\"networks\":[\"10.0.0.1/8\"]}}");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        assertThat(answer.body()).contains("signIn.networks[0]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"common", "organizations"})
    void whenAnApplicationIsServedUnderItsTenantOnlyThenNoOtherNameLeadsToIt(String alias) {
        var tokens = server.tokens(flow.tenant(), password(flow.client(), flow.user()));
        var admin = server.administrator(flow.tenant());
        var changed = server.administer(
                admin, "PATCH", "/applications/" + flow.client().id(), "{\"ownTenantOnly\":true}");
        assertThat(json(changed).get("ownTenantOnly").booleanValue())
                .as(changed.body())
                .isTrue();
        var page = server.send(
                server.request("/" + alias + "/oauth2/v2.0/authorize?" + SignInServer.encode(flow.request())));
        assertThat(page.body()).contains("AADSTS50194");
        var clientId = flow.client().id();
        assertRefused(
                server.post(
                        "/" + alias + "/oauth2/v2.0/devicecode",
                        Map.of("client_id", clientId, "scope", SignInServer.SCOPE)),
                50194,
                "invalid_request");
        assertRefused(
                server.post(
                        "/" + alias + "/oauth2/v2.0/token",
                        Map.of(
                                "grant_type",
                                "refresh_token",
                                "client_id",
                                clientId,
                                "refresh_token",
                                tokens.get("refresh_token").stringValue())),
                50194,
                "invalid_request");
        if (alias.equals("organizations")) {
            assertRefused(
                    server.post("/organizations/oauth2/v2.0/token", password(flow.client(), flow.user())),
                    50194,
                    "invalid_request");
        }
        assertThat(server.token(flow.tenant(), password(flow.client(), flow.user()))
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void whenAProgramAsksForTheSameTokensAgainAndAgainThenItIsToldToKeepThem() {
        var form = password(flow.client(), flow.user());
        var request = new TokenRequest(
                Endpoint.V2,
                flow.tenant().id(),
                TokenForm.parse(SignInServer.encode(form)),
                Optional.empty(),
                "127.0.0.1",
                server.base(),
                Optional.empty());
        for (int i = 1; i < GrantConditions.MOST; i++) {
            server.signIn.parts().conditions().require(request, flow.user());
        }
        assertThat(server.token(flow.tenant(), form).statusCode()).isEqualTo(200);
        assertRefused(server.token(flow.tenant(), form), 50196, "invalid_grant");
        var other = with(form, "scope", SignInServer.API + "/Machine.Read");
        assertThat(server.token(flow.tenant(), other).statusCode()).isEqualTo(200);
        server.pass(GrantConditions.WINDOW);
        assertThat(server.token(flow.tenant(), form).statusCode()).isEqualTo(200);
    }

    private void on(Engine engine) {
        if (engine != Engine.SQLITE) {
            server.close();
            server = new SignInServer(engine);
            flow = CodeFlow.of(server, passwordsToo());
        }
    }

    private static Client passwordsToo() {
        var usual = CodeFlow.registration(false);
        return new Client(true, true, usual.redirectUris(), usual.scopes());
    }

    private void settings(String signIn) {
        var admin = server.administrator(flow.tenant());
        var answer = server.administer(admin, "PUT", "/settings", "{\"signIn\":" + signIn + "}");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    private static void assertRefused(HttpResponse<String> answer, int number, String error) {
        var body = json(answer);
        assertThat(body.get("error_codes").get(0).intValue()).as(answer.body()).isEqualTo(number);
        assertThat(body.get("error").stringValue()).isEqualTo(error);
    }
}
