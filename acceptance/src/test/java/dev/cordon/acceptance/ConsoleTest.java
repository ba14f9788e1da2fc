package dev.cordon.acceptance;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static dev.cordon.acceptance.Installation.PASSWORD;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.AriaRole;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The console as people use it: against a real server with a real agent, every page looked at for barriers. */
class ConsoleTest {

    /** How long a machine may take on a busy computer. */
    private static final Duration MACHINE = Duration.ofSeconds(90);

    private static final byte[] MALWARE = "#!/bin/sh\necho unwanted\n".getBytes(StandardCharsets.UTF_8);

    @TempDir
    static Path directory;

    private static Fleet fleet;
    private static Installation cordon;
    private static Chromium chromium;
    private static Page page;

    @BeforeAll
    static void start() {
        fleet = Fleet.open(directory);
        cordon = Installation.start(directory, fleet.address());
        fleet.join(cordon, 3);
        chromium = Chromium.start(fleet.beside());
        cordon.role(
                "Incident response",
                "ViewData",
                "ActiveRemediationActions",
                "AlertsInvestigation",
                "ManagePortalSettings");
        page = chromium.profile();
        page.navigate(cordon.invite("ada@example.com", "Ada Example", false, "Incident response"));
        page.getByLabel("New password").fill(PASSWORD);
        page.getByLabel("The same again").fill(PASSWORD);
        button(page, "Set password").click();
        assertThat(heading(page)).hasText("Your password is set");
        page.navigate(cordon.url() + "/console/");
        page.getByLabel("Organization").fill("example.test");
        Axe.assertNoBarriers(page, "sign-in of the console");
        button(page, "Sign in").click();
        page.getByLabel("User name").fill("ada@example.com");
        page.getByLabel("Password").fill(PASSWORD);
        button(page, "Sign in").click();
        assertThat(heading(page)).hasText("Home");
    }

    @AfterAll
    static void end() {
        if (chromium != null) {
            chromium.close();
        }
        if (cordon != null) {
            cordon.close();
        }
        if (fleet != null) {
            fleet.close();
        }
    }

    @Test
    void whenAMachineIsIsolatedThenItHappensOnTheScreenAndOnTheMachine() throws IOException {
        open("machines");
        assertThat(page.getByRole(AriaRole.ROW)).not().hasCount(0);
        looked("machines");
        row("web-1.example.test").click();
        assertThat(heading(page)).hasText("web-1.example.test");
        looked("machine");
        ask("Isolate", "Talks to a known bad address");
        assertThat(page.getByText("Isolated").first()).isVisible();
        waitFor("the cut", () -> fleet.first().isolated());
        looked("machine-isolated");
        open("actions");
        looked("actions");
        open("");
        assertThat(page.getByRole(
                        AriaRole.LINK, new Page.GetByRoleOptions().setName(Pattern.compile("^Isolated\\s*1$"))))
                .isVisible();
        looked("home");
        open("machines");
        row("web-1.example.test").click();
        ask("Collect package", "To look at calmly");
        var download = page.getByRole(
                AriaRole.BUTTON, new Page.GetByRoleOptions().setName(Pattern.compile("^Download package")));
        assertThat(download.first())
                .isVisible(new LocatorAssertions.IsVisibleOptions().setTimeout((double) MACHINE.toMillis()));
        var fetched = page.waitForDownload(() -> download.first().click());
        assertThat(Files.size(fetched.path())).isPositive();
        ask("Release from isolation", "Clean again");
        waitFor("the release", () -> !fleet.first().isolated());
    }

    @Test
    void whenTheScreenIsNarrowAndTheLanguageKoreanThenEveryPageFits() {
        open("");
        page.keyboard().press("Control+k");
        page.getByRole(AriaRole.OPTION, new Page.GetByRoleOptions().setName("한국어"))
                .click();
        assertThat(heading(page)).hasText("홈");
        page.setViewportSize(375, 800);
        try {
            for (var place : List.of("", "machines", "actions", "files", "access", "access?part=users", "audit")) {
                open(place);
                assertThat((Boolean) page.evaluate("document.documentElement.scrollWidth <= innerWidth"
                                + " && document.querySelector('main').scrollWidth <= innerWidth"))
                        .as("%s fits", place)
                        .isTrue();
                looked("narrow-" + place.replaceFirst("\\?part=", "-").replaceFirst("^$", "home"));
            }
        } finally {
            page.setViewportSize(1440, 900);
            page.evaluate("localStorage.removeItem('cordon.language')");
            page.reload();
        }
        assertThat(heading(page)).hasText("Audit");
    }

