package dev.cordon.acceptance;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Who and what may come in: applications, people, groups and roles, machines, outside issuers. */
@ExtendWith(Stage.Setting.class)
class ConsoleAccessTest {

    @Test
    void whenAnApplicationIsMadeThenItsSecretIsShownOnceAndGivesTokens(Console console, Stage stage) {
        console.open("access");
        console.looked("access-applications");
        console.button("New application").click();
        var dialog = console.dialog();
        dialog.getByLabel("Name").fill("Night shift");
        dialog.getByLabel("Machine.Isolate").check();
        Axe.assertNoBarriers(console.page(), "dialog of a new application");
        Console.button(dialog, "New application").click();
        assertThat(dialog).containsText("It has no secret");
        console.looked("access-application");
        Console.button(dialog, "New secret").click();
        var once = console.dialog("The secret of Night shift");
        var secret = Console.label(once, "Secret").textContent();
        var client = Console.label(once, "Client id").textContent();
        Console.button(once, "Done").click();
        assertThat(once).isHidden();
        assertThat(console.dialog()).containsText("begins with " + secret.substring(0, 2));
        console.page().keyboard().press("Escape");
        assertThat(console.dialog()).isHidden();
        assertThat(stage.cordon()
                        .form(
                                "/" + stage.cordon().tenantId() + "/oauth2/v2.0/token",
                                "grant_type=client_credentials&client_id=" + client + "&client_secret="
                                        + URLEncoder.encode(secret, StandardCharsets.UTF_8)
                                        + "&scope=https%3A%2F%2Fapi.securitycenter.microsoft.com%2F.default")
                        .path("access_token")
                        .asString(""))
                .isNotEmpty();
    }

    @Test
    void whenAPersonIsInvitedThenTheirLinkLetsThemChooseAPassword(Console console, Stage stage) {
        console.open("access?part=users");
        assertThat(console.row("ada@example.com")).containsText("Incident response");
        console.looked("access-users");
        console.button("New user").click();
        var dialog = console.dialog();
        dialog.getByLabel("User name").fill("bo@example.com");
        Console.label(dialog, "Name").fill("Bo <script>alert(1)</script>");
        dialog.getByLabel("Incident response").check();
        Axe.assertNoBarriers(console.page(), "dialog of a new user");
        Console.button(dialog, "New user").click();
        var once = console.dialog("Invitation for bo@example.com");
        var link = Console.label(once, "Link").textContent();
        Axe.assertNoBarriers(console.page(), "what is shown once");
        Console.button(once, "Done").click();
        assertThat(console.row("bo@example.com")).containsText("Bo <script>alert(1)</script>");
        try (var other = stage.chromium().profile()) {
            other.navigate(link);
            assertThat(other.getByRole(AriaRole.HEADING, new Page.GetByRoleOptions().setLevel(1)))
                    .hasText("Choose a password");
        }
    }

    @Test
    void whenMachinesAreGroupedThenARoleReachesThem(Console console) {
        console.open("access?part=groups");
        assertThat(console.text("No machine groups")).isVisible();
        console.button("New machine group").click();
        var dialog = console.dialog();
        Console.label(dialog, "Name").fill("Web servers");
        dialog.getByLabel("Value").fill("web-");
        Axe.assertNoBarriers(console.page(), "dialog of a machine group");
        console.answer("New machine group");
        assertThat(console.row("Web servers")).containsText("Name begins with web-");
        console.looked("access-groups");
        console.open("access?part=roles");
        console.button("New role").click();
        Console.label(dialog, "Name").fill("Web responders");
        dialog.getByLabel("All machines").uncheck();
        dialog.getByLabel("Web servers").check();
        Axe.assertNoBarriers(console.page(), "dialog of a role");
        console.answer("New role");
        assertThat(console.row("Web responders")).containsText("Web servers");
        console.looked("access-roles");
    }

    @Test
    void whenAnEnrollmentTokenIsMadeThenItsCommandIsThereToCopy(Console console, Stage stage) {
        console.open("access?part=enrollment");
        console.button("New enrollment token").click();
        var dialog = console.dialog();
        dialog.getByLabel("What for").fill("Web servers");
        Axe.assertNoBarriers(console.page(), "dialog of an enrollment token");
        Console.button(dialog, "New enrollment token").click();
        var once = console.dialog("Enroll a machine");
        assertThat(once.getByLabel("Run this as root on the machine"))
                .containsText(stage.cordon().url());
        Console.button(once, "Done").click();
        assertThat(console.row("Web servers")).containsText("Active");
        console.looked("access-enrollment");
        console.open("access?part=outside");
        assertThat(console.text("No outside issuers")).isVisible();
        console.button("Trust an issuer").click();
        Axe.assertNoBarriers(console.page(), "dialog of an issuer");
        console.page().keyboard().press("Escape");
        console.looked("access-outside");
    }
}
