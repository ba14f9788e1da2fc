package dev.cordon.server.signin;

import static dev.cordon.server.signin.CodeFlow.CALLBACK;
import static dev.cordon.server.signin.CodeFlow.CHALLENGE;
import static dev.cordon.server.signin.CodeFlow.VERIFIER;
import static dev.cordon.server.signin.SignInServer.claims;
import static dev.cordon.server.signin.SignInServer.json;
import static dev.cordon.server.signin.SignInServer.with;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.server.store.Engine;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** From the sign-in to tokens: what the code is worth, once, and to whom. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class AuthorizationCodeTest {

    private final SignInServer server = new SignInServer(Engine.SQLITE);
    private final CodeFlow flow = CodeFlow.of(server);

    @AfterAll
    void stop() {
        server.close();
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenAUserSignsInThenTheCodeIsWorthTokensThatOpenTheApi(Engine engine) {
        try (var other = new SignInServer(engine)) {
            var ada = CodeFlow.of(other);
            var back = ada.location(ada.request());
            assertThat(back).startsWith(CALLBACK + "?");
            var answer = TestBrowser.parameters(back, '?');
            assertThat(answer)
                    .containsOnlyKeys("code", "state", "session_state")
                    .containsEntry("state", "s-1 &<");
            var tokens = other.tokens(ada.tenant(), ada.redemption(answer.getOrDefault("code", "")));
            var id = claims(tokens.get("id_token").stringValue());
            assertThat(id.get("nonce").stringValue()).isEqualTo("n-1");
            assertThat(id.get("aud").stringValue()).isEqualTo(ada.client().id());
            assertThat(id.get("iss").stringValue())
                    .isEqualTo(other.base() + "/" + ada.tenant().id() + "/v2.0");
            assertThat(id.get("preferred_username").stringValue())
                    .isEqualTo(ada.user().userPrincipalName());
            assertThat(tokens.has("refresh_token")).isTrue();
            assertThat(other.api("GET", "/machines", tokens.get("access_token").stringValue())
                            .statusCode())
                    .isEqualTo(200);
        }
    }

    @Test
    void whenTheVerifierDoesNotFitThenTheCodeIsWorthNothing() {
        var code = flow.code(flow.request());
        assertRefused(
                server.token(flow.tenant(), with(flow.redemption(code), "code_verifier", VERIFIER + "x")), 501481);
        assertRefused(server.token(flow.tenant(), with(flow.redemption(code), "code_verifier", CHALLENGE)), 501481);
        assertRefused(server.token(flow.tenant(), with(flow.redemption(code), "code_verifier", "")), 501481);
    }

    @Test
    void whenSomebodyTakesTheChallengeOutOnItsWayThenTheVerifierGivesItAway() {
        var request = new HashMap<>(flow.request());
        request.remove("code_challenge");
        request.remove("code_challenge_method");
        var code = flow.code(request);
        assertRefused(server.token(flow.tenant(), flow.redemption(code)), 501481);
        assertThat(server.token(flow.tenant(), with(flow.redemption(code), "code_verifier", ""))
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void whenTheChallengeIsPlainThenTheVerifierIsTheChallenge() {
        var code = flow.code(with(flow.request(), "code_challenge_method", ""));
        assertRefused(server.token(flow.tenant(), flow.redemption(code)), 501481);
        assertThat(server.token(flow.tenant(), with(flow.redemption(code), "code_verifier", CHALLENGE))
                        .statusCode())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({"code_challenge, short", "code_challenge_method, S512"})
    void whenTheChallengeIsBadThenTheClientIsToldSo(String name, String value) {
        try (var browser = new TestBrowser(server)) {
            var answer = browser.open(flow.path(with(flow.request(), name, value)));
            assertThat(TestBrowser.parameters(TestBrowser.location(answer), '?'))
                    .containsEntry("error", "invalid_request")
                    .hasEntrySatisfying(
                            "error_description", text -> assertThat(text).startsWith("AADSTS501491"));
        }
    }

    @Test
    void whenACodeIsUsedTwiceThenTheTokensOfTheFirstUseAreVoid() {
        var code = flow.code(flow.request());
        var tokens = server.tokens(flow.tenant(), flow.redemption(code));
        var access = tokens.get("access_token").stringValue();
        assertThat(server.api("GET", "/machines", access).statusCode()).isEqualTo(200);
        assertRefused(server.token(flow.tenant(), flow.redemption(code)), 54005);
        server.pass(Duration.ofSeconds(2));
        assertThat(server.api("GET", "/machines", access).statusCode()).isEqualTo(401);
        assertRefused(
                server.refresh(
                        flow.tenant(),
                        flow.client(),
                        tokens.get("refresh_token").stringValue()),
                50173);
    }

    @Test
    void whenACodeIsOldThenItHasExpired() {
        var code = flow.code(flow.request());
        server.pass(AuthorizationCodes.LIFETIME);
        assertRefused(server.token(flow.tenant(), flow.redemption(code)), 70008);
    }

    @Test
    void whenAnotherClientTenantOrRedirectUriComesWithTheCodeThenItIsRefused() {
        var code = flow.code(flow.request());
        var thief = CodeFlow.client(server, flow.tenant());
        assertRefused(server.token(flow.tenant(), with(flow.redemption(code), "client_id", thief.id())), 70000);
        var foreign = server.tenant();
        assertRefused(
                server.token(
                        foreign,
                        with(
                                flow.redemption(code),
                                "client_id",
                                CodeFlow.client(server, foreign).id())),
                70000);
        assertRefused(
                server.token(flow.tenant(), with(flow.redemption(code), "redirect_uri", "http://localhost")), 500112);
        assertRefused(server.token(flow.tenant(), with(flow.redemption(code), "code", "nonsense")), 70000);
        assertThat(server.token(flow.tenant(), flow.redemption(code)).statusCode())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"common", "organizations"})
    void whenThePathNamesNoTenantThenTheApplicationLeadsToIt(String alias) {
        try (var browser = new TestBrowser(server)) {
            var page = browser.open("/" + alias + "/oauth2/v2.0/authorize?" + SignInServer.encode(flow.request()));
            var back = browser.follow(browser.submit(page, flow.credentials()));
            var code = TestBrowser.code(TestBrowser.location(back));
            var answer = server.post("/" + alias + "/oauth2/v2.0/token", flow.redemption(code));
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        }
    }

    @Test
    void whenTheV1EndpointIsUsedThenTheResourceIsAskedForThere() {
        var request = new HashMap<>(flow.request());
        request.remove("scope");
        request.put("resource", SignInServer.API);
        try (var browser = new TestBrowser(server)) {
            var page = browser.open("/" + flow.tenant().id() + "/oauth2/authorize?" + SignInServer.encode(request));
            var back = browser.follow(browser.submit(page, flow.credentials()));
            var code = TestBrowser.code(TestBrowser.location(back));
            var answer = server.post("/" + flow.tenant().id() + "/oauth2/token", flow.redemption(code));
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            assertThat(json(answer).get("resource").stringValue()).isEqualTo(SignInServer.API);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "response_type, '', invalid_request",
        "scope, https://api.securitycenter.microsoft.com/Nothing.Real, invalid_scope",
        "scope, https://api.securitycenter.microsoft.com/Machine.Isolate, invalid_resource",
        "scope, '', invalid_request",
    })
    void whenTheRequestIsWrongThenTheClientIsToldSo(String name, String value, String error) {
        try (var browser = new TestBrowser(server)) {
            var answer = browser.open(flow.path(with(flow.request(), name, value)));
            assertThat(TestBrowser.parameters(TestBrowser.location(answer), '?'))
                    .containsEntry("error", error)
                    .containsEntry("state", "s-1 &<")
                    .containsKey("error_description");
        }
    }

    @Test
    void whenTheChallengeOfTheRfcIsComputedThenItIsTheRfcs() {
        assertThat(Base64.getUrlEncoder().withoutPadding().encodeToString(Secret.hash(VERIFIER)))
                .isEqualTo(CHALLENGE);
    }

    private static void assertRefused(HttpResponse<String> answer, int number) {
        assertThat(json(answer).get("error_codes").get(0).intValue())
                .as(answer.body())
                .isEqualTo(number);
    }
}
