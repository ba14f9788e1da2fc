package dev.cordon.cli;

import dev.cordon.cli.connection.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.assertj.core.api.SoftAssertions;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;

/** Runs commands and holds what they say against the files in {@code golden}. */
final class Story {

    private static final Path GOLDEN =
            Path.of(System.getProperty("cordon.root"), "cli", "src", "test", "resources", "golden");
    /** How a command ends that did something, rather than refused to. */
    private static final Set<Integer> DONE = Set.of(ExitCode.OK, ExitCode.ACTION_FAILED, ExitCode.TIMED_OUT);

    private static final boolean WRITE = "write".equals(System.getProperty("cordon.golden"));

    private final Bed bed;
    private final Path directory;
    private final Normal normal;
    private final Set<String> untold = leaves();
    private final SoftAssertions all = new SoftAssertions();

    Story(Bed bed, Path directory) {
        this.bed = bed;
        this.directory = directory;
        this.normal = new Normal(Map.of(
                bed.place().url().toString(), "https://cordon.test:8443",
                directory.toString(), "FOLDER",
                System.getProperty("cordon.root"), "ROOT"));
    }

    /** A path in the test's own folder. */
    String folder(String name) {
        return directory.resolve(name).toString();
    }

    void tell(String name, String... command) throws IOException {
        as("responder", name, command);
    }

    void asAdministrator(String name, String... command) throws IOException {
        as("administrator", name, command);
    }

    void as(String profile, String name, String... command) throws IOException {
        Bed.Ran ran = bed.run(Map.of("CORDON_PROFILE", profile), "", command);
        String called = String.join(" ", command);
        if (DONE.contains(ran.status())) {
            String whole = String.join(" ", Cordon.listed(command)) + " ";
            untold.removeIf(leaf -> whole.startsWith(leaf + " "));
        }
        String text = normal.text("$ cordon " + called + "\n" + ran.out()
                + (ran.err().isEmpty() ? "" : "--- standard error\n" + ran.err()) + "--- status " + ran.status()
                + "\n");
        Path file = GOLDEN.resolve(name + ".txt");
        if (WRITE) {
            Files.createDirectories(GOLDEN);
            Files.writeString(file, text);
        }
        all.assertThat(text)
                .as("cordon %s; if this is meant, run with -Dcordon.golden=write", called)
                .isEqualTo(Files.readString(file));
    }

    /** The id of the first item of a list that the responder sees. */
    String firstId(String... command) {
        return id("responder", _ -> true, command);
    }

    /** The id of the first item of a list that the administrator sees. */
    String id(String... command) {
        return id("administrator", _ -> true, command);
    }

    /** The id of the item with this name. */
    String idWith(String name, String... command) {
        return id(
                "administrator",
                item -> name.equals(item.path("displayName").asString(""))
                        || name.equals(item.path("description").asString("")),
                command);
    }

    private String id(String profile, Predicate<JsonNode> which, String... command) {
        List<String> arguments = new ArrayList<>(List.of(command));
        arguments.addAll(List.of("--output", "json"));
        Bed.Ran ran = bed.run(Map.of("CORDON_PROFILE", profile), "", arguments.toArray(String[]::new));
        return Json.read(ran.out())
                .path("value")
                .valueStream()
                .filter(which)
                .findFirst()
                .orElseThrow(() -> new AssertionError(String.join(" ", command) + ": " + ran))
                .path("id")
                .asString();
    }

    /** The tenant's settings as they are. */
    String settings() {
        return bed.run(Map.of("CORDON_PROFILE", "administrator"), "", "settings", "show", "--output", "json")
                .out();
    }

    /** Ends the story: every step said what it should, and every command was in one. */
    void end() {
        all.assertThat(untold).as("commands that no step runs").isEmpty();
        all.assertAll();
    }

    /** All commands that do something, with the words that lead to them. */
    static Set<String> leaves() {
        var nowhere = new PrintWriter(Writer.nullWriter());
        try (var console = new Console(nowhere, nowhere, new BufferedReader(new StringReader("")), Map.of())) {
            Set<String> leaves = new TreeSet<>();
            leaves("", Cordon.commandLine(console), leaves);
            return leaves;
        }
    }

    private static void leaves(String words, CommandLine line, Set<String> leaves) {
        if (line.getSubcommands().isEmpty()) {
            leaves.add(words);
        }
        line.getSubcommands().forEach((name, below) -> leaves((words + " " + name).strip(), below, leaves));
    }
}
