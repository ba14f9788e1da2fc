package dev.cordon.server.odata;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The query of a URL, taken apart. Empty pairs are left out, parameters without a dollar sign are kept but mean nothing,
 * a system option that is not supported or stands twice is an error. Option names count in any case.
 */
record QueryOptions(List<Pair> pairs) {

    private static final Set<String> SUPPORTED =
            Set.of("$filter", "$orderby", "$top", "$skip", "$skiptoken", "$count", "$select", "$expand");

    /** Largest query that is read, in characters. */
    private static final int LONGEST = 256 * 1024;

    QueryOptions {
        pairs = List.copyOf(pairs);
    }

    static QueryOptions parse(@Nullable String query) {
        var pairs = new ArrayList<Pair>();
        if (query == null) {
            return new QueryOptions(pairs);
        }
        if (query.length() > LONGEST) {
            throw ODataErrors.option("The query", "it is longer than " + LONGEST + " characters");
        }
        for (var part : query.split("&", -1)) {
            int equals = part.indexOf('=');
            var name = decoded(equals < 0 ? part : part.substring(0, equals)).strip();
            var value = equals < 0 ? "" : decoded(part.substring(equals + 1)).strip();
            if (name.isEmpty()) {
                continue;
            }
            if (name.startsWith("$")) {
                name = name.toLowerCase(Locale.ROOT);
                check(name, pairs);
            }
            pairs.add(new Pair(name, value));
        }
        return new QueryOptions(pairs);
    }

    /** The value of an option, unless it is absent or empty. */
    Optional<String> value(String name) {
        return pairs.stream()
                .filter(pair -> pair.name().equals(name) && !pair.value().isEmpty())
                .map(Pair::value)
                .findFirst();
    }

    /** The same query with an option set. */
    QueryOptions with(String name, String value) {
        var changed = new ArrayList<>(without(name).pairs);
        changed.add(new Pair(name, value));
        return new QueryOptions(changed);
    }

    /** The same query without an option. */
    QueryOptions without(String name) {
        return new QueryOptions(
                pairs.stream().filter(pair -> !pair.name().equals(name)).toList());
    }

    /** The query as it stands in a URL; every character that some client would stumble over is escaped. */
    String encoded() {
        return String.join(
                "&",
                pairs.stream()
                        .map(pair -> encoded(pair.name()).replace("%24", "$") + "=" + encoded(pair.value()))
                        .toList());
    }

    private static void check(String name, List<Pair> before) {
        if (!SUPPORTED.contains(name)) {
            throw ODataErrors.option(
                    "The query option " + Texts.shortened(name),
                    "there are " + String.join(", ", SUPPORTED.stream().sorted().toList()));
        }
        if (before.stream().anyMatch(pair -> pair.name().equals(name))) {
            throw ODataErrors.option(name, "it stands twice");
        }
    }

    private static String decoded(String text) {
        try {
            var decoded = URLDecoder.decode(text, StandardCharsets.UTF_8);
            if (decoded.indexOf('\0') >= 0) {
                throw ODataErrors.option("The query", "it holds a null character");
            }
            return decoded;
        } catch (IllegalArgumentException e) {
            throw ODataErrors.option("The query", "a percent sign is not followed by two hex digits");
        }
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** A name and its value, decoded. */
    record Pair(String name, String value) {}
}
