package dev.cordon.server.signin;

import static dev.cordon.server.signin.CodeFlow.CALLBACK;
import static dev.cordon.server.signin.SignInServer.with;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.server.identity.DelegatedPermissions;
import dev.cordon.server.store.Engine;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How and where to the browser takes the answer to the client. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class AnswerToClientTest {

    private final SignInServer server = new SignInServer(Engine.SQLITE);
    private final CodeFlow flow = CodeFlow.of(server);

    @AfterAll
    void stop() {
        server.close();
    }

    @Test
    void whenNoRedirectUriIsNamedThenItIsMissingAtV2AndTheOnlyOneAtV1() {
        var one = new Client(
                true, false, List.of(CodeFlow.CALLBACK), DelegatedPermissions.parse(List.of("Machine.Read")));
        var single = CodeFlow.of(server, one);
        var request = single.request(Map.of("redirect_uri", ""));
        try (var browser = new TestBrowser(server)) {
            var v2 = browser.open(single.path(request));
            assertThat(v2.statusCode()).isEqualTo(400);
            assertThat(v2.body()).contains("AADSTS900144", "redirect_uri");
            var v1 = "/" + single.tenant().id() + "/oauth2/authorize?"
                    + SignInServer.encode(with(request, "resource", SignInServer.API));
            assertThat(TestBrowser.location(single.answer(browser, v1))).startsWith(CodeFlow.CALLBACK + "?code=");
        }
    }

    @Test
    void whenTheAnswerShallStandInTheFragmentThenItDoes() {
        try (var browser = new TestBrowser(server)) {
            var location =
                    TestBrowser.location(flow.answer(browser, with(flow.request(), "response_mode", "fragment")));
            assertThat(location).startsWith(CALLBACK + "#");
            assertThat(TestBrowser.parameters(location, '#')).containsKeys("code", "state");
        }
    }

    @Test
    void whenTheAnswerShallBeAMessageToAnotherWindowThenItIsARedirectAllTheSame() {
        try (var browser = new TestBrowser(server)) {
            var answer = flow.answer(browser, with(flow.request(), "response_mode", "web_message"));
            assertThat(TestBrowser.location(answer)).startsWith(CALLBACK + "?");
            assertThat(answer.body()).doesNotContain("postMessage");
        }
    }

    @Test
    void whenTheAnswerShallBePostedThenThePageSendsItToTheClientAndNowhereElse() {
        try (var browser = new TestBrowser(server)) {
            var page = flow.answer(browser, with(flow.request(), "response_mode", "form_post"));
            assertThat(page.statusCode()).isEqualTo(200);
            assertThat(TestBrowser.action(page)).isEqualTo(CALLBACK);
            assertThat(TestBrowser.hidden(page)).containsKeys("code").containsEntry("state", "s-1 &<");
            var policy = header(page, "Content-Security-Policy");
            assertThat(policy).contains("form-action https://app.example.com;", "script-src 'sha256-");
            assertThat(policy).doesNotContain("unsafe");
        }
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
            var page = browser.open(flow.path(with(flow.request(), "redirect_uri", uri)));
            assertThat(page.statusCode()).isEqualTo(400);
            assertThat(page.headers().firstValue("Location")).isEmpty();
            assertThat(page.body()).contains("AADSTS50011").doesNotContain("href=\"" + uri);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://localhost:51234", "http://localhost:51234/", "http://127.0.0.1:8400/done"})
    void whenAProgramOnThisComputerListensOnAFreePortThenTheAnswerGoesThere(String uri) {
        try (var browser = new TestBrowser(server)) {
            var answer = flow.answer(browser, with(flow.request(), "redirect_uri", uri));
            assertThat(TestBrowser.location(answer)).startsWith(uri + "?code=");
        }
    }

    private static String header(HttpResponse<String> answer, String name) {
        return answer.headers().firstValue(name).orElse("");
    }
}
