package dev.cordon.acceptance;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static dev.cordon.acceptance.Axe.assertNoBarriers;
import static dev.cordon.acceptance.Installation.PASSWORD;
import static dev.cordon.acceptance.SignInSteps.button;
import static dev.cordon.acceptance.SignInSteps.choosePassword;
import static dev.cordon.acceptance.SignInSteps.heading;
import static dev.cordon.acceptance.SignInSteps.link;
import static dev.cordon.acceptance.SignInSteps.password;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The ways to sign in that people set up for themselves, and those that lead elsewhere, each page looked at for barriers.
 * The server has a name, for passkeys belong to one.
 */
class AccountPagesTest {

    private static final Pattern OTHER_SESSION = Pattern.compile("Sign out the browser signed in since .+");

    @TempDir
    static Path directory;

    private static Installation cordon;
    private static Chromium chromium;

    @BeforeAll
    static void start() {
        cordon = Installation.start(directory, "127.0.0.1", "localhost");
        chromium = Chromium.start();
    }

    @AfterAll
    static void end() {
        if (chromium != null) {
            chromium.close();
        }
        if (cordon != null) {
            cordon.close();
        }
    }

    @Test
    void whenTheDeviceHasAnAuthenticatorThenItsPasskeySignsInAloneOrAfterThePassword() {
        var name = "dee@example.com";
        try (var page = page()) {
            var authenticator = Authenticator.builtInto(page);
            choosePassword(page, cordon.invite(name, "Dee Example", false));
            page.navigate(account());
            heading(page, "Sign in");
            password(page, name, PASSWORD);
            heading(page, "Your account");

            addPasskey(page, "Work laptop");
            assertThat(passkey(page, "Work laptop")).isVisible();
            Assertions.assertThat(authenticator.passkeys()).isEqualTo(1);
            page.getByText("Set one up").click();
            Screens.keepWhole(page, "sign-in", "account");

            addPasskey(page, "The same key");
            assertThat(page.getByText("This device has a passkey for your account already."))
                    .isVisible();
            assertNoBarriers(page, "account with a passkey");

            signOut(page);
            page.navigate(account());
            button(page, "Sign in with a passkey");
            heading(page, "Your account");
            assertThat(page.getByText("last used")).isVisible();

            signOut(page);
            page.navigate(account());
            password(page, name, PASSWORD);
            heading(page, "Show your passkey");
            page.getByText("Use a recovery code").click();
            assertNoBarriers(page, "passkey after the password");
            button(page, "Use a passkey");
            heading(page, "Your account");

            passkey(page, "Work laptop").click();
            assertThat(page.getByText("None yet.")).isVisible();
            signOut(page);
            page.navigate(account());
            button(page, "Sign in with a passkey");
            assertThat(page.getByRole(AriaRole.ALERT)).containsText("The passkey was not accepted");
            assertNoBarriers(page, "passkey that was removed");
        }
    }

    @Test
    void whenASecondFactorIsAskedForThenAPasskeyIsOneToo() {
        var name = "eli@example.com";
        try (var page = page()) {
            Authenticator.builtInto(page);
            choosePassword(page, cordon.invite(name, "Eli Example", true));
            page.navigate(account());
            password(page, name, PASSWORD);
            heading(page, "Set up an authenticator");
            assertNoBarriers(page, "authenticator or passkey");
            addPasskey(page, "Telephone");
            heading(page, "Your account");
            passkey(page, "Telephone").click();
            assertThat(page.getByRole(AriaRole.ALERT)).containsText("Add another one before you remove this one");
        }
    }

