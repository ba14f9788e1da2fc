package dev.cordon.acceptance;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.options.AriaRole;
import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The audit log: the server searches, checks and hands out all of it, not what the page happens to have loaded. */
@ExtendWith(Stage.Setting.class)
class ConsoleAuditTest {

    @Test
    void whenTheAuditLogIsSearchedVerifiedAndExportedThenItHoldsWhatWasDone(Console console) throws IOException {
        console.open("audit");
        console.page().getByLabel("Search event").fill("USER.invited");
        assertThat(console.row("user.invited").first()).isVisible();
        assertThat(console.row("machine.enrolled")).hasCount(0);
        console.looked("audit");
        console.row("user.invited").first().getByRole(AriaRole.BUTTON).click();
        assertThat(console.dialog()).containsText("user.invited");
        Axe.assertNoBarriers(console.page(), "an entry of the audit log");
        Console.button(console.dialog(), "Close").last().click();
        console.button("Export").click();
        assertThat(console.text("All that meets the search")).isVisible();
        var found =
                console.page().waitForDownload(() -> console.menuItem("As CSV").click());
        assertThat(Files.readString(found.path()))
                .startsWith("number,at,actor,event")
                .contains("user.invited")
                .doesNotContain("machine.enrolled");
        console.button("Clear filters").click();
        console.page().getByLabel("Events").selectOption("machines");
        assertThat(console.row("machine.enrolled").first()).isVisible();
        assertThat(console.row("user.invited")).hasCount(0);
        console.page().getByLabel("Until").fill("2020-01-01");
        assertThat(console.text("Nothing in the log meets this search")).isVisible();
        console.looked("audit-nothing");
        console.button("Clear filters").click();
        assertThat(console.row("user.invited").first()).isVisible();
        console.button("Verify").click();
        assertThat(console.dialog()).containsText("The chain is intact");
        Axe.assertNoBarriers(console.page(), "verification of the audit log");
        console.page().keyboard().press("Escape");
        console.button("Export").click();
        var whole = console.page()
                .waitForDownload(() -> console.menuItem("As JSON lines").click());
        assertThat(Files.readString(whole.path())).contains("\"user.invited\"", "\"machine.enrolled\"");
    }
}
