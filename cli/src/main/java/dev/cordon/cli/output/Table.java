package dev.cordon.cli.output;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * Rows in aligned columns under a heading. On a terminal lines are no longer than it is wide: first columns that can be
 * spared are left out, the last ones first, then the longest texts are cut. Elsewhere everything is shown.
 */
final class Table {

    private static final int GAP = 2;
    private static final int SHORTEST = 8;

    private final List<Head> heads;
    private final List<List<String>> rows = new ArrayList<>();

    /** What stands above a column. */
    record Head(String text, boolean status, boolean spare) {}

    Table(List<Head> heads) {
        this.heads = heads;
    }

    /** @param cells harmless text */
    void row(List<String> cells) {
        rows.add(cells);
    }

    /** The lines, without blanks at their ends. */
    List<String> lines(OptionalInt columns, boolean colour) {
        List<Integer> shown = new ArrayList<>();
        int[] widths = new int[heads.size()];
        for (int column = 0; column < widths.length; column++) {
            shown.add(column);
            widths[column] = Cells.width(heads.get(column).text());
            for (List<String> row : rows) {
                widths[column] = Math.max(widths[column], Cells.width(row.get(column)));
            }
        }
        if (columns.isPresent()) {
            fit(shown, widths, columns.getAsInt());
        }
        List<String> lines = new ArrayList<>();
        lines.add(line(heads.stream().map(Head::text).toList(), shown, widths, colour, true));
        rows.forEach(row -> lines.add(line(row, shown, widths, colour, false)));
        return lines;
    }

    private void fit(List<Integer> shown, int[] widths, int columns) {
        for (int column = heads.size() - 1; column >= 0 && total(shown, widths) > columns; column--) {
            if (heads.get(column).spare()) {
                shown.remove(Integer.valueOf(column));
            }
        }
        while (total(shown, widths) > columns) {
            int widest = shown.getFirst();
            for (int column : shown) {
                widest = widths[column] > widths[widest] ? column : widest;
            }
            if (widths[widest] <= SHORTEST) {
                return;
            }
            widths[widest] = Math.max(SHORTEST, widths[widest] - (total(shown, widths) - columns));
        }
    }

    private static int total(List<Integer> shown, int[] widths) {
        return shown.stream().mapToInt(column -> widths[column] + GAP).sum() - GAP;
    }

    private String line(List<String> row, List<Integer> shown, int[] widths, boolean colour, boolean heading) {
        var line = new StringBuilder();
        for (int column : shown) {
            String cell = Cells.cut(row.get(column), widths[column]);
            boolean last = column == shown.getLast();
            String padding = last ? "" : " ".repeat(widths[column] - Cells.width(cell) + GAP);
            line.append(colour ? painted(cell, row.get(column), heads.get(column), heading) : cell)
                    .append(padding);
        }
        return line.toString().stripTrailing();
    }

    private static String painted(String shown, String whole, Head head, boolean heading) {
        if (heading) {
            return Colour.HEADING.paint(shown);
        }
        return head.status() ? Colour.of(whole).paint(shown) : shown;
    }
}
