package dev.cordon.acceptance;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static dev.cordon.acceptance.Console.waitFor;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.options.AriaRole;
import dev.cordon.fleet.machine.SimulatedMachine;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Files that are blocked, taken away and given back, and brought to be looked at. */
@ExtendWith(Stage.Setting.class)
class ConsoleFilesTest {

    private static final byte[] MALWARE = "#!/bin/sh\necho unwanted\n".getBytes(StandardCharsets.UTF_8);
    private static final byte[] TOOL = "#!/bin/sh\necho wanted after all\n".getBytes(StandardCharsets.UTF_8);

    @Test
    void whenAFileIsBlockedThenTheListShowsItUntilItIsAllowedAgain(Console console) {
        console.open("files");
        console.looked("files-empty");
        console.button("Block a file").click();
        var dialog = console.dialog();
        dialog.getByLabel("Hash").fill("not a hash");
        assertThat(dialog).containsText("A hash has 64, 40 or 32 hex digits.");
        Axe.assertNoBarriers(console.page(), "dialog that blocks");
        var hash = "ab".repeat(32);
        dialog.getByLabel("Hash").fill(hash);
        dialog.getByLabel("Why").fill("<b>Seen</b> in a phishing mail");
        console.answer("Block a file");
        var row = console.row(hash);
        assertThat(row).containsText("<b>Seen</b> in a phishing mail");
        assertThat(row).containsText("ada@example.com");
        console.looked("files-blocked");
        Console.button(row, Pattern.compile("^Allow again")).click();
        dialog.getByLabel("Why").fill("A false alarm");
        console.answer("Allow again");
        assertThat(console.text("No file is blocked")).isVisible();
    }

    @Test
    void whenAFileIsQuarantinedFromAMachinesPageThenItShowsAndComesBack(Console console, Stage stage) {
        var path = stage.fleet().put("dropper.sh", MALWARE);
        console.open("machines");
        console.row("web-1.example.test").click();
        console.button("Quarantine file").click();
        var dialog = console.dialog();
        dialog.getByLabel("Comment").fill("Suspicious");
        dialog.getByLabel("SHA-1 of the file").fill("abc");
        Console.button(dialog, "Quarantine file").click();
        assertThat(dialog).containsText("40 characters");
        dialog.getByLabel("SHA-1 of the file").fill(sha1(MALWARE));
        console.looked("dialog-quarantine");
        console.answer("Quarantine file");
        waitFor("the file in the vault", () -> !stage.fleet().has(path));
        console.open("files?part=quarantine");
        var row = console.row("dropper.sh");
        console.untilShown(row);
        console.looked("files-quarantine");
        Console.button(row, "Restore dropper.sh").click();
        dialog.getByLabel("Why").fill("Needed as evidence");
        Axe.assertNoBarriers(console.page(), "dialog that restores");
        console.answer("Restore");
        waitFor("the file back in its place", () -> stage.fleet().has(path));
    }

    @Test
    void whenSeveralFilesAreHeldThenManyOrAllOfAKindComeBackAtOnce(Console console, Stage stage) {
        var one = stage.fleet().office(2);
        var other = stage.fleet().office(3);
        hold(stage, one, "tool.sh", TOOL);
        hold(stage, other, "tool.sh", TOOL);
        console.open("files?part=quarantine");
        console.untilShown(console.row("tool.sh").nth(1));
        Console.button(console.row("tool.sh").first(), "Restore tool.sh everywhere")
                .click();
        console.dialog().getByLabel("Why").fill("It is our own");
        assertThat(Console.button(console.dialog(), "Restore")).isDisabled();
        console.dialog().getByLabel("Type “tool.sh” to go on").fill("tool.sh");
        console.looked("dialog-restore-everywhere");
        console.answer("Restore");
        waitFor("the file back on both", () -> has(one, "tool.sh") && has(other, "tool.sh"));

        hold(stage, one, "first.sh", "first".getBytes(StandardCharsets.UTF_8));
        hold(stage, one, "second.sh", "second".getBytes(StandardCharsets.UTF_8));
        console.open("files?part=quarantine");
        console.untilShown(console.row("first.sh"));
        console.untilShown(console.row("second.sh"));
        console.row("first.sh").getByRole(AriaRole.CHECKBOX).check();
        console.row("second.sh").getByRole(AriaRole.CHECKBOX).check();
        assertThat(console.text("2 selected")).isVisible();
        Console.button(console.page().getByRole(AriaRole.MAIN), "Restore").click();
        console.dialog().getByLabel("Why").fill("Both harmless");
        console.dialog().getByLabel("Type “restore” to go on").fill("restore");
        Axe.assertNoBarriers(console.page(), "dialog that restores many");
        console.answer("Restore");
        waitFor("both files back", () -> has(one, "first.sh") && has(one, "second.sh"));
    }

    @Test
    void whenASampleIsAskedForThenItsLinkOpensIt(Console console, Stage stage) throws IOException {
        stage.fleet().put("sample.bin", MALWARE);
        console.open("machines");
        console.row("web-1.example.test").click();
        console.button("Request sample").click();
        var dialog = console.dialog();
        dialog.getByLabel("Comment").fill("To look at");
        dialog.getByLabel("SHA-1 of the file").fill(sha1(MALWARE));
        Axe.assertNoBarriers(console.page(), "dialog that asks for a sample");
        console.answer("Request sample");
        console.open("files?part=samples");
        var links = Console.button(console.row("To look at"), Pattern.compile("^Get links"));
        console.untilShown(links);
        console.looked("files-samples");
        links.click();
        assertThat(dialog).containsText("infected");
        Axe.assertNoBarriers(console.page(), "links to samples");
        var download = console.page()
                .waitForDownload(
                        () -> dialog.getByRole(AriaRole.LINK, new Locator.GetByRoleOptions().setName("Download"))
                                .first()
                                .click());
        assertThat(Files.size(download.path())).isPositive();
        Console.button(dialog, "Close").first().click();
        console.open("machines");
        console.row("web-1.example.test").click();
        console.button("Download sample").first().click();
        assertThat(dialog).containsText("infected");
        Console.button(dialog, "Close").first().click();
    }

    /** Has a file taken away by the API, and waits until it is. */
    private static void hold(Stage stage, SimulatedMachine machine, String name, byte[] content) {
        Fleet.put(machine, name, content);
        stage.cordon()
                .playbook()
                .post(
                        "/api/machines/" + machine.name() + "/StopAndQuarantineFile",
                        "{\"Comment\":\"Suspicious\",\"Sha1\":\"" + sha1(content) + "\"}")
                .orThrow();
        waitFor(name + " in the vault", () -> !has(machine, name));
    }

    private static boolean has(SimulatedMachine machine, String name) {
        return machine.tasks().file("/srv/" + name).isPresent();
    }

    private static String sha1(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(content));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
