package dev.cordon.cli;

import dev.cordon.cli.connection.UnreachableException;
import dev.cordon.cli.output.Column;
import dev.cordon.cli.output.Window;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.function.Supplier;
import tools.jackson.databind.node.ObjectNode;

/**
 * Shows a list on a terminal and looks again whenever something happens, until the person ends it by Ctrl-C. Between two
 * looks there is a second, however much happens.
 */
final class Watching {

    private static final Duration APART = Duration.ofSeconds(1);

    /** While all that happens is heard; and while nothing is. */
    private static final Duration HEARING = Duration.ofSeconds(30);

    private static final Duration DEAF = Duration.ofSeconds(2);

    private static final String SILENT = "The server does not answer: this is how it was. Ctrl-C ends";

    private final Console console;

    Watching(Console console) {
        this.console = console;
    }

    /**
     * Never ends by itself, also where the server does not answer for a while.
     *
     * @param kinds of events after which the list may be another
     * @param list looks at it; of more items than there is room for, one too many is enough
     */
    void run(String kinds, Supplier<ObjectNode> list, Column... columns) {
        if (!console.screen().people()) {
            throw new IllegalArgumentException(
                    "--watch is for people; programs follow GET /cordon/v1/events, or list again");
        }
        try (var window = new Window(console.screen());
                var end = new Interruption(window::close);
                var listening = new Listening(console.session(), "kinds=" + kinds)) {
            ObjectNode found = list.get();
            boolean answered = true;
            while (!end.happened()) {
                boolean more = found.path("value").size() > Window.room(console.screen());
                window.draw(answered ? title(more, listening.live()) : SILENT, found, columns);
                long drawn = System.nanoTime();
                listening.next(listening.live() ? HEARING : DEAF);
                while (System.nanoTime() - drawn < APART.toNanos()) {
                    listening.next(APART.minusNanos(System.nanoTime() - drawn));
                }
                try {
                    found = list.get();
                    answered = true;
                } catch (UnreachableException e) {
                    answered = false;
                }
            }
        }
    }

    private static String title(boolean more, boolean live) {
        return Instant.now().truncatedTo(ChronoUnit.SECONDS).toString().replace('T', ' ')
                + (live ? "  live" : "  looking every " + DEAF.toSeconds() + " s")
                + "  Ctrl-C ends"
                + (more ? "  There are more than fit: narrow it by --filter, --search, --tag" : "");
    }
}
