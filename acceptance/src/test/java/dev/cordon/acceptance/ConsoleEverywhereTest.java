package dev.cordon.acceptance;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What holds for every page: narrow screens, another language, the keyboard alone, and people who may only look. */
@ExtendWith(Stage.Setting.class)
class ConsoleEverywhereTest {

    @Test
    void whenTheScreenIsNarrowAndTheLanguageKoreanThenEveryPageFits(Console console) {
        var page = console.page();
        console.open("");
        page.keyboard().press("Control+k");
        page.getByRole(AriaRole.OPTION, new Page.GetByRoleOptions().setName("한국어"))
                .click();
        assertThat(console.heading()).hasText("홈");
        page.setViewportSize(375, 800);
        try {
            for (var place : List.of(
                    "", "machines", "actions", "files", "access", "access?part=users", "access?part=signIn", "audit")) {
                console.open(place);
                assertThat((Boolean) page.evaluate("document.documentElement.scrollWidth <= innerWidth"
                                + " && document.querySelector('main').scrollWidth <= innerWidth"))
                        .as("%s fits", place)
                        .isTrue();
                console.looked("narrow-" + place.replaceFirst("\\?part=", "-").replaceFirst("^$", "home"));
            }
        } finally {
            page.setViewportSize(1440, 900);
            page.evaluate("localStorage.removeItem('cordon.language')");
            page.reload();
        }
        assertThat(console.heading()).hasText("Audit");
    }

    @Test
    void whenOnlyTheKeyboardIsUsedThenEveryPageIsReached(Console console) {
        var keyboard = console.page().keyboard();
        console.open("");
        keyboard.press("Control+k");
        var palette = console.dialog();
        assertThat(palette.getByRole(AriaRole.OPTION, new Locator.GetByRoleOptions().setName("Audit")))
                .isVisible();
        Axe.assertNoBarriers(console.page(), "command palette");
        Screens.keep(console.page(), "palette");
        keyboard.type("aud");
        keyboard.press("Enter");
        assertThat(console.heading()).hasText("Audit");
        keyboard.press("Control+k");
        keyboard.type("web-1");
        assertThat(palette.getByRole(AriaRole.OPTION, new Locator.GetByRoleOptions().setName("web-1.example.test")))
                .isVisible();
        keyboard.press("Escape");
        assertThat(palette).isHidden();
        keyboard.press("?");
        assertThat(palette).containsText("Keyboard shortcuts");
        Axe.assertNoBarriers(console.page(), "keyboard shortcuts");
        keyboard.press("Escape");
        assertThat(palette).isHidden();
        keyboard.press("g");
        keyboard.press("f");
        assertThat(console.heading()).hasText("Files");
    }

    @Test
    void whenSomebodyMayOnlyLookThenNothingElseIsOfferedAndWhyIsSaid(Stage stage) {
        stage.cordon().role("Reader", "ViewData");
        try (var reader = stage.enter("rhea@example.com", "Rhea Example", "Reader")) {
            reader.open("machines");
            reader.row("web-1.example.test").click();
            assertThat(reader.heading()).hasText("web-1.example.test");
            var isolate = reader.button("Isolate");
            assertThat(isolate).hasAttribute("aria-disabled", "true");
            assertThat(isolate).hasAccessibleDescription(Pattern.compile("You lack the permission Machine.Isolate"));
            isolate.click(new Locator.ClickOptions().setForce(true));
            assertThat(reader.dialog()).isHidden();
            reader.looked("reader-machine");
            for (var place : List.of("access", "access?part=users", "audit")) {
                reader.open(place);
                assertThat(reader.text("You may not see this")).isVisible();
                reader.looked("reader-" + place.replaceFirst("\\?part=", "-"));
            }
        }
    }
}
