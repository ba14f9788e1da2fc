package dev.cordon.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/**
 * Looks for barriers with axe-core, all of its rules, in the light and the dark theme. Whatever still moves is brought to its
 * end first, for colours on their way say nothing. Stateless.
 */
final class Axe {

    private static final String SOURCE = source();

    private static final String RUN = """
            async () => {
              const moving = () => document.getAnimations().filter(one => one.effect.getComputedTiming().endTime !== Infinity)
              const frame = () => new Promise(next => requestAnimationFrame(next))
              await frame()
              // a colour that is on its way is inherited by one that starts after it
              for (let look = 0; look < 100 && (await frame(), moving().length); look++) moving().forEach(one => one.finish())
              const found = await axe.run(document, { resultTypes: ['violations'] })
              return found.violations.flatMap(rule => rule.nodes.map(node =>
                rule.id + ': ' + rule.help + ' | ' + node.html + ' | ' + node.failureSummary))
            }
            """;

    private Axe() {}

    /** Fails with every barrier that the page has now; the page keeps its light theme. */
    static void assertNoBarriers(Page page, String name) {
        if (Boolean.FALSE.equals(page.evaluate("typeof axe === 'object'"))) {
            page.evaluate(SOURCE);
        }
        for (var theme : List.of(ColorScheme.DARK, ColorScheme.LIGHT)) {
            page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(theme));
            assertThat((List<?>) page.evaluate(RUN))
                    .as(name + ", " + theme + ", " + page.url())
                    .isEmpty();
        }
    }

    private static String source() {
        try (var stream = Objects.requireNonNull(Axe.class.getResourceAsStream("/axe.min.js"))) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
