package dev.cordon.acceptance;

import static dev.cordon.acceptance.Installation.PASSWORD;
import static dev.cordon.acceptance.SignInSteps.button;
import static dev.cordon.acceptance.SignInSteps.choosePassword;
import static dev.cordon.acceptance.SignInSteps.heading;
import static dev.cordon.acceptance.SignInSteps.password;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.microsoft.playwright.Page;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** MSAL.js in Chromium, in a page that is registered as a single-page application and redeems its codes itself. */
class MsalBrowserTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    static Path directory;

    private static Installation cordon;
    private static PageWithMsal board;
    private static Chromium chromium;

    @BeforeAll
    static void start() throws IOException {
        cordon = Installation.start(directory, "127.0.0.1", "localhost");
        board = new PageWithMsal(directory);
        chromium = Chromium.start();
        var id = cordon.post("/cordon/v1/applications", Map.of("displayName", "Board", "permissions", List.of()))
                .path("id")
                .asString();
        cordon.put(
                "/cordon/v1/applications/" + id + "/sign-in",
                Map.of(
                        "spaRedirectUris", List.of(board.redirectUri()),
                        "delegatedPermissions", List.of("Machine.Read")));
        board.is(id, cordon.url() + "/" + cordon.tenantId());
        cordon.role("Analyst", "ViewData");
    }

    @AfterAll
    static void end() {
        if (chromium != null) {
            chromium.close();
        }
        if (board != null) {
            board.close();
        }
        if (cordon != null) {
            cordon.close();
        }
    }

    @Test
    void whenAPageRedirectsToSignInThenItsTokensAreRenewedInEveryWayUntilItSignsOut() {
        var name = "ria@example.com";
        try (var page = chromium.profile()) {
            choosePassword(page, cordon.invite(name, "Ria Example", false, "Analyst"));
            open(page);
            page.evaluate("() => void client.loginRedirect(request).catch(failed)");
            signIn(page, name);
            heading(page, name);
            var first = token(page);
            assertThat(machines(first)).isEqualTo(200);

            var asked = new CopyOnWriteArrayList<String>();
            page.onRequest(request -> asked.add(request.method() + " " + request.url()));
            assertThat(page.evaluate("() => silent({})")).as("from its cache").isEqualTo(first);
            assertThat(asked).isEmpty();

            var renewed = page.evaluate("() => silent({ forceRefresh: true })").toString();
            assertThat(renewed).isNotEqualTo(first);
            assertThat(machines(renewed)).isEqualTo(200);
            assertThat(asked)
                    .anyMatch(one -> one.startsWith("POST " + cordon.url()))
                    .noneMatch(MsalBrowserTest::inFrame);

            var framed = page.evaluate("() => silent({ cacheLookupPolicy: msal.CacheLookupPolicy.Skip })")
                    .toString();
            assertThat(framed).isNotEqualTo(renewed);
            assertThat(machines(framed)).isEqualTo(200);
            assertThat(asked).as("by a hidden frame").anyMatch(MsalBrowserTest::inFrame);

            try (var second = page.context().newPage()) {
                open(second);
                second.evaluate("name => client.ssoSilent({ ...request, loginHint: name }).then(keep)", name);
                heading(second, name);
                assertThat(machines(token(second))).isEqualTo(200);
            }

            page.evaluate("() => void client.logoutRedirect()");
            heading(page, "Back at the board");
            await().atMost(PATIENCE).until(() -> machines(framed) == 401);
            assertThat(machines(first)).isEqualTo(401);
            open(page);
            page.evaluate("name => void client.ssoSilent({ ...request, loginHint: name }).catch(failed)", name);
            page.getByText("login_required: AADSTS50058").waitFor();
        }
    }

    @Test
    void whenAPageSignsInByAPopupThenTheTokenIsItsOwn() {
        var name = "pol@example.com";
        try (var page = chromium.profile()) {
            choosePassword(page, cordon.invite(name, "Pol Example", false, "Analyst"));
            open(page);
            var popup = page.waitForPopup(
                    () -> page.evaluate("() => void client.loginPopup(request).then(keep).catch(failed)"));
            signIn(popup, name);
            heading(page, name);
            assertThat(machines(token(page))).isEqualTo(200);
            page.waitForCondition(popup::isClosed);
        }
    }

    private static boolean inFrame(String request) {
        return request.contains("/oauth2/v2.0/authorize") && request.contains("prompt=none");
    }

    private static void open(Page page) {
        page.navigate(board.url());
        heading(page, "Nobody");
    }

    private static void signIn(Page page, String name) {
        password(page, name, PASSWORD);
        heading(page, "Allow Board?");
        button(page, "Allow");
    }

    private static String token(Page page) {
        return page.evaluate("() => window.token").toString();
    }

    private static int machines(String token) {
        return cordon.call("GET", "/api/machines", token).status();
    }
}
