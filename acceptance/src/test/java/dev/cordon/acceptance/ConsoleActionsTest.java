package dev.cordon.acceptance;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import dev.cordon.agent.simulation.SimulatedNetworkIsolation.Behaviour;
import java.io.IOException;
import java.nio.file.Files;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The Action centre: what failed is asked for again, what is under way is cancelled, all of it is handed out. */
@ExtendWith(Stage.Setting.class)
class ConsoleActionsTest {

    private static final String MACHINE = "office-1.example.test";

    @Test
    void whenAnActionFailedThenItIsAskedForAgainFromTheActionCentre(Console console, Stage stage) throws IOException {
        var machine = stage.fleet().office(1);
        machine.isolation().behave(Behaviour.failingToApply("no firewall here"));
        try {
            order(stage, "Looks like a beacon");
            console.open("actions");
            console.button("Past").click();
            console.page()
                    .getByLabel("Status", new Page.GetByLabelOptions().setExact(true))
                    .selectOption("Failed");
            console.page()
                    .getByLabel("Action", new Page.GetByLabelOptions().setExact(true))
                    .selectOption("Isolate");
            assertThat(console.page()).hasURL(Pattern.compile("^(?=.*past=true)(?=.*status=Failed)(?=.*type=Isolate)"));
            var card = card(console, "Looks like a beacon");
            console.untilShown(card);
            Console.button(card, Pattern.compile("^Details of")).click();
            assertThat(card).containsText("no firewall here");
            var steps = card.getByRole(AriaRole.LIST, new Locator.GetByRoleOptions().setName("Life of the action"));
            assertThat(steps.getByRole(AriaRole.LISTITEM))
                    .containsText(new String[] {"Accepted", "Delivered", "Running", "Verified: Failed"});
            assertThat(steps.locator("time")).hasCount(4);
            console.looked("actions-failed");
            console.open("");
            assertThat(console.text("Actions that failed in the last day")).isVisible();
            console.open("actions?past=true&status=Failed&type=Isolate");
        } finally {
            machine.isolation().behave(Behaviour.OBEDIENT);
        }
        Console.button(card(console, "Looks like a beacon"), "Ask again").click();
        assertThat(console.dialog().getByLabel("Comment")).hasValue("Looks like a beacon");
        console.dialog().getByLabel("Comment").fill("Repaired, once more");
        console.answer("Isolate");
        Console.waitFor("the cut", machine::isolated);
        console.open("actions?past=true&type=Isolate&status=Succeeded");
        console.untilShown(card(console, "Repaired, once more"));
        var table = console.page()
                .waitForDownload(() -> console.button("Export CSV").click());
        assertThat(Files.readString(table.path()))
                .startsWith("id,type,status,machineId")
                .contains("Repaired, once more")
                .doesNotContain("Looks like a beacon");
        var document = console.page()
                .waitForDownload(() -> console.button("Export JSON").click());
        assertThat(Files.readString(document.path())).contains("\"Repaired, once more\"");
        stage.cordon()
                .playbook()
                .post("/api/machines/" + MACHINE + "/unisolate", "{\"Comment\":\"Clean again\"}")
                .orThrow();
        Console.waitFor("the release", () -> !machine.isolated());
    }

    @Test
    void whenAnActionIsUnderWayThenItShowsAndIsCancelled(Console console, Stage stage) {
        var machine = stage.fleet().office(1);
        machine.tasks().hold();
        try {
            stage.cordon()
                    .playbook()
                    .post(
                            "/api/machines/" + MACHINE + "/runAntiVirusScan",
                            "{\"Comment\":\"Wait for me\",\"ScanType\":\"Quick\"}")
                    .orThrow();
            console.open("actions");
            var card = card(console, "Wait for me");
            console.untilShown(card);
            console.looked("actions");
            Console.button(card, "Cancel").click();
            console.dialog().getByLabel("Comment").fill("Not needed");
            Axe.assertNoBarriers(console.page(), "dialog that cancels");
            console.answer("Cancel this action");
            assertThat(card.filter(new Locator.FilterOptions().setHasText("Cancel")))
                    .isVisible();
        } finally {
            machine.tasks().letGo();
        }
        console.open("actions?past=true&type=RunAntiVirusScan");
        console.untilShown(card(console, "Wait for me"));
    }

    private static void order(Stage stage, String comment) {
        stage.cordon()
                .playbook()
                .post("/api/machines/" + MACHINE + "/isolate", "{\"Comment\":\"" + comment + "\"}")
                .orThrow();
    }

    private static Locator card(Console console, String comment) {
        return console.page()
                .getByRole(AriaRole.LISTITEM)
                .filter(new Locator.FilterOptions().setHasText(comment))
                .first();
    }
}
