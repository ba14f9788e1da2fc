package dev.cordon.acceptance;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import java.nio.file.Path;

/** Pictures for the documentation, taken when {@code -Dcordon.screenshots} is given and never otherwise. */
final class Screens {

    private static final boolean WANTED = System.getProperty("cordon.screenshots") != null;

    private Screens() {}

    /** Keeps what the page looks like now, in the light and the dark theme. */
    static void keep(Page page, String name) {
        if (!WANTED) {
            return;
        }
        var folder = Path.of(System.getProperty("cordon.root", ".."), "docs", "images", "console");
        for (var theme : ColorScheme.values()) {
            if (theme == ColorScheme.NO_PREFERENCE) {
                continue;
            }
            page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(theme));
            var suffix = theme == ColorScheme.DARK ? "-dark" : "";
            page.screenshot(new Page.ScreenshotOptions().setPath(folder.resolve(name + suffix + ".png")));
        }
        page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.LIGHT));
    }
}
