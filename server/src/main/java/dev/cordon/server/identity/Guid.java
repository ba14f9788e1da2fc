package dev.cordon.server.identity;

import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/** GUIDs as clients write them: with or without dashes, in any case. Kept in lower case with dashes. */
public final class Guid {

    private static final Pattern DASHED = Pattern.compile("\\p{XDigit}{8}(-\\p{XDigit}{4}){3}-\\p{XDigit}{12}");
    private static final Pattern PLAIN =
            Pattern.compile("(\\p{XDigit}{8})(\\p{XDigit}{4})(\\p{XDigit}{4})(\\p{XDigit}{4})(\\p{XDigit}{12})");

    private Guid() {}

    public static String random() {
        return UUID.randomUUID().toString();
    }

    /** The kept form; empty if the text is no GUID. */
    public static Optional<String> parse(String text) {
        if (DASHED.matcher(text).matches()) {
            return Optional.of(text.toLowerCase(Locale.ROOT));
        }
        var plain = PLAIN.matcher(text);
        return plain.matches()
                ? Optional.of(plain.replaceAll("$1-$2-$3-$4-$5").toLowerCase(Locale.ROOT))
                : Optional.empty();
    }
}
