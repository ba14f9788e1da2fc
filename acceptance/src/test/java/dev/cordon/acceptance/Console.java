package dev.cordon.acceptance;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static dev.cordon.acceptance.Installation.PASSWORD;
import static org.awaitility.Awaitility.await;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.assertj.core.api.Assertions;

/** The console as somebody has it before them: what they look for, by the names that a screen reader says, and what they do. */
final class Console implements AutoCloseable {

    /** How long a machine may take on a busy computer. */
    static final Duration MACHINE = Duration.ofSeconds(90);

    /** A control in Playwright's tree of what a screen reader gets, without a name. */
    private static final Pattern NAMELESS = Pattern.compile(
            "(?m)^\\s*- (button|link|textbox|searchbox|combobox|checkbox|radio|menuitem|dialog|grid|table)\\b(?! \")");

    private static final Pattern LOADING = Pattern.compile("Loading|불러오는 중");

    private final Page page;
    private final String url;

    private Console(Page page, String url) {
        this.page = page;
        this.url = url;
    }

    /** Invites a user, lets them choose a password and signs them in, by clicks. */
    static Console signIn(Page page, Installation cordon, String name, String displayName, String... roles) {
        page.onPageError(error -> System.err.println(page.url() + ": " + error));
        page.navigate(cordon.invite(name, displayName, false, roles));
        page.getByLabel("New password").fill(PASSWORD);
        page.getByLabel("The same again").fill(PASSWORD);
        var console = new Console(page, cordon.url() + "/console/");
        console.button("Set password").click();
        assertThat(console.heading()).hasText("Your password is set");
        page.navigate(console.url);
        page.getByLabel("Organization").fill("example.test");
        Axe.assertNoBarriers(page, "sign-in of the console");
        console.button("Sign in").click();
        page.getByLabel("User name").fill(name);
        page.getByLabel("Password").fill(PASSWORD);
        console.button("Sign in").click();
        assertThat(console.heading()).hasText("Home");
        return console;
    }

    Page page() {
        return page;
    }

    /** Goes to a place of the console and waits for what it shows. */
    void open(String place) {
        page.navigate(url + place);
        assertThat(heading()).isVisible();
        settled();
    }

    /** Looks for barriers at what is there now, and keeps a picture of it if pictures are wanted. */
    void looked(String name) {
        settled();
        Axe.assertNoBarriers(page, name);
        Assertions.assertThat(page.locator("body").ariaSnapshot())
                .as("what a screen reader says of %s", name)
                .doesNotContainPattern(NAMELESS);
        Screens.keep(page, name);
    }

    private void settled() {
        assertThat(page.getByRole(AriaRole.STATUS).and(page.getByLabel(LOADING)))
                .hasCount(0);
    }

    /** Waits for something that a machine has to do first. */
    void untilShown(Locator locator) {
        await().atMost(MACHINE)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofSeconds(2))
                .until(() -> {
                    if (!locator.isVisible()) {
                        page.reload();
                        assertThat(heading()).isVisible();
                        settled();
                    }
                    return locator.isVisible();
                });
    }

    /** Waits for a machine. */
    static void waitFor(String what, Callable<Boolean> condition) {
        await(what).atMost(MACHINE).pollInterval(Duration.ofMillis(100)).until(condition);
    }

    /** Orders something from the page of a machine: the button, the comment, the button. */
    void ask(String action, String comment) {
        button(action).click();
        dialog().getByLabel("Comment").fill(comment);
        Axe.assertNoBarriers(page, "dialog of " + action);
        Screens.keep(page, "dialog-" + action.toLowerCase(Locale.ROOT).replace(' ', '-'));
        answer(action);
    }

    /** Presses the button of the dialog and waits until the dialog is gone. */
    void answer(String button) {
        button(dialog(), button).click();
        assertThat(dialog()).isHidden();
    }

    Locator heading() {
        return page.getByRole(AriaRole.HEADING, new Page.GetByRoleOptions().setLevel(1));
    }

    Locator dialog() {
        return page.getByRole(AriaRole.DIALOG);
    }

    Locator dialog(String name) {
        return page.getByRole(AriaRole.DIALOG, new Page.GetByRoleOptions().setName(name));
    }

    Locator row(String text) {
        return page.getByRole(AriaRole.ROW).filter(new Locator.FilterOptions().setHasText(text));
    }

    Locator text(String text) {
        return page.getByText(text);
    }

    Locator button(String name) {
        return page.getByRole(
                AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name).setExact(true));
    }

    Locator button(Pattern name) {
        return page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name));
    }

    static Locator button(Locator inside, String name) {
        return inside.getByRole(
                AriaRole.BUTTON, new Locator.GetByRoleOptions().setName(name).setExact(true));
    }

    static Locator button(Locator inside, Pattern name) {
        return inside.getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName(name));
    }

    Locator menuItem(String name) {
        return page.getByRole(AriaRole.MENUITEM, new Page.GetByRoleOptions().setName(name));
    }

    static Locator label(Locator inside, String exactly) {
        return inside.getByLabel(exactly, new Locator.GetByLabelOptions().setExact(true));
    }

    @Override
    public void close() {
        page.context().close();
    }
}
