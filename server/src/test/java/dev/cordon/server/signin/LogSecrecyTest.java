package dev.cordon.server.signin;

import static dev.cordon.server.signin.SignInServer.PASSWORD;
import static dev.cordon.server.signin.SignInServer.json;
import static dev.cordon.server.signin.SignInServer.with;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.server.identity.CapturedLog;
import dev.cordon.server.identity.DelegatedPermissions;
import dev.cordon.server.issuers.OutsideProvider;
import dev.cordon.server.store.Engine;
import dev.cordon.server.web.Json;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;

/** Whoever reads the server's log, at its most talkative, learns nobody's secrets, whichever way people come in. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class LogSecrecyTest {

    private final SignInServer server = new SignInServer(Engine.SQLITE);
    private final CodeFlow flow = CodeFlow.of(
            server,
            new Client(true, true, List.of(CodeFlow.CALLBACK), DelegatedPermissions.parse(List.of("Machine.Read"))));
    private final List<String> secrets = new ArrayList<>(List.of(PASSWORD, "hush-hush"));

    @AfterAll
    void stop() {
        server.close();
    }

    @Test
    void whenPeopleGivePasswordsAndProgramsRefreshThenTheLogHoldsNeitherThemNorTokens() {
        try (var log = new CapturedLog()) {
            var form = SignInServer.password(flow.client(), flow.user());
            server.token(flow.tenant(), with(form, "password", "hush-hush"));
            var refresh = keep(server.tokens(flow.tenant(), form));
            var next = json(server.refresh(flow.tenant(), flow.client(), refresh));
            secrets.add(next.get("refresh_token").stringValue());
            server.pass(RefreshTokens.GRACE.plus(Duration.ofSeconds(1)));
            server.refresh(flow.tenant(), flow.client(), refresh);
            assertThat(log.text()).contains("token.refused", "used twice");
            log.assertHoldsNone(secrets);
        }
    }

    @Test
    void whenPeopleSignInInABrowserThenTheLogHoldsNoInvitationCodeOrVerifier() {
        try (var log = new CapturedLog();
                var browser = new TestBrowser(server)) {
            var invitation = server.database
                    .write(sql -> server.accounts.invitations().create(sql, flow.user()))
                    .code();
            browser.open("/signin/invitation/" + invitation);
            var page = browser.open(flow.path(flow.request()));
            browser.submit(page, with(flow.credentials(), "password", "hush-hush"));
            var back = TestBrowser.location(browser.follow(browser.submit(page, flow.credentials())));
            var code = TestBrowser.code(back);
            keep(server.tokens(flow.tenant(), flow.redemption(code)));
            server.token(flow.tenant(), flow.redemption(code));
            secrets.addAll(List.of(invitation, code, CodeFlow.VERIFIER));
            assertThat(log.text()).contains("signin.refused", "used twice", "/signin/password");
            log.assertHoldsNone(secrets);
        }
    }

    @Test
    void whenADeviceIsLetInThenTheLogHoldsNeitherOfItsCodes() {
        try (var log = new CapturedLog();
                var browser = new TestBrowser(server)) {
            var codes = json(server.post(
                    "/" + flow.tenant().id() + "/oauth2/v2.0/devicecode",
                    Map.of("client_id", flow.client().id(), "scope", SignInServer.SCOPE + " openid offline_access")));
            var code = codes.get("device_code").stringValue();
            var typed = codes.get("user_code").stringValue();
            var poll = Map.of(
                    "grant_type", "device_code", "client_id", flow.client().id(), "device_code", code);
            server.token(flow.tenant(), poll);
            var ask = browser.follow(browser.submit(browser.open("/devicelogin"), flow.credentials()));
            browser.submit(browser.submit(ask, Map.of("code", typed)), Map.of("answer", "accept"));
            keep(server.tokens(flow.tenant(), poll));
            server.token(flow.tenant(), poll);
            secrets.addAll(List.of(code, typed));
            log.assertHoldsNone(secrets);
        }
    }

    @Test
    void whenPeopleComeFromAnOutsideIssuerThenTheLogHoldsNeitherItsSecretNorItsCodesAndTokens() {
        try (var log = new CapturedLog();
                var provider = new OutsideProvider(server.time);
                var browser = new TestBrowser(server)) {
            trust(provider);
            provider.signWith(claims -> {
                var token = provider.issuer().sign(claims);
                secrets.add(signature(token));
                return token;
            });
            provider.knows(claims -> claims.claim("nonce", "another"));
            assertThat(browser.come(comeBack(browser, provider)).body()).contains("nonce differs");
            provider.knows(claims -> claims);
            var back = comeBack(browser, provider);
            var code = TestBrowser.code(TestBrowser.location(browser.goOn(browser.come(back))));
            secrets.add(code);
            keep(server.tokens(flow.tenant(), flow.redemption(code)));
            assertThat(browser.come(back).statusCode()).isEqualTo(400);
            provider.issuer().fail(http -> http.sendResponseHeaders(503, -1));
            browser.come(comeBack(browser, provider));
            secrets.addAll(List.of(OutsideProvider.SECRET, "s3cret"));
            assertThat(log.text()).contains("outside.refused", "nonce differs");
            log.assertHoldsNone(secrets);
        }
    }

    /** Signs in at the issuer and tells where the browser is sent back to; its code and state are secrets. */
    private String comeBack(TestBrowser browser, OutsideProvider provider) {
        var page = browser.open(flow.path(flow.request(Map.of("prompt", "login"))));
        var away = TestBrowser.location(browser.open(TestBrowser.link(page, "Continue with Example")));
        var back = provider.signIn(away);
        var answer = TestBrowser.parameters(back, '?');
        secrets.add(answer.getOrDefault("code", ""));
        secrets.add(answer.getOrDefault("state", ""));
        secrets.add(TestBrowser.parameters(away, '?').getOrDefault("nonce", ""));
        return back;
    }

    private void trust(OutsideProvider provider) {
        var token = server.administrator(flow.tenant());
        var added = json(server.administer(
                token, "POST", "/sign-in-issuers", provider.settings().toString()));
        var link = Json.MAPPER
                .createObjectNode()
                .put("user", flow.user().userPrincipalName())
                .put("subject", "sub-1");
        var path = "/sign-in-issuers/" + added.get("id").stringValue() + "/users";
        assertThat(server.administer(token, "POST", path, link.toString()).statusCode())
                .isEqualTo(201);
    }

    /** Adds what an answer holds to the secrets, uses it, and returns the refresh token. */
    private String keep(JsonNode tokens) {
        var access = tokens.get("access_token").stringValue();
        server.api("GET", "/machines", access);
        secrets.add(signature(access));
        secrets.add(signature(tokens.get("id_token").stringValue()));
        var refresh = tokens.get("refresh_token").stringValue();
        secrets.add(refresh);
        return refresh;
    }

    private static String signature(String jwt) {
        return jwt.substring(jwt.lastIndexOf('.') + 1);
    }
}
