package dev.cordon.cli.output;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * Lines of progress that redraw themselves, on a terminal that can and nowhere else, and leave nothing behind. For one
 * thread.
 */
public final class Progress implements AutoCloseable {

    private static final int MOST_LINES = 10;

    /** Between name, bar, percent and what is being done. */
    private static final int GAP = 2;

    private static final int PERCENT = 5;

    /** A row that is too long, because the terminal became narrower, is cut and does not become two. */
    private static final String NO_WRAP = "\u001b[?7l";

    private static final String WRAP = "\u001b[?7h";

    private final Screen screen;
    private final PrintWriter err;
    private final int width;
    private final int bar;
    private int drawn;

    /**
     * How far something is.
     *
     * @param percent empty if nobody knows
     */
    public record Line(String name, OptionalInt percent, String doing) {}

    public Progress(Screen screen) {
        this.screen = screen;
        this.err = screen.err();
        this.width = screen.terminal().width() - 1;
        this.bar = width < 32 ? 0 : width < 60 ? 8 : 20;
    }

    /** Whether anybody sees it. */
    public boolean visible() {
        return screen.terminal().err() && screen.terminal().moves();
    }

    /** Draws these lines in place of those drawn before; of many only the first few. */
    public void draw(List<Line> lines) {
        if (!visible()) {
            return;
        }
        int widest = lines.stream()
                .mapToInt(line -> Cells.width(Printable.cell(line.name())))
                .max()
                .orElse(0);
        int names = Math.min(widest, Math.max(8, (width - bar - PERCENT - 2 * GAP) * 3 / 5));
        List<String> rows = new ArrayList<>();
        lines.stream().limit(MOST_LINES).forEach(line -> rows.add(row(line, names)));
        if (lines.size() > MOST_LINES) {
            rows.add("… and " + (lines.size() - MOST_LINES) + " more");
        }
        erase();
        err.print(NO_WRAP + String.join("\n", rows) + "\n" + WRAP);
        err.flush();
        drawn = rows.size();
    }

    private String row(Line line, int names) {
        String name = Cells.cut(Printable.cell(line.name()), names);
        int full = line.percent().orElse(0) * bar / 100;
        String done = "█".repeat(full);
        String left = "░".repeat(bar - full);
        String percent = line.percent().isPresent()
                ? String.format("%4d%%", line.percent().getAsInt())
                : " ".repeat(PERCENT);
        int room = width - names - GAP - bar - PERCENT - GAP;
        String doing = room < 4 ? "" : Cells.cut(Printable.cell(line.doing()), room);
        String shown = screen.coloursProgress() ? Colour.OPEN.paint(done) + Colour.DIM.paint(left) : done + left;
        return (name + " ".repeat(names - Cells.width(name) + GAP) + shown + percent + " ".repeat(GAP) + doing)
                .stripTrailing();
    }

    private void erase() {
        if (drawn > 0) {
            err.print("\u001b[" + drawn + "A\u001b[0J");
        }
        drawn = 0;
    }

    @Override
    public void close() {
        erase();
        err.flush();
    }
}
