package dev.cordon.cli;

/** Makes text from machines and from other people harmless on a terminal. */
final class Printable {

    private Printable() {}

    /**
     * Replaces what a terminal would obey or what would turn the line around: control characters (C0, DEL, C1) and
     * bidirectional controls.
     */
    static String cell(String text) {
        return text.codePoints()
                .map(c -> dangerous(c) ? '\uFFFD' : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    /** JSON that is already escaped as JSON asks, with what a terminal would still obey escaped as well. */
    static String json(String text) {
        var safe = new StringBuilder(text.length());
        text.chars().forEach(c -> {
            if (c != '\n' && dangerous(c)) {
                safe.append(String.format("\\u%04x", c));
            } else {
                safe.append((char) c);
            }
        });
        return safe.toString();
    }

    private static boolean dangerous(int c) {
        return Character.isISOControl(c)
                || c == 0x061C
                || (c >= 0x200E && c <= 0x200F)
                || (c >= 0x2028 && c <= 0x202E)
                || (c >= 0x2066 && c <= 0x2069);
    }
}
