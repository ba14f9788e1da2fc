package dev.cordon.cli.output;

import java.io.PrintWriter;
import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * A list that fills a terminal and is drawn anew in its place. What stood there before comes back when it is closed. Safe
 * for being closed by another thread.
 */
public final class Window implements AutoCloseable {

    private static final String OPEN = "\u001b[?1049h\u001b[?25l\u001b[?7l";
    private static final String CLOSE = "\u001b[?7h\u001b[?25h\u001b[?1049l";
    private static final String HOME = "\u001b[H";
    private static final String REST_OF_LINE = "\u001b[K";
    private static final String REST = "\u001b[J";

    private final Screen screen;
    private final PrintWriter out;
    private boolean closed;

    /** @throws IllegalArgumentException if answers do not go to a terminal that can be drawn on */
    public Window(Screen screen) {
        if (!screen.terminal().out() || !screen.terminal().moves()) {
            throw new IllegalArgumentException("--watch draws on a terminal; there is none here");
        }
        this.screen = screen;
        this.out = screen.out();
        out.print(OPEN);
        out.flush();
    }

    /** How many items there is room for. */
    public static int room(Screen screen) {
        return screen.terminal().height() - 4;
    }

    /** @param title one line of our own */
    public synchronized void draw(String title, JsonNode answer, Column... columns) {
        if (closed) {
            return;
        }
        var text = new StringBuilder(HOME);
        line(text, title);
        line(text, "");
        List<String> lines = screen.lines(answer, columns);
        lines.stream().limit(room(screen) + 1).forEach(line -> line(text, line));
        out.print(text.append(REST));
        out.flush();
    }

    private static void line(StringBuilder text, String line) {
        text.append(line).append(REST_OF_LINE).append("\r\n");
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            out.print(CLOSE);
            out.flush();
        }
    }
}
