package dev.cordon.acceptance;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Nothing but the keyboard: every control is reached and seen, dialogs keep the focus, and give it back. */
@ExtendWith(Stage.Setting.class)
class ConsoleKeyboardTest {

    private static final int MOST_STEPS = 60;

    /** Where the focus is, what it is called, and whether one sees it. */
    private static final String FOCUS = """
            () => {
              const at = document.activeElement
              if (!at || at === document.body) return null
              const box = at.getBoundingClientRect(), style = getComputedStyle(at), label = at.closest('label')
              const ring = one => one && getComputedStyle(one).outlineStyle !== 'none' && parseFloat(getComputedStyle(one).outlineWidth) > 0
              window.seen ??= new Map()
              if (!window.seen.has(at)) window.seen.set(at, window.seen.size)
              return { id: window.seen.get(at), what: at.outerHTML.slice(0, 200),
                seen: box.width > 0 && box.height > 0 && style.visibility === 'visible' && (ring(at) || ring(label)) }
            }
            """;

    /** Of the first controls of a page, those that never had the focus. */
    private static final String LEFT_OUT = """
            () => [...document.querySelectorAll('header button, main a[href], main button, main select, main input')]
              .filter(one => !one.disabled && one.tabIndex >= 0 && one.offsetParent !== null)
              .slice(0, 25).filter(one => !window.seen.has(one)).map(one => one.outerHTML.slice(0, 200))
            """;

    @Test
    void whenTabIsPressedThenEveryControlOfAPageIsReachedAndSeen(Console console) {
        var page = console.page();
        for (var place : List.of(
                "", "machines", "actions", "files", "access", "access?part=users", "access?part=signIn", "audit")) {
            console.open(place);
            walk(page, place);
            assertThat((List<?>) page.evaluate(LEFT_OUT))
                    .as("never focused on /%s", place)
                    .isEmpty();
        }
    }

    @Test
    void whenADialogIsOpenThenItKeepsTheFocusAndGivesItBack(Console console, Stage stage) {
        stage.cordon()
                .post(
                        "/cordon/v1/applications",
                        Map.of("displayName", "Keyboard", "permissions", List.of("Machine.Read.All")));
        var page = console.page();
        console.open("access");
        opensAndCloses(page, console.button("New application"), console.dialog("New application"));
        var edit = console.button("Edit Keyboard");
        edit.focus();
        page.keyboard().press("Enter");
        var application = console.dialog("Keyboard");
        assertThat(application).isVisible();
        for (var part : List.of("Add certificate", "Add federated credential", "Change sign-in")) {
            opensAndCloses(page, Console.button(application, part), console.dialog(part));
        }
        page.keyboard().press("Escape");
        assertThat(application).isHidden();
        assertThat(edit).isFocused();
        for (var dialog : List.of(
                List.of("users", "New user"),
                List.of("roles", "New role"),
                List.of("enrollment", "New enrollment token"),
                List.of("signIn", "Require of everybody"),
                List.of("signIn", "Add issuer"),
                List.of("outside", "Trust an issuer"))) {
            console.open("access?part=" + dialog.getFirst());
            opensAndCloses(page, console.button(dialog.getLast()).first(), console.dialog(dialog.getLast()));
        }
        console.open("machines");
        console.row("office-1.example.test").focus();
        page.keyboard().press("Enter");
        assertThat(console.heading()).hasText("office-1.example.test");
        for (var action : List.of("Isolate", "Quarantine file")) {
            opensAndCloses(page, console.button(action), console.dialog(action + ": office-1.example.test"));
        }
        console.open("audit");
        opensAndCloses(page, console.button("Verify"), console.dialog("The chain is intact"));
    }

    /** By Enter, with the focus inside whatever is pressed, until Escape. */
    private static void opensAndCloses(Page page, Locator opener, Locator dialog) {
        opener.focus();
        page.keyboard().press("Enter");
        assertThat(dialog).isVisible();
        for (var key : List.of("Tab", "Tab", "Shift+Tab", "Shift+Tab", "Shift+Tab", "Shift+Tab", "Tab")) {
            page.keyboard().press(key);
            assertThat((Boolean) dialog.evaluate("dialog => dialog.contains(document.activeElement)"))
                    .as("the focus is in %s after %s", dialog, key)
                    .isTrue();
        }
        page.keyboard().press("Escape");
        assertThat(dialog).isHidden();
        assertThat(opener).isFocused();
    }

    /** Presses Tab until it goes around. */
    private static void walk(Page page, String place) {
        page.evaluate("() => { window.seen = new Map(); document.activeElement?.blur() }");
        var unseen = new ArrayList<Object>();
        var reached = new HashSet<Object>();
        Object before = null;
        for (int step = 0; step < MOST_STEPS; step++) {
            page.keyboard().press("Tab");
            var focus = (Map<?, ?>) page.evaluate(FOCUS);
            var now = focus == null ? null : focus.get("id");
            // a date takes the focus once for each of its parts
            if (now != null && !now.equals(before)) {
                if (!reached.add(now)) {
                    break;
                }
                if (!Boolean.TRUE.equals(focus.get("seen"))) {
                    unseen.add(focus.get("what"));
                }
            }
            before = now;
        }
        assertThat(unseen).as("focused but not seen on /%s", place).isEmpty();
    }
}
