package dev.cordon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.fleet.process.Programs;
import dev.cordon.fleet.process.RunningProgram;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** The documentation names only commands and options that exist, and its links lead somewhere. */
class DocumentationTest {

    private static final Path ROOT = Path.of(System.getProperty("cordon.root"));
    private static final Pattern SNIPPET = Pattern.compile("```sh\\n(.*?)```", Pattern.DOTALL);
    private static final Pattern COMMAND = Pattern.compile("\\./cordon ([^\\n`]*)");
    private static final Pattern LINK = Pattern.compile("\\]\\((?!https?:|#)([^)#\\s]+)[^)]*\\)");
    private static final Pattern OPTION = Pattern.compile("--[a-z-]+");

    @TempDir
    Path directory;

    @TestFactory
    Stream<DynamicTest> whenADocumentShowsACommandThenItExists() throws IOException {
        Map<String, String> help = Map.of(
                "server", helpOf("server", new Programs.SameClassPath().server(List.of("--help"))),
                "agent", helpOf("agent", new Programs.SameClassPath().agent(List.of("--help"))),
                "launcher", helpOf("help", List.of(ROOT.resolve("cordon").toString(), "help")));
        return commands().stream()
                .distinct()
                .map(command -> DynamicTest.dynamicTest(command, () -> check(command, help)));
    }

    private void check(String command, Map<String, String> help) {
        String[] words = command.split("\\s+", 3);
        switch (words[0]) {
            case "server", "agent" -> {
                String text = help.getOrDefault(words[0], "");
                options(command).forEach(option -> assertThat(text).contains(option));
                if (words[0].equals("agent")) {
                    assertThat(text).contains(" " + words[1] + " ");
                }
            }
            case "demo", "test", "bench", "build", "help" -> {
                String text = help.getOrDefault("launcher", "");
                assertThat(text).contains("\n  " + words[0] + " ");
                options(command).forEach(option -> assertThat(text).contains(option));
            }
            default -> {
                String text = administrative(command);
                options(command).forEach(option -> assertThat(text).contains(option));
            }
        }
    }

    /** The help text of the longest run of leading words that is a command. */
    private static String administrative(String command) {
        List<String> words = new ArrayList<>(Stream.of(command.split("\\s+", -1))
                .takeWhile(word -> word.matches("[a-z-]+") && !word.startsWith("--"))
                .toList());
        assertThat(words).isNotEmpty();
        words.add("--help");
        var out = new StringWriter();
        var err = new StringWriter();
        int status = Cordon.run(
                new PrintWriter(out, true),
                new PrintWriter(err, true),
                new BufferedReader(new StringReader("")),
                Map.of(),
                words.toArray(String[]::new));
        assertThat(status).as(err.toString()).isZero();
        assertThat(out.toString()).contains("Usage: cordon " + words.getFirst());
        return out.toString();
    }

    @TestFactory
    Stream<DynamicTest> whenADocumentLinksToAFileThenTheFileExists() throws IOException {
        List<DynamicTest> tests = new ArrayList<>();
        for (Path document : documents()) {
            Matcher link = LINK.matcher(Files.readString(document));
            while (link.find()) {
                Path target = document.resolveSibling(link.group(1)).normalize();
                tests.add(DynamicTest.dynamicTest(
                        ROOT.relativize(document) + " → " + link.group(1),
                        () -> assertThat(target).exists()));
            }
        }
        return tests.stream();
    }

    private static List<String> options(String command) {
        return OPTION.matcher(command).results().map(found -> found.group()).toList();
    }

    private static List<String> commands() throws IOException {
        List<String> commands = new ArrayList<>();
        for (Path document : documents()) {
            Matcher snippet = SNIPPET.matcher(Files.readString(document).replace("\\\n", " "));
            while (snippet.find()) {
                COMMAND.matcher(snippet.group(1))
                        .results()
                        .forEach(found -> commands.add(found.group(1).strip()));
            }
        }
        return commands;
    }

    private static List<Path> documents() throws IOException {
        try (Stream<Path> top = Files.list(ROOT);
                Stream<Path> docs = Files.walk(ROOT.resolve("docs"))) {
            return Stream.concat(top, docs)
                    .filter(path -> path.toString().endsWith(".md"))
                    .sorted()
                    .toList();
        }
    }

    private String helpOf(String name, List<String> command) {
        return RunningProgram.run(name, command, directory.resolve(name + ".out"), Duration.ofSeconds(60))
                .output();
    }
}
