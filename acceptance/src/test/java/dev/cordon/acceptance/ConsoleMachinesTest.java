package dev.cordon.acceptance;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static dev.cordon.acceptance.Console.MACHINE;
import static dev.cordon.acceptance.Console.waitFor;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.AriaRole;
import java.io.IOException;
import java.nio.file.Files;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Containment from the console, of one machine and of many. */
@ExtendWith(Stage.Setting.class)
class ConsoleMachinesTest {

    @Test
    void whenAMachineIsIsolatedThenItHappensOnTheScreenAndOnTheMachine(Console console, Stage stage)
            throws IOException {
        var fleet = stage.fleet();
        console.open("machines");
        assertThat(console.page().getByRole(AriaRole.ROW)).not().hasCount(0);
        console.looked("machines");
        console.row("web-1.example.test").click();
        assertThat(console.heading()).hasText("web-1.example.test");
        console.looked("machine");
        console.ask("Isolate", "Talks to a known bad address");
        assertThat(console.text("Isolated").first()).isVisible();
        waitFor("the cut", () -> fleet.first().isolated());
        console.looked("machine-isolated");
        console.open("");
        assertThat(console.page()
                        .getByRole(
                                AriaRole.LINK, new Page.GetByRoleOptions().setName(Pattern.compile("^Isolated\\s*1$"))))
                .isVisible();
        console.looked("home");
        console.open("machines");
        console.row("web-1.example.test").click();
        console.ask("Collect package", "To look at calmly");
        var download = console.button(Pattern.compile("^Download package"));
        assertThat(download.first())
                .isVisible(new LocatorAssertions.IsVisibleOptions().setTimeout((double) MACHINE.toMillis()));
        var fetched = console.page().waitForDownload(() -> download.first().click());
        assertThat(Files.size(fetched.path())).isPositive();
        console.ask("Release from isolation", "Clean again");
        waitFor("the release", () -> !fleet.first().isolated());
    }

    @Test
    void whenSeveralMachinesAreChosenThenTheirNumberIsTypedAndAllAreAsked(Console console, Stage stage) {
        console.open("machines");
        console.page().getByLabel("Select office-2.example.test").check();
        console.page().getByLabel("Select office-3.example.test").check();
        assertThat(console.text("2 selected")).isVisible();
        console.looked("machines-selected");
        console.button("Act on selected machines").click();
        console.menuItem("Isolate…").click();
        var dialog = console.dialog();
        dialog.getByLabel("Comment").fill("One of them is ill");
        assertThat(Console.button(dialog, "Isolate")).isDisabled();
        dialog.getByLabel("Type 2 to confirm").fill("2");
        console.looked("dialog-isolate-two");
        console.answer("Isolate");
        waitFor(
                "the cuts",
                () -> stage.fleet().office(2).isolated()
                        && stage.fleet().office(3).isolated());
        assertThat(console.row("office-2.example.test")).containsText("Isolated");
        console.button("Act on selected machines").click();
        console.menuItem("Release from isolation…").click();
        dialog.getByLabel("Comment").fill("It was the other one");
        dialog.getByLabel("Type 2 to confirm").fill("2");
        console.answer("Release from isolation");
        waitFor(
                "the releases",
                () -> !stage.fleet().office(2).isolated()
                        && !stage.fleet().office(3).isolated());
    }
}
