package dev.cordon.server.machines;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of text that comes from a machine before it is stored. It is never refused, because a machine that
 * tells odd things must stay containable; control characters and lone surrogates become a question mark, and what is
 * too long is cut.
 */
final class FactText {

    private static final int REPLACEMENT = '?';

    private FactText() {}

    /** The text, at most {@code most} code points long; empty if the machine said nothing. */
    static String of(String said, int most) {
        var clean = new StringBuilder();
        said.strip()
                .codePoints()
                .limit(most)
                .forEach(point -> clean.appendCodePoint(isPlain(point) ? point : REPLACEMENT));
        return clean.toString();
    }

    /** The text, or null if the machine said nothing. */
    static @Nullable String orNull(String said, int most) {
        var text = of(said, most);
        return text.isEmpty() ? null : text;
    }

    /** The text in lower case, for names that compare without regard to case. */
    static @Nullable String nameOrNull(String said, int most) {
        var text = orNull(said, most);
        return text == null ? null : text.toLowerCase(Locale.ROOT);
    }

    private static boolean isPlain(int point) {
        return !Character.isISOControl(point) && Character.getType(point) != Character.SURROGATE;
    }
}
