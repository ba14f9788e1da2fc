package dev.cordon.cli.output;

/** How many columns of a terminal a text takes: two for East Asian wide characters, none for marks that combine. */
final class Cells {

    private static final char CUT = '…';

    private Cells() {}

    static int width(String text) {
        int width = 0;
        for (int at = 0; at < text.length(); ) {
            int c = text.codePointAt(at);
            width += width(c);
            at += Character.charCount(c);
        }
        return width;
    }

    /** The text in at most so many columns, its end replaced if it does not fit. */
    static String cut(String text, int columns) {
        if (width(text) <= columns) {
            return text;
        }
        var kept = new StringBuilder();
        int width = 0;
        for (int at = 0; at < text.length(); ) {
            int c = text.codePointAt(at);
            if (width + width(c) > columns - 1) {
                break;
            }
            kept.appendCodePoint(c);
            width += width(c);
            at += Character.charCount(c);
        }
        return kept.append(CUT).toString();
    }

    private static int width(int c) {
        if (c < 0x300) {
            return 1;
        }
        int type = Character.getType(c);
        if (type == Character.NON_SPACING_MARK || type == Character.ENCLOSING_MARK) {
            return 0;
        }
        return wide(c) ? 2 : 1;
    }

    /** The blocks that Unicode's East Asian Width calls wide or full-width, in one line each. */
    private static boolean wide(int c) {
        return (c >= 0x1100 && c <= 0x115F)
                || (c >= 0x2E80 && c <= 0xA4CF && c != 0x303F)
                || (c >= 0xA960 && c <= 0xA97F)
                || (c >= 0xAC00 && c <= 0xD7A3)
                || (c >= 0xF900 && c <= 0xFAFF)
                || (c >= 0xFE30 && c <= 0xFE6F)
                || (c >= 0xFF00 && c <= 0xFF60)
                || (c >= 0xFFE0 && c <= 0xFFE6)
                || (c >= 0x1F300 && c <= 0x1FAFF)
                || (c >= 0x20000 && c <= 0x3FFFD);
    }
}
