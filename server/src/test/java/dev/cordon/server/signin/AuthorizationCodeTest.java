package dev.cordon.server.signin;

import static dev.cordon.server.signin.SignInServer.PASSWORD;
import static dev.cordon.server.signin.SignInServer.claims;
import static dev.cordon.server.signin.SignInServer.json;
import static dev.cordon.server.signin.SignInServer.with;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.server.identity.Application;
import dev.cordon.server.identity.DelegatedPermissions;
import dev.cordon.server.identity.Tenant;
import dev.cordon.server.store.Engine;
import dev.cordon.server.users.User;
import dev.cordon.server.web.PortalPermission;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class AuthorizationCodeTest {

    private static final String CALLBACK = "https://app.example.com/callback";
    private static final String VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    private static final String CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    private final SignInServer server = new SignInServer(Engine.SQLITE);
    private final Tenant tenant = server.tenant();
    private final Application client = client(server, tenant);
    private final User user = server.user(tenant, PortalPermission.VIEW_DATA);

    @AfterAll
    void stop() {
        server.close();
    }

    private static Application client(SignInServer server, Tenant tenant) {
        return server.client(
                tenant,
                new Client(
                        true,
                        false,
                        List.of(CALLBACK, "http://localhost", "http://127.0.0.1/done"),
                        DelegatedPermissions.parse(List.of("Machine.Read"))));
    }

    private static Map<String, String> request(Application client) {
        return Map.of(
                "client_id",
                client.id(),
                "response_type",
                "code",
                "redirect_uri",
                CALLBACK,
                "scope",
                SignInServer.SCOPE + " openid offline_access",
                "state",
                "s-1 &<",
                "nonce",
                "n-1",
                "code_challenge",
                CHALLENGE,
                "code_challenge_method",
                "S256");
    }

    private static String path(Tenant tenant, Map<String, String> request) {
        return "/" + tenant.id() + "/oauth2/v2.0/authorize?" + SignInServer.encode(request);
    }

    private static Map<String, String> credentials(User user) {
        return Map.of("username", user.userPrincipalName(), "password", PASSWORD);
    }

    /** Signs in and comes back with the answer to the client. */
    private HttpResponse<String> answer(TestBrowser browser, Map<String, String> request) {
        var page = browser.open(path(tenant, request));
        var done = browser.submit(page, credentials(user));
        assertThat(done.statusCode()).as(done.body()).isEqualTo(303);
        return browser.follow(done);
    }

    private String code(Map<String, String> request) {
        try (var browser = new TestBrowser(server)) {
            return TestBrowser.code(TestBrowser.location(answer(browser, request)));
        }
    }

    private Map<String, String> redemption(String code) {
        return Map.of(
                "grant_type",
                "authorization_code",
                "client_id",
                client.id(),
                "code",
                code,
                "redirect_uri",
                CALLBACK,
                "code_verifier",
                VERIFIER,
                "client_info",
                "1");
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenAUserSignsInThenTheCodeIsWorthTokensThatOpenTheApi(Engine engine) {
        try (var other = new SignInServer(engine);
                var browser = new TestBrowser(other)) {
            var ours = other.tenant();
            var application = client(other, ours);
            var ada = other.user(ours, PortalPermission.VIEW_DATA);
            var page = browser.open(path(ours, request(application)));
            assertThat(page.statusCode()).isEqualTo(200);
            var back = TestBrowser.location(browser.follow(browser.submit(page, credentials(ada))));
            assertThat(back).startsWith(CALLBACK + "?");
            var answer = TestBrowser.parameters(back, '?');
            assertThat(answer)
                    .containsOnlyKeys("code", "state", "session_state")
                    .containsEntry("state", "s-1 &<");
            var tokens = other.tokens(
                    ours,
                    Map.of(
                            "grant_type",
                            "authorization_code",
                            "client_id",
                            application.id(),
                            "code",
                            answer.getOrDefault("code", ""),
                            "redirect_uri",
                            CALLBACK,
                            "code_verifier",
                            VERIFIER));
            var id = claims(tokens.get("id_token").stringValue());
            assertThat(id.get("nonce").stringValue()).isEqualTo("n-1");
            assertThat(id.get("aud").stringValue()).isEqualTo(application.id());
            assertThat(id.get("iss").stringValue()).isEqualTo(other.base() + "/" + ours.id() + "/v2.0");
            assertThat(id.get("preferred_username").stringValue()).isEqualTo(ada.userPrincipalName());
            assertThat(tokens.has("refresh_token")).isTrue();
            assertThat(other.api("GET", "/machines", tokens.get("access_token").stringValue())
                            .statusCode())
                    .isEqualTo(200);
        }
    }

    @Test
    void whenTheUserIsSignedInAlreadyThenTheNextApplicationAsksForNothing() {
        try (var browser = new TestBrowser(server)) {
            answer(browser, request(client));
            var next = browser.open(path(tenant, with(request(client), "prompt", "none")));
            assertThat(TestBrowser.location(next)).contains("code=");
            var again = browser.open(path(tenant, with(request(client), "prompt", "login")));
            assertThat(again.statusCode()).isEqualTo(200);
            assertThat(TestBrowser.location(browser.follow(browser.submit(again, credentials(user)))))
                    .contains("code=");
        }
    }

    @Test
    void whenNobodyIsSignedInAndNothingMayBeAskedThenTheClientIsToldSo() {
        try (var browser = new TestBrowser(server)) {
            var answer = browser.open(path(tenant, with(request(client), "prompt", "none")));
            assertThat(TestBrowser.parameters(TestBrowser.location(answer), '?'))
                    .containsEntry("error", "login_required")
                    .containsEntry("state", "s-1 &<");
        }
    }

    @Test
    void whenTheAnswerShallStandInTheFragmentThenItDoes() {
        try (var browser = new TestBrowser(server)) {
            var location = TestBrowser.location(answer(browser, with(request(client), "response_mode", "fragment")));
            assertThat(location).startsWith(CALLBACK + "#");
            assertThat(TestBrowser.parameters(location, '#')).containsKeys("code", "state");
        }
    }

    @Test
    void whenTheAnswerShallBePostedThenThePageSendsItToTheClientAndNowhereElse() {
        try (var browser = new TestBrowser(server)) {
            var page = answer(browser, with(request(client), "response_mode", "form_post"));
            assertThat(page.statusCode()).isEqualTo(200);
            assertThat(TestBrowser.action(page)).isEqualTo(CALLBACK);
            assertThat(TestBrowser.hidden(page)).containsKeys("code").containsEntry("state", "s-1 &<");
            var policy = header(page, "Content-Security-Policy");
            assertThat(policy).contains("form-action https://app.example.com;", "script-src 'sha256-");
            assertThat(policy).doesNotContain("unsafe");
        }
    }

    @Test
    void whenTheVerifierDoesNotFitThenTheCodeIsWorthNothing() {
        var code = code(request(client));
        assertRefused(server.token(tenant, with(redemption(code), "code_verifier", VERIFIER + "x")), 501481);
        assertRefused(server.token(tenant, with(redemption(code), "code_verifier", CHALLENGE)), 501481);
        assertRefused(server.token(tenant, with(redemption(code), "code_verifier", "")), 501481);
    }

    @Test
    void whenSomebodyTakesTheChallengeOutOnItsWayThenTheVerifierGivesItAway() {
        var request = new HashMap<>(request(client));
        request.remove("code_challenge");
        request.remove("code_challenge_method");
        var code = code(request);
        assertRefused(server.token(tenant, redemption(code)), 501481);
        assertThat(server.token(tenant, with(redemption(code), "code_verifier", ""))
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void whenTheChallengeIsPlainThenTheVerifierIsTheChallenge() {
        var code = code(with(request(client), "code_challenge_method", ""));
        assertRefused(server.token(tenant, redemption(code)), 501481);
        assertThat(server.token(tenant, with(redemption(code), "code_verifier", CHALLENGE))
                        .statusCode())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({"code_challenge, short", "code_challenge_method, S512"})
    void whenTheChallengeIsBadThenTheClientIsToldSo(String name, String value) {
        try (var browser = new TestBrowser(server)) {
            var answer = browser.open(path(tenant, with(request(client), name, value)));
            assertThat(TestBrowser.parameters(TestBrowser.location(answer), '?'))
                    .containsEntry("error", "invalid_request");
        }
    }

    @Test
    void whenACodeIsUsedTwiceThenTheTokensOfTheFirstUseAreVoid() {
        var code = code(request(client));
        var tokens = server.tokens(tenant, redemption(code));
        var access = tokens.get("access_token").stringValue();
        assertThat(server.api("GET", "/machines", access).statusCode()).isEqualTo(200);
        assertRefused(server.token(tenant, redemption(code)), 54005);
        server.pass(Duration.ofSeconds(2));
        assertThat(server.api("GET", "/machines", access).statusCode()).isEqualTo(401);
        assertRefused(server.refresh(tenant, client, tokens.get("refresh_token").stringValue()), 50173);
    }

    @Test
    void whenACodeIsOldThenItHasExpired() {
        var code = code(request(client));
        server.pass(AuthorizationCodes.LIFETIME);
        assertRefused(server.token(tenant, redemption(code)), 70008);
    }

    @Test
    void whenAnotherClientTenantOrRedirectUriComesWithTheCodeThenItIsRefused() {
        var code = code(request(client));
        var thief = client(server, tenant);
        assertRefused(server.token(tenant, with(redemption(code), "client_id", thief.id())), 70000);
        var foreign = server.tenant();
        assertRefused(
                server.token(
                        foreign,
                        with(
                                redemption(code),
                                "client_id",
                                client(server, foreign).id())),
                70000);
        assertRefused(server.token(tenant, with(redemption(code), "redirect_uri", "http://localhost")), 500112);
        assertRefused(server.token(tenant, with(redemption(code), "code", "nonsense")), 70000);
        assertThat(server.token(tenant, redemption(code)).statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://evil.example.com/callback",
                "https://app.example.com/callback/",
                "https://app.example.com/callback?x=1",
                "https://app.example.com/Callback",
                "https://app.example.com:8443/callback",
                "https://app.example.com@evil.example.com/callback",
                "http://localhost.evil.example.com",
                "http://user@localhost:1234",
                "http://127.0.0.1:99/other",
                "https://localhost",
                "javascript:alert(1)"
            })
    void whenTheRedirectUriIsNotRegisteredThenAPageSaysSoAndNothingIsSentThere(String uri) {
        try (var browser = new TestBrowser(server)) {
            var page = browser.open(path(tenant, with(request(client), "redirect_uri", uri)));
            assertThat(page.statusCode()).isEqualTo(400);
            assertThat(page.headers().firstValue("Location")).isEmpty();
            assertThat(page.body()).contains("AADSTS50011").doesNotContain("href=\"" + uri);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://localhost:51234", "http://localhost:51234/", "http://127.0.0.1:8400/done"})
    void whenAProgramOnThisComputerListensOnAFreePortThenTheAnswerGoesThere(String uri) {
        try (var browser = new TestBrowser(server)) {
            var answer = answer(browser, with(request(client), "redirect_uri", uri));
            assertThat(TestBrowser.location(answer)).startsWith(uri + "?code=");
        }
    }

    @Test
    void whenThePasswordIsWrongThenThePageSaysNotWhetherTheNameExists() {
        try (var browser = new TestBrowser(server)) {
            var page = browser.open(path(tenant, request(client)));
            var wrong = browser.submit(page, with(credentials(user), "password", "wrong"));
            var unknown = browser.submit(page, with(credentials(user), "username", "nobody@example.com"));
            assertThat(wrong.statusCode()).isEqualTo(400);
            assertThat(wrong.body().replace(user.userPrincipalName(), ""))
                    .isEqualTo(unknown.body().replace("nobody@example.com", ""));
            assertThat(wrong.body()).doesNotContain("value=\"wrong\"");
            assertThat(browser.submit(wrong, credentials(user)).statusCode()).isEqualTo(303);
        }
    }

    @Test
    void whenAnotherSiteSendsTheFormThenItIsRefused() {
        try (var browser = new TestBrowser(server);
                var victim = new TestBrowser(server)) {
            var page = browser.open(path(tenant, request(client)));
            var form = new HashMap<>(TestBrowser.hidden(page));
            form.putAll(credentials(user));
            var forged = victim.send("/signin/password", form);
            assertThat(forged.statusCode()).isEqualTo(400);
            assertThat(forged.headers().firstValue("Set-Cookie")).isEmpty();
            form.remove("form");
            assertThat(browser.send("/signin/password", form).statusCode()).isEqualTo(400);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://evil.example.com/",
                "//evil.example.com/oauth2/authorize",
                "/\\evil.example.com",
                "/x/oauth2/authorize\r\nSet-Cookie: a=b",
                "/api/machines"
            })
    void whenAFormWouldLeadElsewhereThenItIsRefused(String to) {
        try (var browser = new TestBrowser(server)) {
            var page = browser.open(path(tenant, request(client)));
            var form = new HashMap<>(credentials(user));
            form.put("return", to);
            var answer = browser.submit(page, form);
            assertThat(answer.statusCode()).isEqualTo(400);
            assertThat(answer.headers().firstValue("Location")).isEmpty();
        }
    }

    @Test
    void whenAPageShowsWhatTheRequestSaysThenItIsTextAndNothingElse() {
        var evil = server.client(
                tenant,
                new Client(true, false, List.of(CALLBACK), DelegatedPermissions.parse(List.of("Machine.Read"))));
        try (var browser = new TestBrowser(server)) {
            var page =
                    browser.open(path(tenant, with(request(evil), "login_hint", "\"><script>alert(1)</script><b a='")));
            assertThat(page.body()).doesNotContain("<script>", "<b a").contains("&lt;script&gt;");
            assertThat(header(page, "Content-Security-Policy"))
                    .contains("default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'")
                    .contains("form-action 'self' https://app.example.com")
                    .contains("script-src 'self';")
                    .doesNotContain("unsafe");
            assertThat(header(page, "X-Content-Type-Options")).isEqualTo("nosniff");
            assertThat(header(page, "Referrer-Policy")).isEqualTo("no-referrer");
            assertThat(header(page, "Cache-Control")).isEqualTo("no-store");
            assertThat(page.body())
                    .contains("<html lang=\"en\">", "<label for=\"username\">", "<label for=\"password\">");
        }
    }

    @Test
    void whenACookieIsSetThenItBelongsToThisHostAndNoScriptReadsIt() {
        try (var browser = new TestBrowser(server)) {
            var page = browser.open(path(tenant, request(client)));
            var signedIn = browser.submit(page, credentials(user));
            for (var cookie : List.of(header(page, "Set-Cookie"), header(signedIn, "Set-Cookie"))) {
                assertThat(cookie)
                        .startsWith("__Host-cordon-")
                        .contains("Secure", "HttpOnly", "SameSite=Lax", "Path=/");
                assertThat(cookie).doesNotContain("Domain");
            }
        }
    }

    @Test
    void whenTheBrowserIsSignedInToAnotherTenantThenThisOneAsksAgain() {
        var foreign = server.tenant();
        var theirs = client(server, foreign);
        try (var browser = new TestBrowser(server)) {
            answer(browser, request(client));
            var page = browser.open(path(foreign, request(theirs)));
            assertThat(page.statusCode()).isEqualTo(200);
            assertThat(browser.submit(page, credentials(user)).statusCode()).isEqualTo(400);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"common", "organizations"})
    void whenThePathNamesNoTenantThenTheApplicationLeadsToIt(String alias) {
        try (var browser = new TestBrowser(server)) {
            var page = browser.open("/" + alias + "/oauth2/v2.0/authorize?" + SignInServer.encode(request(client)));
            var back = browser.follow(browser.submit(page, credentials(user)));
            var code = TestBrowser.code(TestBrowser.location(back));
            var answer = server.post("/" + alias + "/oauth2/v2.0/token", redemption(code));
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
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
            var answer = browser.open(path(tenant, with(request(client), name, value)));
            assertThat(TestBrowser.parameters(TestBrowser.location(answer), '?'))
                    .containsEntry("error", error)
                    .containsEntry("state", "s-1 &<")
                    .containsKey("error_description");
        }
    }

    @Test
    void whenTheUserSignsOutThenAllApplicationsOfTheBrowserAreSignedOut() {
        try (var browser = new TestBrowser(server)) {
            var code = TestBrowser.code(TestBrowser.location(answer(browser, request(client))));
            var tokens = server.tokens(tenant, redemption(code));
            var page = browser.open("/" + tenant.id() + "/oauth2/v2.0/logout");
            assertThat(page.body()).contains("You are signed out");
            server.pass(Duration.ofSeconds(2));
            assertThat(server.api("GET", "/machines", tokens.get("access_token").stringValue())
                            .statusCode())
                    .isEqualTo(401);
            assertThat(browser.open(path(tenant, request(client))).body()).contains("<h1>Sign in</h1>");
            var there = browser.open("/" + tenant.id() + "/oauth2/v2.0/logout?state=x&post_logout_redirect_uri="
                    + SignInServer.encode(CALLBACK));
            assertThat(TestBrowser.location(there)).isEqualTo(CALLBACK + "?state=x");
            var elsewhere = browser.open(
                    "/" + tenant.id() + "/oauth2/v2.0/logout?post_logout_redirect_uri=https%3A%2F%2Fevil.example.com");
            assertThat(elsewhere.statusCode()).isEqualTo(200);
        }
    }

    @Test
    void whenTheV1EndpointIsUsedThenTheResourceIsAskedForThere() {
        var request = new HashMap<>(request(client));
        request.remove("scope");
        request.put("resource", SignInServer.API);
        try (var browser = new TestBrowser(server)) {
            var page = browser.open("/" + tenant.id() + "/oauth2/authorize?" + SignInServer.encode(request));
            var back = browser.follow(browser.submit(page, credentials(user)));
            var code = TestBrowser.code(TestBrowser.location(back));
            var answer = server.post("/" + tenant.id() + "/oauth2/token", redemption(code));
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            assertThat(json(answer).get("resource").stringValue()).isEqualTo(SignInServer.API);
        }
    }

    @Test
    void whenNobodyHasConsentedThenTheUserIsAskedAndTheAnswerIsRemembered() {
        var fresh = unconsented();
        try (var browser = new TestBrowser(server)) {
            var question =
                    browser.follow(browser.submit(browser.open(path(tenant, request(fresh))), credentials(user)));
            assertThat(question.body())
                    .contains("Read machines", "app.example.com")
                    .doesNotContain("everybody");
            var no = browser.submit(question, Map.of("answer", "cancel"));
            assertThat(TestBrowser.parameters(TestBrowser.location(no), '?')).containsEntry("error", "access_denied");
            var cheat = browser.submit(question, Map.of("answer", "accept", "everybody", "1"));
            assertThat(TestBrowser.location(browser.follow(cheat))).contains("code=");
            assertThat(TestBrowser.location(browser.open(path(tenant, with(request(fresh), "prompt", "none")))))
                    .contains("code=");
        }
        var colleague = server.user(tenant, PortalPermission.VIEW_DATA);
        try (var browser = new TestBrowser(server)) {
            var question =
                    browser.follow(browser.submit(browser.open(path(tenant, request(fresh))), credentials(colleague)));
            assertThat(question.body()).as("a user consents for nobody else").contains("Allow");
        }
    }

    @Test
    void whenALinkLetsAnApplicationInThenItAsksForAllThatTheApplicationIsRegisteredFor() {
        var fresh = unconsented();
        var administrator = server.user(tenant, PortalPermission.MANAGE_PORTAL_SETTINGS);
        try (var browser = new TestBrowser(server)) {
            var link = browser.open("/common/oauth2/authorize?prompt=consent&client_id=" + fresh.id()
                    + "&response_type=code&sso_reload=true");
            var question = browser.follow(browser.submit(link, credentials(administrator)));
            assertThat(question.body()).contains("Read machines");
            var done = browser.submit(question, Map.of("answer", "accept", "everybody", "1"));
            assertThat(TestBrowser.location(browser.follow(done))).startsWith(CALLBACK + "?code=");
        }
        try (var browser = new TestBrowser(server)) {
            assertThat(TestBrowser.location(answer(browser, request(fresh)))).contains("code=");
        }
    }

    @Test
    void whenAnAdministratorConsentsForEverybodyThenNobodyElseIsAsked() {
        var fresh = unconsented();
        var administrator = server.user(tenant, PortalPermission.MANAGE_PORTAL_SETTINGS);
        try (var browser = new TestBrowser(server)) {
            var question = browser.follow(
                    browser.submit(browser.open(path(tenant, request(fresh))), credentials(administrator)));
            assertThat(question.body()).contains("everybody");
            browser.submit(question, Map.of("answer", "accept", "everybody", "1"));
        }
        try (var browser = new TestBrowser(server)) {
            assertThat(TestBrowser.location(answer(browser, request(fresh)))).contains("code=");
        }
    }

    private Application unconsented() {
        return server.database.write(sql -> {
            var fresh = server.identity.applications().create(sql, tenant.id(), "Fresh & new", List.of());
            server.clients.change(
                    sql,
                    fresh,
                    new Client(true, false, List.of(CALLBACK), DelegatedPermissions.parse(List.of("Machine.Read"))));
            return fresh;
        });
    }

    @Test
    void whenTheChallengeOfTheRfcIsComputedThenItIsTheRfcs() {
        assertThat(Base64.getUrlEncoder().withoutPadding().encodeToString(Secret.hash(VERIFIER)))
                .isEqualTo(CHALLENGE);
    }

    private static String header(HttpResponse<String> answer, String name) {
        return answer.headers().firstValue(name).orElse("");
    }

    private static void assertRefused(HttpResponse<String> answer, int number) {
        assertThat(json(answer).get("error_codes").get(0).intValue())
                .as(answer.body())
                .isEqualTo(number);
    }
}
