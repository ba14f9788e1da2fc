package dev.cordon.acceptance;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static dev.cordon.acceptance.Installation.PASSWORD;
import static dev.cordon.acceptance.SignInSteps.button;
import static dev.cordon.acceptance.SignInSteps.choosePassword;
import static dev.cordon.acceptance.SignInSteps.heading;
import static dev.cordon.acceptance.SignInSteps.link;
import static dev.cordon.acceptance.SignInSteps.password;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * One server signs people in for another, and that one for an application: three sites in one row of redirects, as browsers
 * see them.
 */
class CordonAsIssuerTest {

    @TempDir
    private Path directory;

    @Test
    void whenAnotherCordonIsTheIssuerThenItsPeopleComeInAndAreSignedOutThereToo() throws IOException {
        try (var issuer = Installation.start(
                        Files.createDirectory(directory.resolve("issuer")), "127.0.0.1", "localhost");
                var cordon = Installation.start(Files.createDirectory(directory.resolve("cordon")), "127.0.0.1");
                var elsewhere = new OutsideProvider(directory.resolve("elsewhere"));
                var chromium = Chromium.start();
                var page = chromium.profile("en-US", 900, 720)) {
            choosePassword(page, issuer.invite("ida@example.com", "Ida Example", false));
            cordon.invite("ida@example.com", "Ida Example", false);
            var board = cordon.signInApplication("Incident board", elsewhere.application());
            trust(cordon, issuer);

            page.navigate(cordon.authorize(board, elsewhere.application()));
            link(page, "Continue with Headquarters");
            password(page, "ida@example.com", PASSWORD);
            heading(page, "Allow Incident board?");
            assertThat(page.getByText("Signed in as ida@example.com")).isVisible();
            button(page, "Allow");
            heading(page, "At the application");

            page.navigate(cordon.url() + "/" + cordon.tenantId() + "/oauth2/v2.0/logout");
            heading(page, "You are signed out");
            link(page, "Sign out at Headquarters too");
            heading(page, "You are signed out");
            assertThat(page.getByText("Headquarters")).hasCount(0);

            page.navigate(cordon.authorize(board, elsewhere.application()));
            link(page, "Continue with Headquarters");
            password(page, "ida@example.com", PASSWORD);
            heading(page, "At the application");

            var logout = issuer.url() + "/" + issuer.tenantId() + "/oauth2/v2.0/logout";
            page.waitForResponse(
                    answer -> answer.url().startsWith(cordon.url() + "/signin/outside/"), () -> page.navigate(logout));
            heading(page, "You are signed out");
            page.navigate(cordon.authorize(board, elsewhere.application()));
            assertThat(page.getByText("Continue with Headquarters")).isVisible();
        }
    }

    /** Makes each known to the other. */
    private static void trust(Installation cordon, Installation issuer) {
        var client = issuer.post("/cordon/v1/applications", Map.of("displayName", "Branch", "permissions", List.of()))
                .path("id")
                .asString();
        var secret = issuer.post("/cordon/v1/applications/" + client + "/secrets", Map.of("lifetimeDays", 1))
                .path("secret")
                .asString();
        var trusted = cordon.post(
                "/cordon/v1/sign-in-issuers",
                Map.of(
                        "displayName",
                        "Headquarters",
                        "issuer",
                        issuer.url() + "/" + issuer.tenantId() + "/v2.0",
                        "authority",
                        issuer.authority(),
                        "clientId",
                        client,
                        "clientSecret",
                        secret,
                        "linkClaim",
                        "preferred_username"));
        issuer.put(
                "/cordon/v1/applications/" + client + "/sign-in",
                Map.of(
                        "redirectUris",
                        List.of(trusted.path("redirectUri").asString()),
                        "frontChannelLogoutUri",
                        trusted.path("logoutUri").asString(),
                        "delegatedPermissions",
                        List.of()));
    }
}
