package dev.cordon.server.signin;

import static dev.cordon.server.signin.SignInServer.with;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.server.store.Engine;
import java.net.http.HttpResponse;
import java.util.HashMap;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the sign-in page tells a stranger, and which forms it takes. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class SignInPageTest {

    private final SignInServer server = new SignInServer(Engine.SQLITE);
    private final CodeFlow flow = CodeFlow.of(server);

    @AfterAll
    void stop() {
        server.close();
    }

    @Test
    void whenThePasswordIsWrongThenThePageSaysNotWhetherTheNameExists() {
        try (var browser = new TestBrowser(server)) {
            var page = browser.open(flow.path(flow.request()));
            var wrong = browser.submit(page, with(flow.credentials(), "password", "wrong"));
            var unknown = browser.submit(page, with(flow.credentials(), "username", "nobody@example.com"));
            assertThat(wrong.statusCode()).isEqualTo(400);
            assertThat(wrong.body().replace(flow.user().userPrincipalName(), ""))
                    .isEqualTo(unknown.body().replace("nobody@example.com", ""));
            assertThat(wrong.body()).doesNotContain("value=\"wrong\"");
            assertThat(browser.submit(wrong, flow.credentials()).statusCode()).isEqualTo(303);
        }
    }

    @Test
    void whenAnotherSiteSendsTheFormThenItIsRefused() {
        try (var browser = new TestBrowser(server);
                var victim = new TestBrowser(server)) {
            var page = browser.open(flow.path(flow.request()));
            var form = new HashMap<>(TestBrowser.hidden(page));
            form.putAll(flow.credentials());
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
            var page = browser.open(flow.path(flow.request()));
            var form = new HashMap<>(flow.credentials());
            form.put("return", to);
            var answer = browser.submit(page, form);
            assertThat(answer.statusCode()).isEqualTo(400);
            assertThat(answer.headers().firstValue("Location")).isEmpty();
        }
    }

    @Test
    void whenAPageShowsWhatTheRequestSaysThenItIsTextAndNothingElse() {
        try (var browser = new TestBrowser(server)) {
            var page =
                    browser.open(flow.path(with(flow.request(), "login_hint", "\"><script>alert(1)</script><b a='")));
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
            var page = browser.open(flow.path(flow.request()));
            var signedIn = browser.submit(page, flow.credentials());
            for (var cookie : List.of(header(page, "Set-Cookie"), header(signedIn, "Set-Cookie"))) {
                assertThat(cookie)
                        .startsWith("__Host-cordon-")
                        .contains("Secure", "HttpOnly", "SameSite=Lax", "Path=/");
                assertThat(cookie).doesNotContain("Domain");
            }
        }
    }

    private static String header(HttpResponse<String> answer, String name) {
        return answer.headers().firstValue(name).orElse("");
    }
}
