package dev.cordon.fleet.containment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.fleet.process.RunningProgram;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * This computer's curl, which checks the server's certificate and sends URLs as they are written.
 *
 * @param directory for its output
 */
record Curl(Path directory, Path caFile) {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final JsonMapper JSON = new JsonMapper();

    /** The body of an answer, and its status and type as curl saw them. */
    record Answer(int status, String type, String body) {
        JsonNode json() {
            return JSON.readTree(body);
        }
    }

    Answer call(String... arguments) {
        var command = new ArrayList<>(List.of(
                "curl",
                "-sS",
                "-g",
                "--max-time",
                "30",
                "--cacert",
                caFile.toString(),
                "--write-out",
                "\n%{http_code}" + " %{content_type}"));
        command.addAll(List.of(arguments));
        try {
            var output = Files.createTempFile(directory, "curl", ".out");
            RunningProgram.Ended ended = RunningProgram.run("curl", command, output, LIMIT);
            assertThat(ended.status()).as(ended.output()).isZero();
            int end = ended.output().lastIndexOf('\n');
            var told = ended.output().substring(end + 1).split(" ", 2);
            return new Answer(Integer.parseInt(told[0]), told[1], ended.output().substring(0, end));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