    /** Orders something from the page of a machine: the button, the comment, the button. */
    private static void ask(String action, String comment) {
        button(page, action).click();
        var dialog = page.getByRole(AriaRole.DIALOG);
        dialog.getByLabel("Comment").fill(comment);
        Axe.assertNoBarriers(page, "dialog of " + action);
        Screens.keep(page, "dialog-" + action.toLowerCase(Locale.ROOT).replace(' ', '-'));
        button(dialog, action).click();
        assertThat(dialog).isHidden();
    }

    @Test
    void whenAFileIsBlockedThenTheListShowsItUntilItIsAllowedAgain() {
        open("files");
        looked("files-empty");
        button(page, "Block a file").click();
        var dialog = page.getByRole(AriaRole.DIALOG);
        dialog.getByLabel("Hash").fill("not a hash");
        assertThat(dialog).containsText("A hash has 64, 40 or 32 hex digits.");
        Axe.assertNoBarriers(page, "dialog that blocks");
        var hash = "ab".repeat(32);
        dialog.getByLabel("Hash").fill(hash);
        dialog.getByLabel("Why").fill("<b>Seen</b> in a phishing mail");
        button(dialog, "Block a file").click();
        assertThat(dialog).isHidden();
        var row = row(hash);
        assertThat(row).containsText("<b>Seen</b> in a phishing mail");
        assertThat(row).containsText("ada@example.com");
        looked("files-blocked");
        row.getByRole(AriaRole.BUTTON, named(Pattern.compile("^Allow again"))).click();
        dialog.getByLabel("Why").fill("A false alarm");
        button(dialog, "Allow again").click();
        assertThat(page.getByText("No file is blocked")).isVisible();
    }

    @Test
    void whenAFileIsInQuarantineThenItShowsByItselfAndComesBack() {
        var path = fleet.put("dropper.sh", MALWARE);
        open("files?part=quarantine");
        assertThat(page.getByText("No file is in quarantine")).isVisible();
        cordon.playbook()
                .post(
                        "/api/machines/web-1.example.test/StopAndQuarantineFile",
                        "{\"Comment\":\"Suspicious\",\"Sha1\":\"" + sha1(MALWARE) + "\"}")
                .orThrow();
        waitFor("the file in the vault", () -> !fleet.has(path));
        var row = row("dropper.sh");
        untilShown(row);
        looked("files-quarantine");
        button(row, "Restore dropper.sh").click();
        var dialog = page.getByRole(AriaRole.DIALOG);
        dialog.getByLabel("Why").fill("Needed as evidence");
        Axe.assertNoBarriers(page, "dialog that restores");
        button(dialog, "Restore").click();
        assertThat(dialog).isHidden();
        waitFor("the file back in its place", () -> fleet.has(path));
    }

    @Test
    void whenASampleWasBroughtThenItsLinkOpensIt() throws IOException {
        fleet.put("sample.bin", MALWARE);
        cordon.playbook()
                .post(
                        "/api/machines/web-1.example.test/requestSample",
                        "{\"Comment\":\"To look at\",\"Sha1\":\"" + sha1(MALWARE) + "\"}")
                .orThrow();
        open("files?part=samples");
        var row = row("To look at");
        untilShown(row.getByRole(AriaRole.BUTTON, named(Pattern.compile("^Get links"))));
        looked("files-samples");
        row.getByRole(AriaRole.BUTTON, named(Pattern.compile("^Get links"))).click();
        var dialog = page.getByRole(AriaRole.DIALOG);
        assertThat(dialog).containsText("infected");
        Axe.assertNoBarriers(page, "links to samples");
        var download = page.waitForDownload(
                () -> dialog.getByRole(AriaRole.LINK, new Locator.GetByRoleOptions().setName("Download"))
                        .first()
                        .click());
        assertThat(Files.size(download.path())).isPositive();
        button(dialog, "Close").click();
    }

