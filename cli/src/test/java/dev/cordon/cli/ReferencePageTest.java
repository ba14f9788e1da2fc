package dev.cordon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** The page with the help of every command is made from the commands. {@code -Dcordon.golden=write} makes it anew. */
class ReferencePageTest {

    private static final Path PAGE = Path.of(System.getProperty("cordon.root"), "docs", "reference", "cli-commands.md");

    @Test
    void whenACommandChangesThenThePageOfItsHelpDoesToo() throws IOException {
        String page = page();
        if ("write".equals(System.getProperty("cordon.golden"))) {
            Files.writeString(PAGE, page);
        }
        assertThat(page)
                .as("docs/reference/cli-commands.md; make it anew with -Dcordon.golden=write")
                .isEqualTo(Files.readString(PAGE));
    }

    private static String page() {
        var nowhere = new PrintWriter(Writer.nullWriter());
        try (var console = new Console(nowhere, nowhere, new BufferedReader(new StringReader("")), Map.of())) {
            var text = new StringBuilder("""
                    # The help of every command

                    Made from the commands themselves; see [the `cordon` command](cli.md) for what they have in common.
                    """);
            CommandLine root = Cordon.commandLine(console);
            root.getSubcommands().values().forEach(command -> add(text, command));
            return text.toString();
        }
    }

    private static void add(StringBuilder text, CommandLine command) {
        String name = command.getCommandSpec().qualifiedName();
        text.append("\n## `").append(name).append("`\n\n```text\n");
        text.append(command.getUsageMessage(CommandLine.Help.Ansi.OFF).replaceAll("[ \\t]+(?=\\n)", ""));
        text.append("```\n");
        Stream<CommandLine> below = command.getSubcommands().values().stream();
        below.forEach(one -> add(text, one));
    }
}
