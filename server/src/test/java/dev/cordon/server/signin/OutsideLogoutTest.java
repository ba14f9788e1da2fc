package dev.cordon.server.signin;

import static dev.cordon.server.signin.SignInServer.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import dev.cordon.server.issuers.OutsideIssuer;
import dev.cordon.server.issuers.OutsideProvider;
import dev.cordon.server.store.Engine;
import dev.cordon.server.web.Json;
import java.time.Duration;
import java.util.Date;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What an outside issuer says of the end of its sessions (OpenID Connect Front-Channel and Back-Channel Logout 1.0). */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class OutsideLogoutTest {

    private static final Map<String, Object> LOGOUT =
            Map.of("http://schemas.openid.net/event/backchannel-logout", Map.of());

    private final Scene scene = new Scene(Engine.SQLITE);

    @AfterAll
    void stop() {
        scene.close();
    }

    /** A user who comes in by an issuer that names its sessions. */
    private record Scene(SignInServer server, CodeFlow flow, OutsideProvider provider, String issuerId)
            implements AutoCloseable {

        Scene(Engine engine) {
            this(new SignInServer(engine));
        }

        private Scene(SignInServer server) {
            this(server, CodeFlow.of(server), new OutsideProvider(server.time));
        }

        private Scene(SignInServer server, CodeFlow flow, OutsideProvider provider) {
            this(server, flow, provider, trust(server, flow, provider));
        }

        private static String trust(SignInServer server, CodeFlow flow, OutsideProvider provider) {
            var token = server.administrator(flow.tenant());
            var added = json(server.administer(
                    token, "POST", "/sign-in-issuers", provider.settings().toString()));
            var id = added.get("id").stringValue();
            assertThat(added.get("logoutUri").stringValue())
                    .isEqualTo(server.base() + "/signin/outside/" + id + "/logout");
            var link =
                    Json.MAPPER.createObjectNode().put("user", flow.user().id()).put("subject", "sub-1");
            server.administer(token, "POST", "/sign-in-issuers/" + id + "/users", link.toString());
            return id;
        }

        /** Signs in at the issuer, in its session of this name, and returns a token. */
        String signIn(TestBrowser browser, String sid) {
            provider.knows(claims -> claims.claim("sid", sid));
            var page = browser.open(flow.path(flow.request()));
            var there = TestBrowser.location(browser.open(TestBrowser.link(page, "Continue with Example")));
            var back = browser.goOn(browser.come(provider.signIn(there)));
            var code = TestBrowser.code(TestBrowser.location(back));
            return MiddleTier.access(server.tokens(flow.tenant(), flow.redemption(code)));
        }

        int machines(String token) {
            server.pass(Duration.ofSeconds(2)); // what is known of a token is remembered for a second
            return server.api("GET", "/machines", token).statusCode();
        }

        String path() {
            return "/signin/outside/" + issuerId + "/logout";
        }

        String framed(String issuer, String sid) {
            return path() + "?iss=" + SignInServer.encode(issuer) + "&sid=" + SignInServer.encode(sid);
        }

        String logoutToken(UnaryOperator<JWTClaimsSet.Builder> change) {
            return provider.issuer().sign(claims(change));
        }

        JWTClaimsSet claims(UnaryOperator<JWTClaimsSet.Builder> change) {
            return change.apply(new JWTClaimsSet.Builder()
                            .issuer(provider.issuer().url())
                            .audience(OutsideProvider.CLIENT)
                            .issueTime(Date.from(server.time.instant()))
                            .jwtID("1")
                            .claim("events", LOGOUT))
                    .build();
        }

        int tell(String logoutToken) {
            return server.post(path(), Map.of("logout_token", logoutToken)).statusCode();
        }

        @Override
        public void close() {
            provider.close();
            server.close();
        }
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenTheIssuersPageSaysThatASessionEndedThenThatOfItEndsHereAndNoOther(Engine engine) {
        try (var own = new Scene(engine);
                var browser = new TestBrowser(own.server());
                var other = new TestBrowser(own.server());
                var frame = new TestBrowser(own.server())) {
            var token = own.signIn(browser, "session 1");
            var spared = own.signIn(other, "session 2");
            var issuer = own.provider().issuer().url();
            for (var harmless : new String[] {
                own.path(),
                own.framed(issuer, "session 3"),
                own.framed("https://evil.example.com", "session 1"),
                own.framed(issuer, "session 1")
                        .replace(own.issuerId(), own.flow().tenant().id())
            }) {
                assertThat(frame.open(harmless).statusCode()).isEqualTo(200);
                assertThat(own.machines(token)).as(harmless).isEqualTo(200);
            }
            // browsers show no cookies in a frame of another site
            var answer = frame.open(own.framed(issuer, "session 1"));
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.headers().firstValue("Cache-Control")).hasValue("no-store");
            assertThat(answer.headers().firstValue("Content-Security-Policy").orElse(""))
                    .doesNotContain("frame-ancestors");
            assertThat(own.machines(token)).isEqualTo(401);
            assertThat(own.machines(spared)).isEqualTo(200);
            assertThat(browser.open(own.flow().path(own.flow().request())).body())
                    .contains("Continue with Example");
        }
    }

    @Test
    void whenTheIssuerSendsALogoutTokenThenTheSessionThatItNamesEnds() {
        try (var browser = new TestBrowser(scene.server());
                var other = new TestBrowser(scene.server())) {
            var token = scene.signIn(browser, "a");
            var spared = scene.signIn(other, "b");
            assertThat(scene.tell(scene.logoutToken(claims -> claims.claim("sid", "a"))))
                    .isEqualTo(200);
            assertThat(scene.machines(token)).isEqualTo(401);
            assertThat(scene.machines(spared)).isEqualTo(200);
            assertThat(scene.tell(scene.logoutToken(claims -> claims.subject("sub-1"))))
                    .isEqualTo(200);
            assertThat(scene.machines(spared)).as("all sessions of the person").isEqualTo(401);
        }
    }

    @Test
    void whenALogoutTokenIsNotTheIssuersOrNoneThenNothingEnds() {
        try (var browser = new TestBrowser(scene.server());
                var impostor = new OutsideIssuer()) {
            var token = scene.signIn(browser, "c");
            var now = scene.server().time.instant();
            for (var wrong : new String[] {
                "",
                "no token",
                new PlainJWT(scene.claims(claims -> claims.claim("sid", "c"))).serialize(),
                impostor.sign(scene.claims(claims -> claims.claim("sid", "c"))),
                scene.logoutToken(claims -> claims.claim("sid", "c").issuer("https://evil.example.com")),
                scene.logoutToken(claims -> claims.claim("sid", "c").audience("another")),
                scene.logoutToken(claims -> claims.claim("sid", "c").issueTime(null)),
                scene.logoutToken(claims -> claims.claim("sid", "c").issueTime(Date.from(now.minusSeconds(301)))),
                scene.logoutToken(claims -> claims.claim("sid", "c").expirationTime(Date.from(now.minusSeconds(301)))),
                scene.logoutToken(claims -> claims.claim("sid", "c").claim("events", Map.of())),
                scene.logoutToken(claims -> claims.claim("sid", "c").claim("nonce", "n")),
                scene.logoutToken(claims -> claims)
            }) {
                assertThat(scene.tell(wrong)).as(wrong).isEqualTo(400);
            }
            assertThat(scene.machines(token)).isEqualTo(200);
        }
    }
}
