package dev.cordon.server.signin;

import static dev.cordon.server.signin.SignInServer.json;
import static dev.cordon.server.signin.TestBrowser.location;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import dev.cordon.server.issuers.OutsideIssuer;
import dev.cordon.server.issuers.OutsideProvider;
import dev.cordon.server.store.Engine;
import dev.cordon.server.users.User;
import dev.cordon.server.web.Json;
import dev.cordon.server.web.PortalPermission;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** People sign in at an outside issuer, over TLS, one that behaves and one that does not. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class OutsideSignInTest {

    private final SignInServer server = new SignInServer(Engine.SQLITE);
    private final OutsideProvider usual = new OutsideProvider(server.time);
    private OutsideProvider provider = usual;
    private CodeFlow flow = flow();
    private String token = server.administrator(flow.tenant());
    private JsonNode issuer = Json.MAPPER.createObjectNode();
    private final AtomicInteger subjects = new AtomicInteger();

    /** A tenant, a user and settings of its own for each test, and an issuer that behaves. */
    @BeforeEach
    void begin() {
        if (provider != usual) {
            provider.close();
        }
        provider = usual;
        provider.behave();
        flow = flow();
        token = server.administrator(flow.tenant());
        issuer = add(provider.settings());
    }

    @AfterAll
    void stop() {
        provider.close();
        usual.close();
        server.close();
    }

    private CodeFlow flow() {
        var tenant = server.tenant();
        return new CodeFlow(
                server, tenant, CodeFlow.client(server, tenant), server.user(tenant, PortalPermission.VIEW_DATA));
    }

    private JsonNode add(ObjectNode settings) {
        var answer = server.administer(token, "POST", "/sign-in-issuers", settings.toString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        return json(answer);
    }

    private void change(String body) {
        var answer = server.administer(token, "PATCH", path(), body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    private String path() {
        return "/sign-in-issuers/" + issuer.get("id").stringValue();
    }

    private void link(User user, String subject) {
        var body = Json.MAPPER
                .createObjectNode()
                .put("user", user.userPrincipalName())
                .put("subject", subject);
        var answer = server.administer(token, "POST", path() + "/users", body.toString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
    }

    /** A person of the issuer who is the flow's user here. */
    private void linked() {
        var subject = "person-" + subjects.incrementAndGet();
        link(flow.user(), subject);
        provider.knows(claims -> claims.subject(subject));
    }

    private void knows(UnaryOperator<JWTClaimsSet.Builder> claims) {
        var subject = "person-" + subjects.incrementAndGet();
        provider.knows(one -> claims.apply(one.subject(subject)));
    }

    /** Where the page's link leads, at the issuer. */
    private String departure(TestBrowser browser) {
        var page = browser.open(flow.path(flow.request()));
        assertThat(page.body()).contains("Continue with Example");
        return location(browser.open(TestBrowser.link(page, "Continue with Example")));
    }

    private HttpResponse<String> signIn(TestBrowser browser) {
        return browser.come(provider.signIn(departure(browser)));
    }

    private void assertRefused(String words) {
        try (var browser = new TestBrowser(server)) {
            assertRefused(signIn(browser), words);
            assertThat(browser.open(flow.path(flow.request())).body()).contains("Continue with Example");
        }
    }

    private static void assertRefused(HttpResponse<String> answer, String words) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        assertThat(answer.body()).contains(words);
    }

    private String assertIn(TestBrowser browser) {
        var back = signIn(browser);
        assertThat(back.statusCode()).as(back.body()).isEqualTo(200);
        return TestBrowser.code(location(browser.goOn(back)));
    }

    @Test
    void whenThePersonIsLinkedThenTheCodeOfTheClientIsTheUsers() {
        linked();
        try (var browser = new TestBrowser(server)) {
            var tokens = server.tokens(flow.tenant(), flow.redemption(assertIn(browser)));
            var claims = SignInServer.claims(tokens.get("access_token").stringValue());
            assertThat(claims.get("oid").stringValue()).isEqualTo(flow.user().id());
            assertThat(claims.get("idp").stringValue())
                    .isEqualTo(provider.issuer().url());
            assertThat(server.api("GET", "/machines", tokens.get("access_token").stringValue())
                            .statusCode())
                    .isEqualTo(200);
        }
    }

    @Test
    void whenTheBrowserLeavesThenItCarriesStateNonceAndProofKeyAndTheRedirectUriOfThisIssuer() {
        try (var browser = new TestBrowser(server)) {
            var url = departure(browser);
            var asked = OutsideProvider.parameters(url.substring(url.indexOf('?') + 1));
            assertThat(url).startsWith(provider.issuer().url() + "/authorize?kind=a&");
            assertThat(asked)
                    .containsEntry("client_id", OutsideProvider.CLIENT)
                    .containsEntry("response_type", "code")
                    .containsEntry("scope", "openid profile email")
                    .containsEntry("code_challenge_method", "S256")
                    .containsEntry("redirect_uri", issuer.get("redirectUri").stringValue())
                    .containsKeys("state", "nonce", "code_challenge")
                    .doesNotContainKeys("prompt", "max_age");
        }
    }

    @Test
    void whenNobodyIsLinkedThenThePageTellsTheSubjectToBeLinked() {
        provider.knows(claims -> claims.subject("stranger-7")
                .claim("email", flow.user().userPrincipalName())
                .claim("email_verified", true));
        assertRefused("stranger-7");
    }

    @Test
    void whenTheRulesLinkByAddressThenOnlyAVerifiedOneCountsAndOnlyOnePerson() {
        change("{\"linkClaim\":\"email\"}");
        knows(claims -> claims.claim("email", flow.user().userPrincipalName()));
        assertRefused("Nobody here is linked");
        knows(claims -> claims.claim("email", flow.user().userPrincipalName()).claim("email_verified", false));
        assertRefused("Nobody here is linked");
        knows(claims -> claims.claim("email", flow.user().userPrincipalName()).claim("email_verified", true));
        try (var browser = new TestBrowser(server)) {
            assertIn(browser);
        }
        knows(claims -> claims.claim("email", flow.user().userPrincipalName()).claim("email_verified", true));
        assertRefused("is linked to another account");
    }

    @Test
    void whenTheRulesMakeUsersThenTheyGetTheMappedRolesAndLoseThemWithTheClaim() {
        var role = "{\"displayName\":\"Analysts\",\"permissions\":[\"ViewData\"]}";
        assertThat(server.administer(token, "POST", "/roles", role).statusCode())
                .isEqualTo(201);
        change("{\"createUsers\":true,\"roles\":[{\"value\":\"soc\",\"roles\":[\"Analysts\"]}]}");
        var name = "new" + subjects.incrementAndGet() + "@example.com";
        UnaryOperator<JWTClaimsSet.Builder> person = claims ->
                claims.subject("made-" + name).claim("preferred_username", name).claim("name", "New Person");
        provider.knows(claims -> person.apply(claims).claim("roles", List.of("other")));
        assertRefused("none of the roles");
        provider.knows(claims -> person.apply(claims).claim("roles", List.of("soc")));
        try (var browser = new TestBrowser(server)) {
            var access = server.tokens(flow.tenant(), flow.redemption(assertIn(browser)))
                    .get("access_token")
                    .stringValue();
            assertThat(json(server.administer(token, "GET", "/users/" + name, ""))
                            .get("roles")
                            .toString())
                    .isEqualTo("[\"Analysts\"]");
            provider.knows(person);
            assertRefused("none of the roles");
            assertThat(server.api("GET", "/machines", access).statusCode()).isEqualTo(401);
        }
    }

    @Test
    void whenTheUserIsDisabledThenItIsRefused() {
        linked();
        server.database.write(sql -> {
            server.accounts.users().changeEnabled(sql, flow.user(), false);
            return sql;
        });
        assertRefused("disabled");
    }

    @Test
    void whenASecondFactorIsNeededThenTheIssuersCountsOnlyIfTheSettingsSaySo() {
        linked();
        server.database.write(sql -> {
            server.accounts.users().changeSecondFactor(sql, flow.user(), true);
            return sql;
        });
        var subject = "person-" + subjects.get();
        provider.knows(claims -> claims.subject(subject).claim("amr", List.of("pwd", "mfa")));
        try (var browser = new TestBrowser(server)) {
            assertThat(browser.goOn(signIn(browser)).body()).contains("Set up an authenticator");
        }
        change("{\"secondFactorAmr\":[\"mfa\"]}");
        try (var browser = new TestBrowser(server)) {
            var tokens = server.tokens(flow.tenant(), flow.redemption(assertIn(browser)));
            assertThat(SignInServer.claims(tokens.get("access_token").stringValue())
                            .get("amr"))
                    .satisfiesAnyOf(
                            amr -> assertThat(amr).isNull(),
                            amr -> assertThat(amr.toString()).contains("fed", "mfa"));
        }
        provider.knows(claims -> claims.subject(subject).claim("amr", List.of("pwd")));
        try (var browser = new TestBrowser(server)) {
            assertThat(browser.goOn(signIn(browser)).body()).contains("Set up an authenticator");
        }
    }

    @Test
    void whenTheIdTokenIsNotTheAnswerThenItIsRefused() {
        linked();
        var subject = "person-" + subjects.get();
        var now = server.time.instant();
        refuses(subject, claims -> claims.claim("nonce", "another"), "nonce differs");
        refuses(subject, claims -> claims.claim("nonce", null), "nonce differs");
        refuses(subject, claims -> claims.issuer("https://evil.example.com"), "another issuer");
        refuses(subject, claims -> claims.audience("another"), "aud lacks the client id");
        refuses(subject, claims -> claims.audience(List.of("another", OutsideProvider.CLIENT)), "azp");
        refuses(subject, claims -> claims.claim("azp", "another"), "azp");
        refuses(subject, claims -> claims.expirationTime(Date.from(now.minusSeconds(301))), "has expired");
        refuses(subject, claims -> claims.expirationTime(null), "has expired");
        refuses(subject, claims -> claims.issueTime(Date.from(now.plusSeconds(301))), "of the future");
        refuses(subject, claims -> claims.subject(null), "names nobody");
    }

    private void refuses(String subject, UnaryOperator<JWTClaimsSet.Builder> wrong, String words) {
        provider.knows(claims -> wrong.apply(claims.subject(subject)));
        assertRefused(words);
    }

    @Test
    void whenTheIdTokenIsNotSignedByTheIssuerThenItIsRefused() {
        linked();
        provider.signWith(claims -> new PlainJWT(claims).serialize());
        assertRefused("not signed");
        try (var other = new OutsideIssuer()) {
            provider.signWith(other::sign);
            assertRefused("has no such key");
        }
    }

    @Test
    void whenTheStateIsUsedTwiceOrOldOrOfAnotherBrowserThenItIsRefused() {
        linked();
        try (var browser = new TestBrowser(server);
                var other = new TestBrowser(server)) {
            other.open(flow.path(flow.request()));
            var back = provider.signIn(departure(browser));
            assertRefused(other.come(back), "another browser");
            assertThat(browser.come(back).statusCode()).isEqualTo(200);
            assertRefused(browser.come(back), "used already");
            var late = provider.signIn(departure(other));
            server.pass(Duration.ofMinutes(16));
            assertRefused(other.come(late), "is over");
            assertRefused(browser.come(issuer.get("redirectUri").stringValue() + "?code=x&state=made-up"), "is over");
        }
        try (var fresh = new TestBrowser(server)) {
            assertRefused(fresh.come(issuer.get("redirectUri").stringValue() + "?code=x&state=y"), "cookies are off");
        }
    }

    @Test
    void whenAnotherIssuerAnswersThenItIsRefused() {
        linked();
        try (var second = new OutsideProvider(server.time);
                var browser = new TestBrowser(server)) {
            var other = add(provider.settings()
                    .put("displayName", "Other")
                    .put("issuer", second.issuer().url())
                    .put("authority", second.issuer().caPem()));
            var toOther = provider.signIn(departure(browser))
                    .replace(issuer.get("id").stringValue(), other.get("id").stringValue());
            assertRefused(browser.come(toOther), "another issuer");
            var named = provider.signIn(departure(browser)) + "&iss=https%3A%2F%2Fevil.example.com";
            assertRefused(browser.come(named), "another issuer");
        }
    }

    @Test
    void whenTheIssuerPromisesToNameItselfThenAnAnswerWithoutItsNameIsRefused() {
        provider = new OutsideProvider(server.time);
        provider.issuer().document(document -> document.put("authorization_response_iss_parameter_supported", true));
        issuer = add(provider.settings().put("displayName", "Naming"));
        linked();
        try (var browser = new TestBrowser(server)) {
            var page = browser.open(flow.path(flow.request()));
            var link = TestBrowser.link(page, "Continue with Naming");
            var back = provider.signIn(location(browser.open(link)));
            assertRefused(browser.come(back), "another issuer");
            var named = provider.signIn(location(browser.open(link))) + "&iss="
                    + SignInServer.encode(provider.issuer().url());
            assertThat(browser.come(named).statusCode()).isEqualTo(200);
        }
    }

    @Test
    void whenTheIssuerRefusesThenThePageSaysSoWithoutItsWords() {
        try (var browser = new TestBrowser(server)) {
            var url = departure(browser);
            var state = OutsideProvider.parameters(url.substring(url.indexOf('?') + 1))
                    .get("state");
            var answer = browser.come(issuer.get("redirectUri").stringValue() + "?state=" + state
                    + "&error=access_denied&error_description=%3Cb%3Ecall+555%3C%2Fb%3E");
            assertRefused(answer, "access_denied");
            assertThat(answer.body()).doesNotContain("555");
        }
        provider.issuer().fail(http -> http.sendResponseHeaders(503, -1));
        linked();
        try (var browser = new TestBrowser(server)) {
            assertRefused(signIn(browser), "gave no id token");
        }
    }

    @Test
    void whenThePersonIsToSignInAgainThenTheIssuerIsToldAndAnOldSignInIsRefused() {
        linked();
        var subject = "person-" + subjects.get();
        try (var browser = new TestBrowser(server)) {
            assertIn(browser);
            var page = browser.open(flow.path(flow.request(Map.of("prompt", "login"))));
            var link = TestBrowser.link(page, "Continue with Example");
            var url = location(browser.open(link));
            assertThat(url).contains("&prompt=login&max_age=0");
            provider.knows(claims -> claims.subject(subject)
                    .claim("auth_time", server.time.instant().minusSeconds(3600).getEpochSecond()));
            assertRefused(browser.come(provider.signIn(url)), "a sign-in before this one");
        }
    }

    @Test
    void whenTheIssuerIsOfAnotherTenantThenItIsNeitherOfferedNorUsed() {
        var other = flow();
        try (var browser = new TestBrowser(server)) {
            assertThat(browser.open(other.path(other.request())).body()).doesNotContain("Continue with");
            var answer = browser.open("/signin/outside/" + issuer.get("id").stringValue() + "?return="
                    + SignInServer.encode(other.path(other.request())));
            assertRefused(answer, "no such way");
        }
        var stranger = server.administrator(other.tenant());
        assertThat(server.administer(stranger, "GET", path(), "").statusCode()).isEqualTo(404);
        assertThat(server.administer(stranger, "DELETE", path(), "").statusCode())
                .isEqualTo(404);
    }

    @Test
    void whenAnIssuerIsDisabledOrDeletedThenNobodyComesInByIt() {
        linked();
        try (var browser = new TestBrowser(server)) {
            var back = provider.signIn(departure(browser));
            change("{\"enabled\":false}");
            assertRefused(browser.come(back), "is there no longer");
            assertThat(browser.open(flow.path(flow.request())).body()).doesNotContain("Continue with");
        }
        assertThat(server.administer(token, "DELETE", path(), "").statusCode()).isEqualTo(204);
        assertThat(server.administer(token, "GET", path(), "").statusCode()).isEqualTo(404);
    }

    @Test
    void whenALinkIsTakenAwayThenTheUserIsSignedOutAndDoesNotComeInAgain() {
        linked();
        try (var browser = new TestBrowser(server)) {
            var access = server.tokens(flow.tenant(), flow.redemption(assertIn(browser)))
                    .get("access_token")
                    .stringValue();
            var removed = server.administer(
                    token, "DELETE", path() + "/users/" + flow.user().id(), "");
            assertThat(removed.statusCode()).isEqualTo(204);
            assertThat(server.api("GET", "/machines", access).statusCode()).isEqualTo(401);
        }
        assertRefused("Nobody here is linked");
    }

    @Test
    void whenSettingsAreReadThenTheSecretIsNotAmongThemAndAChangeKeepsTheRest() {
        change("{\"linkClaim\":\"upn\"}");
        var answer = server.administer(token, "GET", path(), "");
        assertThat(answer.body()).doesNotContain("s3cret");
        var read = json(answer);
        assertThat(read.get("clientSecretSet").booleanValue()).isTrue();
        assertThat(read.get("linkClaim").stringValue()).isEqualTo("upn");
        assertThat(read.get("displayName").stringValue()).isEqualTo("Example");
        var elsewhere =
                server.administer(token, "PATCH", path(), "{\"tokenEndpoint\":\"https://evil.example.com/token\"}");
        assertThat(elsewhere.statusCode()).isEqualTo(400);
        assertThat(elsewhere.body()).contains("clientSecret");
        var moved = server.administer(token, "PATCH", path(), "{\"issuer\":\"https://evil.example.com\"}");
        assertThat(moved.statusCode()).isEqualTo(400);
    }

    @Test
    void whenTheIssuerDoesNotAnswerOrSendsTheSecretElsewhereThenItIsNotAdded() {
        provider = new OutsideProvider(server.time);
        provider.issuer().document(document -> document.put("token_endpoint", "https://evil.example.com/token"));
        var elsewhere = server.administer(
                token,
                "POST",
                "/sign-in-issuers",
                provider.settings().put("displayName", "B").toString());
        assertThat(elsewhere.statusCode()).as(elsewhere.body()).isEqualTo(400);
        assertThat(elsewhere.body()).contains("tokenEndpoint");
        provider.issuer().claim("https://evil.example.com");
        var claimed = server.administer(
                token,
                "POST",
                "/sign-in-issuers",
                provider.settings().put("displayName", "C").toString());
        assertThat(claimed.body()).contains("speaks for another issuer");
    }
}
