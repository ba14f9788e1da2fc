package dev.cordon.server.signin;

import static dev.cordon.server.signin.SignInServer.PASSWORD;
import static dev.cordon.server.signin.SignInServer.json;
import static dev.cordon.server.signin.SignInServer.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cordon.server.identity.CapturedLog;
import dev.cordon.server.identity.DelegatedPermissions;
import dev.cordon.server.issuers.OutsideProvider;
import dev.cordon.server.store.Engine;
import dev.cordon.server.users.OneTimeCode;
import dev.cordon.server.web.Json;
import dev.cordon.server.web.PortalPermission;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/** Whoever reads the server's log, at its most talkative, learns nobody's secrets, whichever way people come in. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class LogSecrecyTest {

    private static final Pattern KEY = Pattern.compile("<code>([A-Z2-7 ]+)</code>");
    private static final Pattern RECOVERY_CODE = Pattern.compile("<li><code>([A-Z2-7-]+)</code></li>");

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

    @Test
    void whenPeopleShowSecondFactorsThenTheLogHoldsNoKeyNorAnyOfTheirCodes() {
        try (var log = new CapturedLog();
                var browser = new TestBrowser(server);
                var other = new TestBrowser(server)) {
            var own = flow.with(server.user(flow.tenant(), PortalPermission.VIEW_DATA));
            var page = browser.follow(browser.submit(browser.open("/account"), own.credentials()));
            var key = found(KEY, page).getFirst();
            var code = OneTimeCode.of(key, server.time.instant());
            send(browser, "/account/authenticator", page, Map.of("code", "918273"));
            send(browser, "/account/authenticator", page, Map.of("code", code));
            var recovery =
                    found(RECOVERY_CODE, send(browser, "/account/recovery-codes", browser.open("/account"), Map.of()));
            assertThat(recovery).hasSize(10);
            var ask = other.follow(other.submit(other.open("/account"), own.credentials()));
            assertThat(other.submit(ask, Map.of("code", code)).statusCode())
                    .as("a code works once")
                    .isEqualTo(400);
            assertThat(other.submit(ask, Map.of("code", recovery.getFirst())).statusCode())
                    .isEqualTo(303);
            secrets.addAll(recovery);
            secrets.addAll(List.of(key, key.replace(" ", "")));
            secrets.add(recovery.getFirst().replace("-", ""));
            assertThat(log.text()).contains("/account/authenticator", "/signin/code");
            log.assertHoldsNone(secrets);
            log.assertHoldsNoWord(List.of(code, "918273"));
        }
    }

    @Test
    void whenPeopleUsePasskeysThenTheLogHoldsNoChallengeNorWhatTheAuthenticatorSaid() {
        try (var log = new CapturedLog();
                var browser = new TestBrowser(server)) {
            var own = flow.with(server.user(flow.tenant(), PortalPermission.VIEW_DATA));
            var authenticator = new SoftAuthenticator(server.base(), "localhost");
            var page = browser.follow(browser.submit(browser.open("/account"), own.credentials()));
            var made = passkey(browser, page, "ENROLLMENT", "/signin/passkey/enroll", authenticator::create);
            assertThat(made.statusCode()).as(made.body()).isEqualTo(303);
            var fresh = browser.open(flow.path(flow.request(Map.of("prompt", "login"))));
            authenticator.counter = 0;
            passkey(browser, fresh, "SIGN_IN", "/signin/passkey", authenticator::get);
            authenticator.counter = 7;
            var back = passkey(browser, fresh, "SIGN_IN", "/signin/passkey", authenticator::get);
            assertThat(back.statusCode()).as(back.body()).isEqualTo(303);
            assertThat(log.text()).contains("/signin/passkey", "passkey.refused");
            log.assertHoldsNone(secrets);
        }
    }

    /** Asks for options, lets the authenticator answer; challenge and answer are secrets. */
    private HttpResponse<String> passkey(
            TestBrowser browser,
            HttpResponse<String> page,
            String purpose,
            String path,
            Function<JsonNode, String> authenticator) {
        var asked = json(send(browser, "/signin/passkey/options", page, Map.of("purpose", purpose)));
        var credential = authenticator.apply(asked);
        secrets.add(asked.get("challenge").stringValue());
        Json.MAPPER.readTree(credential).get("response").propertyStream().forEach(part -> {
            if (part.getValue().isString()) {
                secrets.add(part.getValue().stringValue());
            }
        });
        return send(browser, path, page, Map.of("purpose", purpose, "credential", credential, "name", "Laptop"));
    }

    @Test
    void whenAServiceActsForAUserThenTheLogHoldsNeitherItsSecretNorWhatItTraded() {
        try (var log = new CapturedLog()) {
            var middle = MiddleTier.in(server, flow.tenant());
            var assertion = middle.assertion();
            var traded = MiddleTier.access(server.tokens(flow.tenant(), middle.trade(assertion)));
            server.api("GET", "/machines", traded);
            middle.assertRefused(
                    with(middle.trade(assertion), "client_secret", "hush-hush"), "invalid_client", 7000215);
            middle.assertRefused(middle.trade(assertion + "x"), "invalid_grant", 50013);
            secrets.addAll(List.of(middle.secret(), signature(assertion), signature(traded)));
            assertThat(log.text()).contains("AADSTS50013", "AADSTS7000215", "token.onBehalfOf");
            log.assertHoldsNone(secrets);
        }
    }

    @Test
    void whenPeopleChangePasswordsAndAreInvitedThenTheLogHoldsNeitherPasswordsNorLinks() {
        try (var log = new CapturedLog();
                var browser = new TestBrowser(server)) {
            var token = server.administrator(flow.tenant());
            var invited = json(server.administer(
                    token, "POST", "/users", "{\"userPrincipalName\":\"new@example.com\",\"displayName\":\"New\"}"));
            var link = invited.at("/invitation/url").stringValue();
            var chosen = Map.of("password", "first good password", "again", "first good password");
            assertThat(browser.submit(browser.come(link), chosen).statusCode()).isLessThan(400);
            var page = browser.follow(browser.submit(
                    browser.open("/account"),
                    Map.of("username", "new@example.com", "password", "first good password")));
            var changed = send(
                    browser,
                    "/account/password",
                    page,
                    Map.of("old", "first good password", "password", "second good one", "again", "second good one"));
            assertThat(changed.body()).contains("Your password is changed");
            secrets.addAll(
                    List.of(link.substring(link.lastIndexOf('/') + 1), "first good password", "second good one"));
            secrets.add(signature(token));
            assertThat(log.text()).contains("/account/password", "/signin/invitation/{code}");
            log.assertHoldsNone(secrets);
        }
    }

    /** Each place of an event in which a secret could stand. */
    @Test
    void whenASecretIsLoggedAfterAllThenItIsFound() {
        var logger = LoggerFactory.getLogger("dev.cordon.server.signin");
        List<Runnable> mistakes = List.of(
                () -> logger.trace("got {}", "hush-hush"),
                () -> logger.atDebug().addKeyValue("code", "hush-hush").log("refused"),
                () -> logger.warn("failed", new IllegalStateException(new IOException("bad token hush-hush"))),
                () -> logger.info("Authorization: Bearer x"));
        for (var mistake : mistakes) {
            try (var log = new CapturedLog()) {
                logger.info("something harmless");
                log.assertHoldsNone(List.of("hush-hush"));
                mistake.run();
                assertThatThrownBy(() -> log.assertHoldsNone(List.of("hush-hush")))
                        .isInstanceOf(AssertionError.class);
            }
        }
        try (var log = new CapturedLog()) {
            logger.atInfo()
                    .addKeyValue("request", "0f8fad5b-d9cb-469f-a165-708123456999")
                    .log("answered");
            log.assertHoldsNoWord(List.of("123456"));
            logger.atInfo().addKeyValue("code", "123456").log("refused");
            assertThatThrownBy(() -> log.assertHoldsNoWord(List.of("123456"))).isInstanceOf(AssertionError.class);
        }
    }

    private static List<String> found(Pattern pattern, HttpResponse<String> page) {
        return pattern.matcher(page.body()).results().map(one -> one.group(1)).toList();
    }

    private static HttpResponse<String> send(
            TestBrowser browser, String path, HttpResponse<String> page, Map<String, String> fields) {
        var form = new HashMap<>(TestBrowser.hidden(page));
        form.putAll(fields);
        return browser.send(path, form);
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
