package dev.cordon.cli.output;

/** Makes text from machines and from other people harmless on a terminal. */
public final class Printable {

    private Printable() {}

    /**
     * Replaces what a terminal would obey, or what would hide or turn text around: control characters (C0, DEL, C1),
     * bidirectional controls and all other characters that show nothing, line separators, halves of characters.
     */
    public static String cell(String text) {
        if (text.chars().allMatch(c -> c >= ' ' && c < 0x7F)) {
            return text;
        }
        return text.codePoints()
                .map(c -> dangerous(c) ? '\uFFFD' : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    /** JSON that is already escaped as JSON asks, with what a terminal would still obey escaped as well. */
    public static String json(String text) {
        var safe = new StringBuilder(text.length());
        text.codePoints().forEach(c -> {
            if (c != '\n' && dangerous(c)) {
                for (char half : Character.toChars(c)) {
                    safe.append(String.format("\\u%04x", (int) half));
                }
            } else {
                safe.appendCodePoint(c);
            }
        });
        return safe.toString();
    }

    private static boolean dangerous(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE -> true;
            default -> false;
        };
    }
}