    @Test
    void whenAnApplicationIsMadeThenItsSecretIsShownOnceAndGivesTokens() {
        open("access");
        looked("access-applications");
        button(page, "New application").click();
        var dialog = page.getByRole(AriaRole.DIALOG);
        dialog.getByLabel("Name").fill("Night shift");
        dialog.getByLabel("Machine.Isolate").check();
        Axe.assertNoBarriers(page, "dialog of a new application");
        button(dialog, "New application").click();
        assertThat(dialog).containsText("It has no secret");
        Axe.assertNoBarriers(page, "dialog of an application");
        button(dialog, "New secret").click();
        var once = page.getByRole(AriaRole.DIALOG, new Page.GetByRoleOptions().setName("The secret of Night shift"));
        var secret = once.getByLabel("Secret", new Locator.GetByLabelOptions().setExact(true))
                .textContent();
        var client = once.getByLabel("Client id", new Locator.GetByLabelOptions().setExact(true))
                .textContent();
        button(once, "Done").click();
        assertThat(once).isHidden();
        assertThat(page.getByRole(AriaRole.DIALOG)).containsText("begins with " + secret.substring(0, 2));
        page.keyboard().press("Escape");
        assertThat(page.getByRole(AriaRole.DIALOG)).isHidden();
        assertThat(cordon.form(
                                "/" + cordon.tenantId() + "/oauth2/v2.0/token",
                                "grant_type=client_credentials&client_id=" + client + "&client_secret="
                                        + encoded(secret)
                                        + "&scope=https%3A%2F%2Fapi.securitycenter.microsoft.com%2F.default")
                        .path("access_token")
                        .asString(""))
                .isNotEmpty();
    }

    @Test
    void whenAPersonIsInvitedThenTheirLinkLetsThemChooseAPassword() {
        open("access?part=users");
        assertThat(row("ada@example.com")).containsText("Incident response");
        looked("access-users");
        button(page, "New user").click();
        var dialog = page.getByRole(AriaRole.DIALOG);
        dialog.getByLabel("User name").fill("bo@example.com");
        dialog.getByLabel("Name", new Locator.GetByLabelOptions().setExact(true))
                .fill("Bo <script>alert(1)</script>");
        dialog.getByLabel("Incident response").check();
        Axe.assertNoBarriers(page, "dialog of a new user");
        button(dialog, "New user").click();
        var once =
                page.getByRole(AriaRole.DIALOG, new Page.GetByRoleOptions().setName("Invitation for bo@example.com"));
        var link = once.getByLabel("Link", new Locator.GetByLabelOptions().setExact(true))
                .textContent();
        Axe.assertNoBarriers(page, "what is shown once");
        button(once, "Done").click();
        assertThat(row("bo@example.com")).containsText("Bo <script>alert(1)</script>");
        try (var other = chromium.profile()) {
            other.navigate(link);
            assertThat(heading(other)).hasText("Choose a password");
        }
    }

    @Test
    void whenMachinesAreGroupedThenARoleReachesThem() {
        open("access?part=groups");
        assertThat(page.getByText("No machine groups")).isVisible();
        button(page, "New machine group").click();
        var dialog = page.getByRole(AriaRole.DIALOG);
        dialog.getByLabel("Name", new Locator.GetByLabelOptions().setExact(true))
                .fill("Web servers");
        dialog.getByLabel("Value").fill("web-");
        Axe.assertNoBarriers(page, "dialog of a machine group");
        button(dialog, "New machine group").click();
        assertThat(row("Web servers")).containsText("Name begins with web-");
        looked("access-groups");
        open("access?part=roles");
        button(page, "New role").click();
        dialog.getByLabel("Name", new Locator.GetByLabelOptions().setExact(true))
                .fill("Web responders");
        dialog.getByLabel("All machines").uncheck();
        dialog.getByLabel("Web servers").check();
        Axe.assertNoBarriers(page, "dialog of a role");
        button(dialog, "New role").click();
        assertThat(row("Web responders")).containsText("Web servers");
        looked("access-roles");
    }

    @Test
    void whenAnEnrollmentTokenIsMadeThenItsCommandIsThereToCopy() {
        open("access?part=enrollment");
        button(page, "New enrollment token").click();
        var dialog = page.getByRole(AriaRole.DIALOG);
        dialog.getByLabel("What for").fill("Web servers");
        Axe.assertNoBarriers(page, "dialog of an enrollment token");
        button(dialog, "New enrollment token").click();
        var once = page.getByRole(AriaRole.DIALOG, new Page.GetByRoleOptions().setName("Enroll a machine"));
        assertThat(once.getByLabel("Run this as root on the machine")).containsText(cordon.url());
        button(once, "Done").click();
        assertThat(row("Web servers")).containsText("Active");
        looked("access-enrollment");
        open("access?part=outside");
        assertThat(page.getByText("No outside issuers")).isVisible();
        button(page, "Trust an issuer").click();
        Axe.assertNoBarriers(page, "dialog of an issuer");
        page.keyboard().press("Escape");
        looked("access-outside");
    }

