package dev.cordon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code ./cordon} hands to the Java run time, where the folder it is in has a blank in its name. */
class LauncherTest {

    @TempDir
    private Path directory;

    private Path folder;
    private Path state;

    @BeforeEach
    void copy() throws IOException {
        folder = Files.createDirectory(directory.resolve("my files"));
        Launcher.into(folder);
        Launcher.executable(folder.resolve("jdk/bin/java"), "printf '%s\\n' \"$@\"\n");
        state = Files.createDirectories(folder.resolve("target/cordon"));
        for (String module : List.of("server", "agent", "cli")) {
            Files.createDirectories(folder.resolve(module + "/target"));
            Path jar = folder.resolve(module + "/target/cordon-" + module + "-0.1.0-SNAPSHOT.jar");
            if (Files.notExists(jar)) {
                Files.createFile(jar);
            }
            Files.createFile(state.resolve(module + ".aot"));
        }
    }

    @Test
    void whenAServerIsStartedThenItsCacheAndLibrariesAreFound() throws Exception {
        Files.createFile(state.resolve("libsqlitejdbc.so"));

        assertThat(given("server", "--data", "my data"))
                .contains(
                        "-XX:AOTCache=" + state.resolve("server.aot"),
                        "-Dorg.sqlite.lib.path=" + state,
                        jar("server") + ":" + folder.resolve("server/target/lib/*"))
                .doesNotContain("-XX:-AOTReplayTraining")
                .endsWith("dev.cordon.server.ServerMain", "--data", "my data");
    }

    @Test
    void whenAnAgentIsStartedThenItsCacheIsFound() throws Exception {
        assertThat(given("agent", "run", "--state", "my state"))
                .contains("-XX:AOTCache=" + state.resolve("agent.aot"), "-XX:-AOTReplayTraining")
                .endsWith("dev.cordon.agent.Main", "run", "--state", "my state");
    }

    @Test
    void whenACommandIsGivenThenItsCacheAndLibrariesAreFound() throws Exception {
        Path library = Files.createFile(state.resolve("libnetty_tcnative_linux_x86_64.so"));

        assertThat(given("isolate", "web-1", "-c", "two words"))
                .contains("-XX:AOTCache=" + state.resolve("cli.aot"), "-Dcordon.tls.library=" + library)
                .endsWith("dev.cordon.cli.Cordon", "isolate", "web-1", "-c", "two words");
    }

    @Test
    void whenAProgramIsRunToMakeItsCacheThenTheCacheGoesWhereItIsLookedFor() throws Exception {
        assertThat(given(Map.of("CORDON_TRAINING", "1"), "server"))
                .contains("-XX:AOTCacheOutput=" + state.resolve("server.aot.new"));
    }

    private String jar(String module) {
        return folder.resolve(module + "/target/cordon-" + module + "-0.1.0-SNAPSHOT.jar")
                .toString();
    }

    private List<String> given(String... arguments) throws Exception {
        return given(Map.of(), arguments);
    }

    /** The words that the run time gets. */
    private List<String> given(Map<String, String> environment, String... arguments) throws Exception {
        var command = new ProcessBuilder(folder.resolve("cordon").toString());
        command.command().addAll(List.of(arguments));
        command.environment().put("CORDON_NO_BUILD", "1");
        command.environment().put("JAVA_HOME", folder.resolve("jdk").toString());
        command.environment().remove("CORDON_JAVA_OPTIONS");
        command.environment().putAll(environment);
        Path output = directory.resolve("words");
        Process process = command.redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("it ended").isTrue();
        } finally {
            process.destroyForcibly();
        }
        List<String> words = Files.readAllLines(output);
        assertThat(process.exitValue()).as(words.toString()).isZero();
        return words;
    }
}
