package dev.cordon.fleet.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.fleet.process.RunningProgram;
import dev.cordon.fleet.process.RunningProgram.Ended;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** The demo as a program of its own, with simulated machines: what it says, writes, and leaves behind. */
class DemoTest {

    @TempDir
    private Path directory;

    @Test
    void whenItEndsThenEveryStepWasVerifiedAndItsFilesTellWhereAndWhat() throws Exception {
        Path env = directory.resolve("out/demo.env");
        Path report = directory.resolve("out/demo.json");

        Ended ended = demo(
                "--exit",
                "--simulated",
                "--dir",
                directory.resolve("kept").toString(),
                "--env",
                env.toString(),
                "--report",
                report.toString());

        assertThat(ended.status()).as(ended.output()).isZero();
        assertThat(ended.output().lines().limit(5)).anyMatch(line -> line.contains("SIMULATED MACHINES"));
        assertThat(ended.output())
                .contains("/oauth2/v2.0/token", "/isolate", "/unisolate", "Every step was verified.")
                .doesNotContain("✗");

        var variables = Files.readAllLines(env).stream()
                .map(line -> line.split("=", 2))
                .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1]));
        assertThat(variables)
                .containsOnlyKeys(
                        "CORDON_URL",
                        "CORDON_AUTHORITY",
                        "CORDON_TENANT",
                        "CORDON_CLIENT_ID",
                        "CORDON_CLIENT_SECRET",
                        "CORDON_CA_FILE",
                        "CORDON_MACHINE_ID",
                        "CORDON_PROFILE")
                .hasEntrySatisfying("CORDON_MACHINE_ID", id -> assertThat(id).matches("'[0-9a-f]{40}'"))
                .hasEntrySatisfying(
                        "CORDON_CA_FILE",
                        file -> assertThat(Path.of(file.replace("'", "")))
                                .content()
                                .startsWith("-----BEGIN CERTIFICATE-----"));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(env)))
                .isEqualTo("rw-------");

        var told = new JsonMapper().readTree(Files.readString(report));
        assertThat(told.path("verified").asBoolean()).isTrue();
        assertThat(told.path("mode").asString()).isEqualTo("simulated");
        assertThat(told.path("measured").path("seconds").asDouble()).isPositive();
        assertThat(told.path("steps")
                        .valueStream()
                        .map(step -> step.path("name").asString()))
                .contains("token", "list machines", "isolate", "agent stays connected", "unisolate");
        assertThat(told.path("steps").valueStream())
                .allMatch(step -> step.path("verified").asBoolean(false));
        assertThat(ProcessHandle.allProcesses()
                        .map(process -> process.info().commandLine().orElse("")))
                .as("nothing stays behind")
                .noneMatch(line -> line.contains(directory.resolve("kept").toString()));
    }

    @Test
    void whenAFileCannotBeWrittenThenThatIsSaidBeforeAnythingIsStarted() throws Exception {
        Path file = Files.writeString(directory.resolve("file"), "mine");
        for (String option : List.of("--env", "--report")) {
            for (Path wrong : List.of(file.resolve("below"), directory)) {
                Ended ended = demo("--exit", option, wrong.toString());
                assertThat(ended.status()).isEqualTo(2);
                assertThat(ended.output())
                        .startsWith("cordon demo: cannot write " + wrong + " (")
                        .hasLineCount(1);
            }
        }
        assertThat(file).hasContent("mine");
    }

    @Test
    void whenTheCommandLineMakesNoSenseThenTheStatusIsTwo() {
        assertThat(demo("--exti").output())
                .startsWith("cordon demo: unknown option --exti")
                .contains("Usage:");
        assertThat(demo("--env").status()).isEqualTo(2);
        assertThat(demo("--dir", directory.toString()).output()).contains("the demo wants a new directory");
    }

    private Ended demo(String... arguments) {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                Demo.class.getName()));
        command.addAll(List.of(arguments));
        return RunningProgram.run(
                "the demo", command, directory.resolve("output-" + System.nanoTime()), Duration.ofMinutes(4));
    }
}
