package dev.cordon.server.signin;

import static dev.cordon.server.signin.TestBrowser.location;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import dev.cordon.server.issuers.OutsideIssuer;
import dev.cordon.server.issuers.OutsideProvider;
import java.time.Duration;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** What an outside issuer sends back, or somebody in its place: only the answer to what was asked lets anybody in. */
final class OutsideAnswerTest extends OutsideIssuerBed {

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
}
