package dev.cordon.acceptance;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static dev.cordon.acceptance.Console.MACHINE;
import static dev.cordon.acceptance.Console.waitFor;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.AriaRole;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
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
        for (var chart : List.of("^Fleet health: Active: \\d+", "^Median time to contain: \\d+ day")) {
            assertThat(console.page()
                            .getByRole(AriaRole.IMG, new Page.GetByRoleOptions().setName(Pattern.compile(chart))))
                    .isVisible();
        }
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

    @Test
    void whenOneOfSeveralMachinesRefusesThenTheDialogNamesItAndSaysWhy(Console console, Stage stage) {
        var busy = stage.fleet().office(3);
        busy.isolation().hold();
        try {
            order(stage, busy.name(), "isolate", "Already on it");
            console.open("machines");
            console.page().getByLabel("Select office-2.example.test").check();
            console.page().getByLabel("Select office-3.example.test").check();
            console.button("Act on selected machines").click();
            console.menuItem("Isolate…").click();
            var dialog = console.dialog();
            dialog.getByLabel("Comment").fill("Both of them");
            dialog.getByLabel("Type 2 to confirm").fill("2");
            Console.button(dialog, "Isolate").click();
            assertThat(dialog).containsText("1 accepted");
            assertThat(dialog.getByRole(AriaRole.LIST, new Locator.GetByRoleOptions().setName("Refused")))
                    .containsText(busy.name());
            console.looked("dialog-refused");
            Console.button(dialog, "Close").last().click();
        } finally {
            busy.isolation().letGo();
        }
        var other = stage.fleet().office(2);
        waitFor("the cuts", () -> busy.isolated() && other.isolated());
        order(stage, busy.name(), "unisolate", "Over");
        order(stage, other.name(), "unisolate", "Over");
        waitFor("the releases", () -> !busy.isolated() && !other.isolated());
    }

    @Test
    void whenAMachineTellsOfSomethingThenItStandsInItsTimelineAmongTheActions(Console console, Stage stage) {
        var machine = stage.fleet().office(2);
        order(stage, machine.name(), "isolate", "To be tampered with");
        waitFor("the cut", machine::isolated);
        try {
            order(stage, machine.name(), "runAntiVirusScan", "While we are at it\",\"ScanType\":\"Quick");
            machine.isolation().tamper("<b>table</b> was removed");
            console.open("machines?q=office-2");
            console.row(machine.name()).click();
            var timeline = console.page()
                    .getByRole(AriaRole.LIST, new Page.GetByRoleOptions().setName("Timeline"))
                    .first();
            console.untilShown(timeline.getByText("<b>table</b> was removed"));
            console.untilShown(timeline.getByText("Nothing found"));
            assertThat(timeline).containsText("To be tampered with");
            Console.button(timeline, Pattern.compile("^Details of Scan"))
                    .first()
                    .click();
            assertThat(timeline).containsText("1,000 files looked at");
            console.looked("machine-timeline");
            console.button("Findings").click();
            assertThat(timeline).not().containsText("To be tampered with");
            assertThat(timeline).containsText("put back");
        } finally {
            order(stage, machine.name(), "unisolate", "Over");
            waitFor("the release", () -> !machine.isolated());
        }
    }

    @Test
    void whenAViewIsSavedThenItComesBackUntilItIsRemoved(Console console, Stage stage) {
        var gone = stage.fleet().office(1);
        gone.stopAgent();
        try {
            console.open("machines?state=disconnected");
            var row = console.row(gone.name());
            console.untilShown(row);
            assertThat(row).containsText("Offline");
            console.button("Saved views").click();
            console.page().getByLabel("Name of the view").fill("Out of reach");
            console.button("Save this view").click();
            console.page().keyboard().press("Escape");
            console.open("machines");
            assertThat(console.row("office-2.example.test")).isVisible();
            console.button("Saved views").click();
            Axe.assertNoBarriers(console.page(), "saved views");
            console.button("Out of reach").click();
            assertThat(console.page()).hasURL(Pattern.compile("state=disconnected"));
            assertThat(console.row("office-2.example.test")).isHidden();
            console.button("Saved views").click();
            console.button("Remove view Out of reach").click();
            assertThat(console.text("None yet")).isVisible();
            console.page().keyboard().press("Escape");
        } finally {
            gone.startAgent();
        }
        console.open("machines?q=office-1");
        console.untilShown(console.row(gone.name()).getByText("Online"));
    }

    /** The server's answers are changed on their way: a real machine is put right before anybody sees it. */
    @Test
    void whenAMachineIsNotAsItWasAskedToBeThenItsRowAndItsPageSaySo(Console console) {
        var page = console.page();
        page.route(Pattern.compile("/cordon/v1/machines"), route -> {
            var answer = route.fetch();
            route.fulfill(new Route.FulfillOptions()
                    .setResponse(answer)
                    .setBody(answer.text().replace("\"drift\":false", "\"drift\":true")));
        });
        try {
            console.open("machines");
            assertThat(console.row("office-3.example.test")).containsText("Drifted");
            console.row("office-3.example.test").click();
            assertThat(page.getByRole(AriaRole.MAIN)).containsText("Differs");
        } finally {
            page.unrouteAll();
        }
    }

    @Test
    void whenTheServerNamesAMachineLikeMarkupThenItIsTextEverywhere(Console console) {
        var page = console.page();
        var name = "<img src=x onerror=document.body.remove()>\u202egnp.exe";
        page.route(Pattern.compile("/(api|cordon/v1)/(?!events)"), route -> {
            var answer = route.fetch();
            route.fulfill(new Route.FulfillOptions()
                    .setResponse(answer)
                    .setBody(answer.text().replace("office-3.example.test", name)));
        });
        try {
            for (var place : List.of("", "machines", "actions?past=true", "files?part=samples", "audit")) {
                console.open(place);
                assertThat(page.locator("img[src=x]")).hasCount(0);
            }
            console.open("machines");
            var row = console.row("<img src=x");
            assertThat(row).containsText("<img src=x onerror=document.body.remove()>\ufffdgnp.exe");
            row.click();
            assertThat(console.heading()).containsText("<img src=x");
            console.button("Isolate").click();
            assertThat(console.dialog()).containsText("<img src=x");
            assertThat(page.locator("img[src=x]")).hasCount(0);
            page.keyboard().press("Escape");
        } finally {
            page.unrouteAll();
        }
    }

    private static void order(Stage stage, String machine, String what, String comment) {
        stage.cordon()
                .playbook()
                .post("/api/machines/" + machine + "/" + what, "{\"Comment\":\"" + comment + "\"}")
                .orThrow();
    }
}
