package dev.cordon.agent.collection;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Makes names that a machine chose safe to show and to use: a name may hold line breaks, escape sequences of terminals
 * and path separators. Stateless.
 */
final class SafeText {

    private static final int LONGEST_SEGMENT = 150;

    private SafeText() {}

    /** The text on one line: control characters, and the backslash that marks them, as {@code \xNN}. */
    static String line(String text) {
        var line = new StringBuilder(text.length());
        text.codePoints().forEach(c -> {
            if (c == '\\' || Character.isISOControl(c) || isInvisible(c)) {
                for (byte octet : Character.toString(c).getBytes(StandardCharsets.UTF_8)) {
                    line.append(String.format(Locale.ROOT, "\\x%02x", octet & 0xff));
                }
            } else {
                line.appendCodePoint(c);
            }
        });
        return line.toString();
    }

    /** Formats, line separators and surrogates: what can reorder or hide text. */
    private static boolean isInvisible(int c) {
        return switch (Character.getType(c)) {
            case Character.FORMAT, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR, Character.SURROGATE -> true;
            default -> false;
        };
    }

    /** The path as a name inside a zip: relative, without anything but plain characters, others as {@code %XX}. */
    static String entryName(String path) {
        var name = new StringBuilder(path.length());
        for (var segment : path.split("/", -1)) {
            if (!segment.isEmpty()) {
                name.append(name.isEmpty() ? "" : "/").append(segment(segment));
            }
        }
        return name.toString();
    }

    private static String segment(String text) {
        if (text.equals(".") || text.equals("..")) {
            return text.replace(".", "%2E");
        }
        var segment = new StringBuilder(text.length());
        for (byte octet : text.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (octet & 0xff);
            boolean plain = c < 0x7f && (Character.isLetterOrDigit(c) || " ._-+=@,()".indexOf(c) >= 0);
            segment.append(plain ? String.valueOf(c) : String.format(Locale.ROOT, "%%%02X", octet & 0xff));
        }
        return segment.length() <= LONGEST_SEGMENT
                ? segment.toString()
                : segment.substring(0, LONGEST_SEGMENT) + "~" + Integer.toHexString(text.hashCode());
    }
}
