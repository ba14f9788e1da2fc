package dev.cordon.acceptance;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import java.nio.file.Path;

/** Pictures for the documentation, taken when {@code -Dcordon.screenshots} is given and never otherwise. */
final class Screens {

    private static final boolean WANTED = System.getProperty("cordon.screenshots") != null;

    private Screens() {}

    /** Keeps what a page of the console looks like now, in the light and the dark theme. */
    static void keep(Page page, String name) {
        keep(page, "console", name, false);
    }

    /** Keeps the whole of a page, however long, in the light and the dark theme. */
    static void keepWhole(Page page, String folder, String name) {
        keep(page, folder, name, true);
    }

    private static void keep(Page page, String folder, String name, boolean whole) {
        if (!WANTED) {
            return;
        }
        var images = Path.of(System.getProperty("cordon.root", ".."), "docs", "images", folder);
        for (var theme : ColorScheme.values()) {
            if (theme == ColorScheme.NO_PREFERENCE) {
                continue;
            }
            page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(theme));
            var suffix = theme == ColorScheme.DARK ? "-dark" : "";
            page.screenshot(new Page.ScreenshotOptions()
                    .setPath(images.resolve(name + suffix + ".png"))
                    .setFullPage(whole));
        }
        page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.LIGHT));
    }
}
