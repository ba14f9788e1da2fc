package dev.cordon.server.signin;

import static dev.cordon.server.signin.CodeFlow.CALLBACK;
import static dev.cordon.server.signin.SignInServer.with;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.server.store.Engine;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** How long and for what a browser stays signed in. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class BrowserSessionTest {

    private final SignInServer server = new SignInServer(Engine.SQLITE);
    private final CodeFlow flow = CodeFlow.of(server);

    @AfterAll
    void stop() {
        server.close();
    }

    @Test
    void whenTheUserIsSignedInAlreadyThenTheNextApplicationAsksForNothing() {
        try (var browser = new TestBrowser(server)) {
            flow.answer(browser, flow.request());
            var next = browser.open(flow.path(with(flow.request(), "prompt", "none")));
            assertThat(TestBrowser.location(next)).contains("code=");
            var again = browser.open(flow.path(with(flow.request(), "prompt", "login")));
            assertThat(again.statusCode()).isEqualTo(200);
            assertThat(TestBrowser.location(browser.follow(browser.submit(again, flow.credentials()))))
                    .contains("code=");
        }
    }

    @Test
    void whenNobodyIsSignedInAndNothingMayBeAskedThenTheClientIsToldSo() {
        try (var browser = new TestBrowser(server)) {
            var answer = browser.open(flow.path(with(flow.request(), "prompt", "none")));
            assertThat(TestBrowser.parameters(TestBrowser.location(answer), '?'))
                    .containsEntry("error", "login_required")
                    .containsEntry("state", "s-1 &<");
        }
    }

    @Test
    void whenTheBrowserIsSignedInToAnotherTenantThenThisOneAsksAgain() {
        var foreign = server.tenant();
        var theirs = new CodeFlow(server, foreign, CodeFlow.client(server, foreign), flow.user());
        try (var browser = new TestBrowser(server)) {
            flow.answer(browser, flow.request());
            var page = browser.open(theirs.path(theirs.request()));
            assertThat(page.statusCode()).isEqualTo(200);
            assertThat(browser.submit(page, flow.credentials()).statusCode()).isEqualTo(400);
        }
    }

    @Test
    void whenTheUserSignsOutThenAllApplicationsOfTheBrowserAreSignedOut() {
        try (var browser = new TestBrowser(server)) {
            var code = TestBrowser.code(TestBrowser.location(flow.answer(browser, flow.request())));
            var tokens = server.tokens(flow.tenant(), flow.redemption(code));
            var page = browser.open("/" + flow.tenant().id() + "/oauth2/v2.0/logout");
            assertThat(page.body()).contains("You are signed out");
            server.pass(Duration.ofSeconds(2));
            assertThat(server.api("GET", "/machines", tokens.get("access_token").stringValue())
                            .statusCode())
                    .isEqualTo(401);
            assertThat(browser.open(flow.path(flow.request())).body()).contains("<h1>Sign in</h1>");
            var there = browser.open("/" + flow.tenant().id() + "/oauth2/v2.0/logout?state=x&post_logout_redirect_uri="
                    + SignInServer.encode(CALLBACK));
            assertThat(TestBrowser.location(there)).isEqualTo(CALLBACK + "?state=x");
            var elsewhere = browser.open("/" + flow.tenant().id()
                    + "/oauth2/v2.0/logout?post_logout_redirect_uri=https%3A%2F%2Fevil.example.com");
            assertThat(elsewhere.statusCode()).isEqualTo(200);
        }
    }
}
