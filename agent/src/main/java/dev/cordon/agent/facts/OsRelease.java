package dev.cordon.agent.facts;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads os-release(5): {@code KEY=value} lines whose values may stand in quotes. Stateless. */
final class OsRelease {

    private static final int MAX_BYTES = 64 * 1024;

    private OsRelease() {}

    static Map<String, String> read(Path root) {
        for (var file : List.of("etc/os-release", "usr/lib/os-release")) {
            try (var in = Files.newInputStream(root.resolve(file))) {
                return parse(new String(in.readNBytes(MAX_BYTES), StandardCharsets.UTF_8));
            } catch (IOException e) {
                // not there: the next place
            }
        }
        return Map.of();
    }

    private static Map<String, String> parse(String text) {
        var values = new HashMap<String, String>();
        text.lines().map(String::strip).filter(line -> !line.startsWith("#")).forEach(line -> {
            int at = line.indexOf('=');
            if (at > 0) {
                values.put(line.substring(0, at), unquote(line.substring(at + 1)));
            }
        });
        return values;
    }

    private static String unquote(String value) {
        boolean quoted = value.length() >= 2 && (enclosed(value, "\"") || enclosed(value, "'"));
        return quoted ? value.substring(1, value.length() - 1) : value;
    }

    private static boolean enclosed(String value, String quote) {
        return value.startsWith(quote) && value.endsWith(quote);
    }
}
