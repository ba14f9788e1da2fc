package dev.cordon.server.identity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.server.web.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import tools.jackson.databind.JsonNode;

/**
 * Runs scripts with the token libraries of Node and Python, unmodified. A script gets a JSON object as its argument and
 * prints one at its end. A line before that is a question to the person at the screen; the script reads the answer from
 * its input. Missing programs are failures that say what to install.
 */
public final class ScriptLibraries {

    private static final Path NODE = Path.of("src", "test", "node").toAbsolutePath();
    private static final Path PYTHON = Path.of("src", "test", "python").toAbsolutePath();
    private static final long LIMIT_SECONDS = 180;

    private ScriptLibraries() {}

    /** Installed by npm once, for all tests of this process. */
    private static final class Installed {
        static final Path FOLDER = install();

        private static Path install() {
            try {
                var folder = Files.createTempDirectory("cordon-node");
                for (var file : List.of("package.json", "package-lock.json")) {
                    Files.copy(NODE.resolve(file), folder.resolve(file));
                }
                var command = List.of("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund");
                run(
                        new ProcessBuilder(command).directory(folder.toFile()),
                        "install Node 20 or newer with npm, and let npm reach its registry",
                        question -> "");
                return folder;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** @param person answers what the script asks in a line */
    public static JsonNode node(String script, Path caFile, Map<String, String> given, UnaryOperator<String> person) {
        try {
            var there = Installed.FOLDER.resolve(script);
            Files.writeString(there, Files.readString(NODE.resolve(script)));
            return run(builder(caFile, "node", there, given), "install Node 20 or newer", person);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @param person answers what the script asks in a line */
    public static JsonNode python(String script, Path caFile, Map<String, String> given, UnaryOperator<String> person) {
        return run(
                builder(caFile, "/usr/bin/python3", PYTHON.resolve(script), given),
                "install Debian's python3-msal and python3-adal",
                person);
    }

    private static ProcessBuilder builder(Path caFile, String program, Path script, Map<String, String> given) {
        var builder = new ProcessBuilder(program, script.toString(), Json.MAPPER.writeValueAsString(given));
        // also wins over what this computer may have set for Python
        builder.environment().put("NODE_EXTRA_CA_CERTS", caFile.toString());
        builder.environment().put("REQUESTS_CA_BUNDLE", caFile.toString());
        return builder;
    }

    private static JsonNode run(ProcessBuilder builder, String remedy, UnaryOperator<String> person) {
        var program = builder.command().getFirst();
        try {
            var errors = Files.createTempFile("script", ".err");
            var process = builder.redirectError(errors.toFile()).start();
            var watchdog = CompletableFuture.delayedExecutor(LIMIT_SECONDS, TimeUnit.SECONDS);
            var ended = CompletableFuture.runAsync(process::destroyForcibly, watchdog);
            JsonNode last = Json.MAPPER.createObjectNode();
            try (var output = process.inputReader(StandardCharsets.UTF_8);
                    var input = process.outputWriter(StandardCharsets.UTF_8)) {
                for (var line = output.readLine(); line != null; line = output.readLine()) {
                    if (line.startsWith("{")) {
                        last = Json.MAPPER.readTree(line);
                    } else if (line.startsWith("ask ")) {
                        input.write(person.apply(line.substring("ask ".length())) + "\n");
                        input.flush();
                    }
                }
            }
            int status = process.waitFor();
            ended.cancel(false);
            assertThat(status)
                    .as(
                            "%s failed within %s s; %s. It says: %s",
                            program, LIMIT_SECONDS, remedy, Files.readString(errors))
                    .isZero();
            return last;
        } catch (IOException e) {
            throw new AssertionError(program + ": " + remedy, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}
