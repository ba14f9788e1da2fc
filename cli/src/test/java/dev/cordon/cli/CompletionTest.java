package dev.cordon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script that {@code cordon completion} prints, asked in a real bash as the Tab key asks it. */
class CompletionTest {

    private static final List<String> ASKED = List.of(
            "iso", "actions ''", "isolate --w", "apps secret a", "machines list --output ''", "machines list --wa");

    @TempDir
    Path directory;

    @Test
    void whenTabIsPressedThenCommandsOptionsAndValuesAreCompleted() throws IOException, InterruptedException {
        Path script = directory.resolve("completion");
        try (var out = new PrintWriter(script.toFile(), StandardCharsets.UTF_8)) {
            var input = new BufferedReader(new StringReader(""));
            int status = Cordon.run(out, new PrintWriter(Writer.nullWriter()), input, Map.of(), "completion", "bash");
            assertThat(status).isZero();
        }
        var questions = new StringBuilder("source " + script + "\n");
        for (String line : ASKED) {
            questions.append("COMP_WORDS=(cordon ").append(line).append(") COMPREPLY=()\n");
            questions.append("COMP_CWORD=$((${#COMP_WORDS[@]} - 1))\n_complete_cordon\necho \"${COMPREPLY[*]}\"\n");
        }
        Path asking = Files.writeString(directory.resolve("asking"), questions);

        // outside of the Tab key, bash says about compopt that it is not called by it
        Process bash = new ProcessBuilder("bash", "--norc", "--noprofile", asking.toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        bash.getOutputStream().close();
        String said = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(bash.waitFor()).isZero();
        assertThat(said).isEqualTo("isolate\ncancel list show watch\n--wait\nadd\ntable json yaml csv\n--watch\n");
    }
}
