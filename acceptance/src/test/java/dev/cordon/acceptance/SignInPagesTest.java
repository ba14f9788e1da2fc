package dev.cordon.acceptance;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static dev.cordon.acceptance.Axe.assertNoBarriers;
import static dev.cordon.acceptance.Installation.PASSWORD;
import static dev.cordon.acceptance.SignInSteps.button;
import static dev.cordon.acceptance.SignInSteps.choosePassword;
import static dev.cordon.acceptance.SignInSteps.heading;
import static dev.cordon.acceptance.SignInSteps.password;

import com.microsoft.playwright.options.AriaRole;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The pages of the token service, one after the other as people meet them, each looked at for barriers. */
class SignInPagesTest {

    @TempDir
    static Path directory;

    private static Installation cordon;
    private static Chromium chromium;
    private static HttpServer application;

    @BeforeAll
    static void start() throws IOException {
        cordon = Installation.start(directory, "127.0.0.1");
        chromium = Chromium.start();
        application = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        application.createContext("/", exchange -> {
            byte[] page = "<title>Back</title><h1>Back at the application</h1>".getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "text/html");
            exchange.sendResponseHeaders(200, page.length);
            exchange.getResponseBody().write(page);
            exchange.close();
        });
        application.start();
    }

    @AfterAll
    static void end() {
        if (application != null) {
            application.stop(0);
        }
        if (chromium != null) {
            chromium.close();
        }
        if (cordon != null) {
            cordon.close();
        }
    }

    @Test
    void whenTheServerIsNewThenItsLinkMakesTheFirstAdministrator() {
        try (var page = chromium.profile()) {
            page.navigate(cordon.firstAdministratorLink());
            heading(page, "Make the first administrator");
            assertNoBarriers(page, "first administrator");
            Screens.keepWhole(page, "sign-in", "first-administrator");
            page.getByLabel("User name").fill("ada@example.com");
            page.getByLabel("New password").fill(PASSWORD);
            page.getByLabel("The same again").fill("something else, and long");
            button(page, "Set password");
            assertThat(page.getByRole(AriaRole.ALERT)).containsText("not the same");
            assertNoBarriers(page, "invitation with an alert");
            page.getByLabel("New password").fill(PASSWORD);
            page.getByLabel("The same again").fill(PASSWORD);
            button(page, "Set password");
            heading(page, "Your password is set");
            assertNoBarriers(page, "password set");
            page.navigate(cordon.url() + "/signin/invitation/unknown");
            heading(page, "This link does not hold");
            assertNoBarriers(page, "used invitation");
        }
    }

    @Test
    void whenAnApplicationSendsAPersonThenTheySignInWithTwoFactorsAndConsent() {
        var client = cordon.signInApplication("Incident board", "http://localhost");
        try (var page = chromium.profile()) {
            choosePassword(page, cordon.invite("bo@example.com", "Somebody", true));

            page.navigate(cordon.authorize(client, callback()));
            heading(page, "Sign in");
            assertNoBarriers(page, "password");
            Screens.keepWhole(page, "sign-in", "password-or-passkey");
            password(page, "bo@example.com", "wrong");
            assertThat(page.getByRole(AriaRole.ALERT)).containsText("wrong");
            assertNoBarriers(page, "password with an alert");
            password(page, "bo@example.com", PASSWORD);

            heading(page, "Set up an authenticator");
            assertNoBarriers(page, "enrollment of a second factor");
            var key = page.locator("code").first().textContent();
            var enrolled = Instant.now();
            page.getByLabel("Six-digit code").fill(OneTimeCode.at(enrolled, key));
            button(page, "Continue");

            heading(page, "Allow Incident board?");
            assertNoBarriers(page, "consent");
            Screens.keepWhole(page, "sign-in", "consent");
            button(page, "Allow");
            heading(page, "Back at the application");
            assertThat(page).hasURL(Pattern.compile("code=.+"));

            page.navigate(cordon.authorize(client, callback()) + "&prompt=login");
            password(page, "bo@example.com", PASSWORD);
            heading(page, "Enter your code");
            assertNoBarriers(page, "second factor");
            Screens.keepWhole(page, "sign-in", "second-factor");
            page.getByLabel("Six-digit code").fill(OneTimeCode.at(enrolled.plus(Duration.ofSeconds(30)), key));
            button(page, "Continue");
            heading(page, "Back at the application");

            page.navigate(cordon.url() + "/" + cordon.tenantId() + "/oauth2/v2.0/logout");
            heading(page, "You are signed out");
            assertNoBarriers(page, "signed out");
            Screens.keepWhole(page, "sign-in", "signed-out");
            page.navigate(cordon.authorize(client, callback()).replace("client_id=", "client_id=0"));
            heading(page, "This sign-in does not work");
            assertNoBarriers(page, "refusal");
        }
    }

    @Test
    void whenADeviceShowsACodeThenAPersonLetsItIn() {
        var client = cordon.signInApplication("Terminal", "http://localhost");
        try (var page = chromium.profile("en-US", 375, 700)) {
            choosePassword(page, cordon.invite("cy@example.com", "Somebody", false));
            var waiting = deviceCode(client);
            page.navigate(cordon.url() + "/devicelogin");
            assertNoBarriers(page, "password for a device");
            password(page, "cy@example.com", PASSWORD);
            heading(page, "Sign in a device");
            assertNoBarriers(page, "code of a device");
            page.getByLabel("Code that the device shows").fill(waiting);
            button(page, "Next");
            heading(page, "Let Terminal sign in?");
            assertNoBarriers(page, "device");
            Screens.keepWhole(page, "sign-in", "device");
            button(page, "Let it in");
            heading(page, "The device is signed in");
            assertNoBarriers(page, "device signed in");
        }
    }

    /** Where the application listens. */
    private static String callback() {
        return "http://localhost:" + application.getAddress().getPort();
    }

    private static String deviceCode(String client) {
        return cordon.form(
                        "/" + cordon.tenantId() + "/oauth2/v2.0/devicecode",
                        "client_id=" + client + "&scope=https%3A%2F%2Fapi.securitycenter.microsoft.com%2FMachine.Read")
                .path("user_code")
                .asString();
    }
}
