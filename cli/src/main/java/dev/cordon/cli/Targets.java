package dev.cordon.cli;

import dev.cordon.cli.connection.RefusedException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

/**
 * Finds the machines that a command is about. A single id or name goes to the server as it is; where there are more, all
 * are looked up before anything is done to any of them.
 */
final class Targets {

    /** For the help of commands that take machines. */
    static final String DESCRIPTION =
            "Ids, names, tag:TAG for all machines with a tag, @FILE for a file with one of these a line (@- reads standard"
                    + " input)";

    private static final String TAG = "tag:";
    private static final Pattern ID = Pattern.compile("[0-9a-fA-F]{40}");
    private static final long LARGEST_FILE = 4 << 20;

    @Option(
            names = "--filter",
            paramLabel = "ODATA",
            description = "The machines that this lets through, for example: osPlatform eq 'Debian'")
    private Optional<String> filter = Optional.empty();

    @Option(
            names = {"-y", "--yes"},
            description = "Do not ask before acting on more than one machine; needed where nobody can be asked")
    private boolean yes;

    boolean yes() {
        return yes;
    }

    /**
     * The machines, each once.
     *
     * @throws IllegalArgumentException if there are none
     */
    List<Target> resolve(Console console, List<String> words) {
        if (filter.isEmpty() && words.size() == 1 && plain(words.getFirst())) {
            return List.of(new Target(words.getFirst(), words.getFirst()));
        }
        Map<String, Target> found = new LinkedHashMap<>();
        filter.ifPresent(text -> add(found, matching(console, text)));
        for (String word : words) {
            if (word.startsWith("@")) {
                lines(console, word.substring(1)).forEach(line -> add(found, one(console, line)));
            } else {
                add(found, one(console, word));
            }
        }
        if (found.isEmpty()) {
            throw new IllegalArgumentException(
                    words.isEmpty() && filter.isEmpty()
                            ? "Which machine? Name one, or say --filter."
                            : "No machine is meant by that: nothing was done.");
        }
        return List.copyOf(found.values());
    }

    private static boolean plain(String word) {
        return !word.startsWith("@") && !word.startsWith(TAG);
    }

    private static void add(Map<String, Target> found, List<Target> more) {
        more.forEach(target -> found.putIfAbsent(target.machine(), target));
    }

    private static List<Target> one(Console console, String word) {
        if (word.startsWith(TAG)) {
            return matching(console, "machineTags/any(tag: tag eq " + quoted(word.substring(TAG.length())) + ")");
        }
        try {
            return List.of(target(console.get("/api/machines/" + Console.encoded(word))));
        } catch (RefusedException e) {
            if (e.status() == 403 && ID.matcher(word).matches()) {
                return List.of(new Target(word, word));
            }
            throw e;
        }
    }

    private static List<Target> matching(Console console, String filter) {
        return console.all("/api/machines?$select=id,computerDnsName&$orderby=computerDnsName&$filter="
                        + Console.encoded(filter))
                .path("value")
                .valueStream()
                .map(Targets::target)
                .toList();
    }

    /** A text as an OData literal. */
    static String quoted(String text) {
        return "'" + text.replace("'", "''") + "'";
    }

    private static Target target(JsonNode machine) {
        String id = machine.path("id").asString();
        return new Target(id, machine.path("computerDnsName").asString(id));
    }

    private static List<String> lines(Console console, String file) {
        List<String> lines = new ArrayList<>();
        if (file.equals("-")) {
            for (var line = console.readLine(); line.isPresent(); line = console.readLine()) {
                lines.add(line.get());
            }
        } else {
            Path path = Path.of(file);
            try {
                if (Files.size(path) > LARGEST_FILE) {
                    throw new IllegalArgumentException(path + " is too large for a list of machines");
                }
                try (Stream<String> all = Files.lines(path, StandardCharsets.UTF_8)) {
                    all.forEach(lines::add);
                }
            } catch (IOException e) {
                throw new IllegalArgumentException("cannot read " + path + ": " + e.getMessage(), e);
            }
        }
        return lines.stream()
                .map(String::strip)
                .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                .toList();
    }
}