    @Test
    void whenPeopleLookAfterTheirAccountThenItHasNoBarriers() {
        var name = "fay@example.com";
        try (var page = page();
                var elsewhere = page()) {
            choosePassword(page, cordon.invite(name, "Fay Example", false));
            for (var browser : List.of(elsewhere, page)) {
                browser.navigate(account());
                password(browser, name, PASSWORD);
                heading(browser, "Your account");
            }
            page.getByText("Set one up").click();
            page.getByText("Change it").click();
            assertNoBarriers(page, "account with all its parts");

            page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName(OTHER_SESSION))
                    .click();
            assertThat(page.getByText("Another browser")).hasCount(0);
            elsewhere.reload();
            heading(elsewhere, "Sign in");

            page.getByText("Set one up").click();
            page.getByLabel("Six-digit code").fill("12345");
            button(page, "Set up the authenticator");
            assertThat(page.getByRole(AriaRole.ALERT)).containsText("The code is wrong");
            var key = page.locator("code").first().textContent();
            page.getByLabel("Six-digit code").fill(OneTimeCode.at(Instant.now(), key));
            button(page, "Set up the authenticator");
            button(page, "Make new recovery codes");
            heading(page, "Your recovery codes");
            assertNoBarriers(page, "recovery codes");
            link(page, "Back to your account");
            assertThat(page.getByText("10 left.")).isVisible();
            assertNoBarriers(page, "account with an authenticator and recovery codes");

            page.getByText("Change it").click();
            changePassword(page, "not my old password");
            assertThat(page.getByRole(AriaRole.ALERT)).containsText("The old password is wrong");
            page.getByText("Change it").click();
            changePassword(page, PASSWORD);
            heading(page, "Your password is changed");
            assertNoBarriers(page, "password changed");
        }
    }

    @Test
    void whenAPasswordIsTooOldThenAPageWithoutBarriersAsksForANewOne() {
        var name = "hal@example.com";
        try (var page = page()) {
            choosePassword(page, cordon.invite(name, "Hal Example", false));
            cordon.agePassword(name, Duration.ofDays(31));
            cordon.put("/cordon/v1/settings", Map.of("signIn", Map.of("passwordDays", 30)));
            page.navigate(cordon.url() + "/devicelogin");
            password(page, name, PASSWORD);
            heading(page, "Choose a new password");
            assertNoBarriers(page, "password that has expired");

            changePassword(page, "not my old password");
            assertThat(page.getByRole(AriaRole.ALERT)).containsText("The old password is wrong");
            assertNoBarriers(page, "password that has expired, with an alert");
            changePassword(page, PASSWORD);
            heading(page, "Sign in a device");
        }
    }

    @Test
    void whenPeopleHaveAnAccountElsewhereThenTheyComeInWithItAndAreOfferedTheWayOutThere() throws IOException {
        var client = cordon.signInApplication("Incident board", account());
        try (var provider = new OutsideProvider(directory.resolve("provider"));
                var page = page()) {
            var issuer = cordon.post("/cordon/v1/sign-in-issuers", provider.settings("Example"))
                    .path("id")
                    .asString();
            cordon.invite("gil@example.com", "Gil Example", false);

            page.navigate(cordon.authorize(client, account()));
            heading(page, "Sign in");
            assertNoBarriers(page, "outside issuer");
            Screens.keepWhole(page, "sign-in", "outside");
            link(page, "Continue with Example");
            heading(page, "Who are you?");
            link(page, "It is me");
            heading(page, "This sign-in does not work");
            assertThat(page.getByText(OutsideProvider.SUBJECT)).isVisible();
            assertNoBarriers(page, "stranger of an outside issuer");

            cordon.post(
                    "/cordon/v1/sign-in-issuers/" + issuer + "/users",
                    Map.of("user", "gil@example.com", "subject", OutsideProvider.SUBJECT));
            page.navigate(cordon.authorize(client, account()));
            link(page, "Continue with Example");
            link(page, "It is me");
            heading(page, "Allow Incident board?");
            button(page, "Allow");
            heading(page, "Your account");
            assertThat(page.getByText("Signed in as gil@example.com")).isVisible();

            signOut(page);
            assertNoBarriers(page, "signed out, but not at the issuer");
            link(page, "Sign out at Example too");
            heading(page, "Signed out at the issuer");
        }
    }

    private static Page page() {
        return chromium.profile("en-US", 900, 720);
    }

    private static String account() {
        return cordon.url() + "/account";
    }

    private static void addPasskey(Page page, String name) {
        page.getByLabel("Name of the new passkey").fill(name);
        button(page, "Add a passkey");
    }

    /** The button that removes a passkey. */
    private static Locator passkey(Page page, String name) {
        return page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Remove passkey " + name));
    }

    private static void changePassword(Page page, String old) {
        page.getByLabel("Old password").fill(old);
        page.getByLabel("New password").fill("another horse battery");
        page.getByLabel("The new one again").fill("another horse battery");
        button(page, "Change password");
    }

    private static void signOut(Page page) {
        page.navigate(cordon.url() + "/" + cordon.tenantId() + "/oauth2/v2.0/logout");
        heading(page, "You are signed out");
    }
}
