package dev.cordon.cli.output;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/** Lines of progress that redraw themselves, on a terminal only, and leave nothing behind. For one thread. */
public final class Progress implements AutoCloseable {

    private static final int BAR = 20;
    private static final int MOST_LINES = 10;

    private final PrintWriter err;
    private final Terminal terminal;
    private int drawn;

    /**
     * How far something is.
     *
     * @param percent empty if nobody knows
     */
    public record Line(String name, OptionalInt percent, String doing) {}

    public Progress(Screen screen) {
        this.err = screen.err();
        this.terminal = screen.terminal();
    }

    /** Whether anybody sees it. */
    public boolean visible() {
        return terminal.err();
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
        int names = Math.min(widest, Math.max(8, terminal.width() - BAR - 24));
        List<String> rows = new ArrayList<>();
        lines.stream().limit(MOST_LINES).forEach(line -> rows.add(row(line, names)));
        if (lines.size() > MOST_LINES) {
            rows.add("… and " + (lines.size() - MOST_LINES) + " more");
        }
        erase();
        rows.forEach(row -> err.print(row + "\n"));
        err.flush();
        drawn = rows.size();
    }

    private String row(Line line, int names) {
        String name = Cells.cut(Printable.cell(line.name()), names);
        int full = line.percent().orElse(0) * BAR / 100;
        String done = "█".repeat(full);
        String left = "░".repeat(BAR - full);
        String percent = line.percent().isPresent()
                ? String.format("%4d%%", line.percent().getAsInt())
                : "     ";
        int room = terminal.width() - 1 - names - 2 - BAR - percent.length() - 2;
        String doing = room < 4 ? "" : Cells.cut(Printable.cell(line.doing()), room);
        String bar = terminal.colour() ? Colour.OPEN.paint(done) + Colour.DIM.paint(left) : done + left;
        return (name + " ".repeat(names - Cells.width(name)) + "  " + bar + percent + "  " + doing).stripTrailing();
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