    @Test
    void whenTheAuditLogIsSearchedVerifiedAndExportedThenItHoldsWhatWasDone() throws IOException {
        open("audit");
        page.getByLabel("Search event").fill("user.invited");
        assertThat(row("user.invited").first()).isVisible();
        looked("audit");
        row("user.invited").first().getByRole(AriaRole.BUTTON).click();
        var dialog = page.getByRole(AriaRole.DIALOG);
        assertThat(dialog).containsText("user.invited");
        Axe.assertNoBarriers(page, "an entry of the audit log");
        button(dialog, "Close").last().click();
        button(page, "Verify").click();
        assertThat(dialog).containsText("The chain is intact");
        Axe.assertNoBarriers(page, "verification of the audit log");
        page.keyboard().press("Escape");
        button(page, "Export").click();
        var download = page.waitForDownload(
                () -> page.getByRole(AriaRole.MENUITEM, new Page.GetByRoleOptions().setName("As CSV"))
                        .click());
        assertThat(Files.readString(download.path()))
                .startsWith("number,at,actor,event")
                .contains("user.invited");
    }

    @Test
    void whenOnlyTheKeyboardIsUsedThenEveryPageIsReached() {
        open("");
        page.keyboard().press("Control+k");
        var palette = page.getByRole(AriaRole.DIALOG);
        assertThat(palette.getByRole(AriaRole.OPTION, new Locator.GetByRoleOptions().setName("Audit")))
                .isVisible();
        Axe.assertNoBarriers(page, "command palette");
        Screens.keep(page, "palette");
        page.keyboard().type("aud");
        page.keyboard().press("Enter");
        assertThat(heading(page)).hasText("Audit");
        page.keyboard().press("Control+k");
        page.keyboard().type("web-1");
        assertThat(palette.getByRole(AriaRole.OPTION, new Locator.GetByRoleOptions().setName("web-1.example.test")))
                .isVisible();
        page.keyboard().press("Escape");
        assertThat(palette).isHidden();
        page.keyboard().press("?");
        assertThat(palette).containsText("Keyboard shortcuts");
        Axe.assertNoBarriers(page, "keyboard shortcuts");
        page.keyboard().press("Escape");
        assertThat(palette).isHidden();
        page.keyboard().press("g");
        page.keyboard().press("f");
        assertThat(heading(page)).hasText("Files");
    }

    /** A page of the console without loading it anew, so that nobody has to sign in again. */
    private static void open(String path) {
        page.navigate(cordon.url() + "/console/" + path);
        assertThat(heading(page)).isVisible();
        assertThat(page.getByRole(AriaRole.STATUS).and(page.getByLabel(Pattern.compile("Loading|불러오는 중"))))
                .hasCount(0);
    }

    private static void looked(String name) {
        assertThat(page.getByRole(AriaRole.STATUS).and(page.getByLabel(Pattern.compile("Loading|불러오는 중"))))
                .hasCount(0);
        Axe.assertNoBarriers(page, name);
        Screens.keep(page, name);
    }

    /** Waits for something that a machine has to do first. */
    private static void untilShown(Locator locator) {
        await().atMost(MACHINE)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofSeconds(2))
                .until(() -> {
                    if (!locator.isVisible()) {
                        page.reload();
                        assertThat(heading(page)).isVisible();
                        assertThat(page.getByRole(AriaRole.STATUS)
                                        .and(page.getByLabel(Pattern.compile("Loading|불러오는 중"))))
                                .hasCount(0);
                    }
                    return locator.isVisible();
                });
    }

    private static void waitFor(String what, Callable<Boolean> condition) {
        await(what).atMost(MACHINE).pollInterval(Duration.ofMillis(100)).until(condition);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static Locator row(String text) {
        return page.getByRole(AriaRole.ROW).filter(new Locator.FilterOptions().setHasText(text));
    }

    private static Locator heading(Page page) {
        return page.getByRole(AriaRole.HEADING, new Page.GetByRoleOptions().setLevel(1));
    }

    private static Locator button(Page page, String name) {
        return page.getByRole(
                AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name).setExact(true));
    }

    private static Locator button(Locator inside, String name) {
        return inside.getByRole(
                AriaRole.BUTTON, new Locator.GetByRoleOptions().setName(name).setExact(true));
    }

    private static Locator.GetByRoleOptions named(Pattern name) {
        return new Locator.GetByRoleOptions().setName(name);
    }

    private static String sha1(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(content));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
