package dev.cordon.server.signin;

import static dev.cordon.server.signin.SignInServer.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.server.identity.Application;
import dev.cordon.server.identity.DelegatedPermissions;
import dev.cordon.server.issuers.OutsideProvider;
import dev.cordon.server.store.Engine;
import dev.cordon.server.web.Json;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What a logout tells applications (OpenID Connect Front-Channel Logout 1.0), and the way out at an outside issuer. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class FrontChannelLogoutTest {

    private static final Pattern FRAME = Pattern.compile("<iframe src=\"([^\"]*)\"");

    private final SignInServer server = new SignInServer(Engine.SQLITE);

    @AfterAll
    void stop() {
        server.close();
    }

    private CodeFlow flow(String logoutUri) {
        return CodeFlow.of(server, client(logoutUri));
    }

    private static Client client(String logoutUri) {
        return new Client(
                true,
                false,
                false,
                false,
                List.of(CodeFlow.CALLBACK),
                List.of(),
                Optional.of(logoutUri).filter(uri -> !uri.isEmpty()),
                DelegatedPermissions.parse(List.of("Machine.Read")));
    }

    /** Signs in and gives back the id of the application's session. */
    private String signIn(TestBrowser browser, CodeFlow flow) {
        var code = TestBrowser.code(TestBrowser.location(flow.answer(browser, flow.request())));
        return SignInServer.claims(server.tokens(flow.tenant(), flow.redemption(code))
                        .get("id_token")
                        .stringValue())
                .get("sid")
                .stringValue();
    }

    private static String out(CodeFlow flow, String query) {
        return "/" + flow.tenant().id() + "/oauth2/v2.0/logout" + query;
    }

    private static List<String> frames(HttpResponse<String> page) {
        return FRAME.matcher(page.body())
                .results()
                .map(found -> found.group(1).replace("&amp;", "&"))
                .toList();
    }

    private static String policy(HttpResponse<String> page) {
        return page.headers().firstValue("Content-Security-Policy").orElseThrow();
    }

    @Test
    void whenAUserSignsOutThenTheApplicationsOfTheSessionAreToldInFramesAndNobodyElse() {
        var flow = flow("https://app.example.com/logout?from=cordon");
        server.client(flow.tenant(), client("https://app.example.com/never-used"));
        var issuer = SignInServer.encode(server.base() + "/" + flow.tenant().id() + "/v2.0");
        try (var browser = new TestBrowser(server);
                var other = new TestBrowser(server)) {
            signIn(other, flow);
            var session = signIn(browser, flow);
            var page = browser.open(out(flow, ""));
            assertThat(frames(page))
                    .containsExactly("https://app.example.com/logout?from=cordon&iss=" + issuer + "&sid=" + session);
            assertThat(policy(page))
                    .contains("frame-src https://app.example.com")
                    .doesNotContain("frame-src *");
            assertThat(frames(browser.open(out(flow, "")))).isEmpty();
        }
    }

    @Test
    void whenThereIsAPlaceToGoOnThenItComesAfterTheNotices() {
        var flow = flow("https://app.example.com/logout");
        try (var browser = new TestBrowser(server)) {
            signIn(browser, flow);
            var page = browser.open(
                    out(flow, "?post_logout_redirect_uri=" + SignInServer.encode(CodeFlow.CALLBACK) + "&state=a%20b"));
            assertThat(page.statusCode()).isEqualTo(200);
            assertThat(page.headers().firstValue("Refresh")).hasValue("3;url=" + CodeFlow.CALLBACK + "?state=a+b");
            assertThat(TestBrowser.link(page, "Continue")).isEqualTo(CodeFlow.CALLBACK + "?state=a+b");
        }
    }

    @Test
    void whenNobodyIsToBeToldThenThereAreNoFramesAndTheBrowserGoesOnAtOnce() {
        var flow = flow("");
        try (var browser = new TestBrowser(server)) {
            signIn(browser, flow);
            var page = browser.open(out(flow, "?post_logout_redirect_uri=" + SignInServer.encode(CodeFlow.CALLBACK)));
            assertThat(TestBrowser.location(page)).isEqualTo(CodeFlow.CALLBACK);
            assertThat(policy(browser.open(out(flow, "")))).doesNotContain("frame-src");
        }
    }

    @Test
    void whenAnApplicationIsDisabledThenItIsNotTold() {
        var flow = flow("https://app.example.com/logout");
        try (var browser = new TestBrowser(server)) {
            signIn(browser, flow);
            var answer = server.administer(
                    server.administrator(flow.tenant()),
                    "PATCH",
                    "/applications/" + flow.client().id(),
                    "{\"enabled\":false}");
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            assertThat(frames(browser.open(out(flow, "")))).isEmpty();
        }
    }

    @Test
    void whenTheLogoutAddressIsElsewhereThanTheRedirectAddressesThenItIsRefused() {
        var flow = flow("");
        var token = server.administrator(flow.tenant());
        assertThat(set(token, flow.client(), "https://app.example.com/bye").statusCode())
                .isEqualTo(200);
        for (var wrong : List.of(
                "https://evil.example.com/bye",
                "https://app.example.com:8443/bye",
                "app://bye",
                "javascript:alert(1)")) {
            var answer = set(token, flow.client(), wrong);
            assertThat(answer.statusCode()).as(wrong).isEqualTo(400);
            assertThat(answer.body()).contains("frontChannelLogoutUri");
        }
    }

    private HttpResponse<String> set(String token, Application client, String logoutUri) {
        var body = Json.MAPPER.createObjectNode().put("frontChannelLogoutUri", logoutUri);
        body.putArray("redirectUris").add(CodeFlow.CALLBACK);
        return server.administer(token, "PUT", "/applications/" + client.id() + "/sign-in", body.toString());
    }

    @Test
    void whenTheUserCameFromAnOutsideIssuerThenThePageOffersToSignOutThere() {
        var flow = flow("");
        try (var provider = new OutsideProvider(server.time);
                var browser = new TestBrowser(server)) {
            var token = server.administrator(flow.tenant());
            var added = json(server.administer(
                    token, "POST", "/sign-in-issuers", provider.settings().toString()));
            var link =
                    Json.MAPPER.createObjectNode().put("user", flow.user().id()).put("subject", "sub-1");
            server.administer(
                    token, "POST", "/sign-in-issuers/" + added.get("id").stringValue() + "/users", link.toString());
            var page = browser.open(flow.path(flow.request()));
            var there = TestBrowser.location(browser.open(TestBrowser.link(page, "Continue with Example")));
            assertThat(browser.come(provider.signIn(there)).statusCode()).isEqualTo(200);
            var out = browser.open(out(flow, ""));
            assertThat(TestBrowser.link(out, "Sign out at Example too"))
                    .isEqualTo(provider.issuer().url() + "/logout?client_id=" + OutsideProvider.CLIENT);
        }
    }
}
