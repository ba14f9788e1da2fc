package dev.cordon.cli.output;

import java.util.List;

/**
 * Lines of RFC 4180. A text that a spreadsheet would take for a formula gets an apostrophe before it, because names of
 * machines and comments are chosen by others.
 */
final class Csv {

    private static final String END = "\r\n";
    private static final String FORMULA = "=+-@\t\r";

    private Csv() {}

    static String line(List<String> cells) {
        return String.join(",", cells.stream().map(Csv::cell).toList()) + END;
    }

    private static String cell(String raw) {
        boolean formula = !raw.isEmpty() && FORMULA.indexOf(raw.charAt(0)) >= 0 && !number(raw);
        String text = Printable.cell(formula ? "'" + raw : raw);
        boolean quoted = text.indexOf(',') >= 0 || text.indexOf('"') >= 0;
        return quoted ? '"' + text.replace("\"", "\"\"") + '"' : text;
    }

    private static boolean number(String text) {
        return text.matches("-?\\d+(\\.\\d+)?");
    }
}
