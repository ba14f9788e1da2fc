package dev.cordon.server.signin;

import static dev.cordon.server.signin.SignInServer.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jwt.JWTClaimsSet;
import dev.cordon.server.issuers.OutsideProvider;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** People sign in at an outside issuer, over TLS, and administrators say who comes in by it. */
final class OutsideSignInTest extends OutsideIssuerBed {

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
