package dev.cordon.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code ./cordon} does before it runs anything: finds a JDK, and builds what has changed and nothing else. */
class LauncherBuildTest {

    /** Stands in for Maven: notes that it was called, and makes what it would make, or fails as it would. */
    private static final String MAVEN = """
            cd "$(dirname "$0")"
            echo called >>calls
            echo '[INFO] Building Cordon commands 0.1.0-SNAPSHOT                       [1/1]'
            if grep -q broken cli/src/main/java/*; then
              echo "[ERROR] cli/src/main/java/A.java:[1,7] ';' expected"
              exit 1
            fi
            mkdir -p cli/target console/target/classes/console
            touch cli/target/cordon-cli-0.1.0-SNAPSHOT.jar console/target/classes/console/index.html
            """;

    private static final String HIDING_THIS_COMPUTERS_JDKS =
            "for d in /usr/lib/jvm /usr/java /opt/java /opt/jdk*; do [ ! -d $d ] || mount -t tmpfs none $d || exit 77;"
                    + " done; exec \"$@\"";

    @TempDir
    private Path directory;

    private Path folder;
    private Path source;

    private record Ended(int status, String output) {}

    @BeforeEach
    void makeAFreshClone() throws IOException {
        folder = Files.createDirectory(directory.resolve("my clone"));
        Launcher.into(folder);
        Files.delete(folder.resolve("cli/target/cordon-cli-0.1.0-SNAPSHOT.jar"));
        Files.createDirectories(folder.resolve(".mvn"));
        Files.writeString(folder.resolve("pom.xml"), "<modules>\n    <module>cli</module>\n</modules>\n");
        Files.writeString(folder.resolve("cli/pom.xml"), "<project/>\n");
        Files.createDirectories(folder.resolve("cli/src/main/java"));
        source = Files.writeString(folder.resolve("cli/src/main/java/A.java"), "class A {}");
        Launcher.executable(folder.resolve("mvnw"), MAVEN);
    }

    @Test
    void whenNothingWasBuiltYetThenItIsBuiltOnceAndProgressIsShown() throws Exception {
        var first = cordon("build");
        assertThat(first.status()).as(first.output()).isZero();
        assertThat(first.output())
                .contains("Building Cordon with " + folder.resolve("jdk"))
                .contains("Cordon commands", "[1/1]", "Built in ");
        for (int i = 0; i < 2; i++) {
            assertThat(cordon("build")).isEqualTo(new Ended(0, ""));
        }
        assertThat(builds()).isEqualTo(1);
    }

    @Test
    void whenASourceChangesThenItIsBuiltAndWhenItIsOnlyTouchedThenNot() throws Exception {
        cordon("build");
        change(() -> Files.writeString(source, "class A {}"));
        assertThat(cordon("build")).isEqualTo(new Ended(0, ""));
        assertThat(builds()).as("written again as it was").isEqualTo(1);

        change(() -> Files.writeString(source, "class A { int a; }"));
        cordon("build");
        assertThat(builds()).as("changed").isEqualTo(2);

        change(() -> Files.writeString(source.resolveSibling("B.java"), "class B {}"));
        cordon("build");
        assertThat(builds()).as("added").isEqualTo(3);

        Files.delete(folder.resolve("cli/target/cordon-cli-0.1.0-SNAPSHOT.jar"));
        cordon("build");
        assertThat(builds()).as("what was made is gone").isEqualTo(4);
        assertThat(cordon("build")).isEqualTo(new Ended(0, ""));
    }

    @Test
    void whenTheBuildFailsThenItSaysWhereAndTheNextCommandBuildsAgain() throws Exception {
        Files.writeString(source, "class broken");
        var failed = cordon("build");
        assertThat(failed.status()).isEqualTo(1);
        assertThat(failed.output())
                .contains("A.java:[1,7] ';' expected")
                .contains("the build failed; its whole log is " + folder.resolve("target/cordon/build.log"));
        Files.writeString(source, "class A {}");
        assertThat(cordon("build").status()).isZero();
        assertThat(builds()).isEqualTo(2);
    }

    @Test
    void whenThereIsNoJdkThenItSaysWhatToInstall() throws Exception {
        var refused = withoutJdks(Map.of("JAVA_HOME", "/nowhere"), "server");
        assertThat(refused.status()).isEqualTo(1);
        assertThat(refused.output())
                .contains("no JDK 25 or newer found", "JAVA_HOME (/nowhere)", "Install Temurin 25")
                .hasLineCount(3);
        assertThat(builds()).isZero();
    }

    @Test
    void whenTheJdkIsOnThePathOnlyThenItIsFound() throws Exception {
        var path = folder.resolve("jdk/bin") + ":" + System.getenv("PATH");
        var built = withoutJdks(Map.of("JAVA_HOME", "", "PATH", path), "build");
        assertThat(built.status()).as(built.output()).isZero();
        assertThat(built.output()).contains("Building Cordon with " + folder.resolve("jdk"));
    }

    @Test
    void whenOnlyAnOlderJdkIsThereThenItIsNotTaken() throws Exception {
        Files.writeString(folder.resolve("jdk/release"), "JAVA_VERSION=\"24.0.1\"\n");
        var jdk = folder.resolve("jdk").toString();
        assertThat(withoutJdks(Map.of("JAVA_HOME", jdk), "build").output())
                .contains("no JDK 25 or newer found", "JAVA_HOME (" + jdk + ")");
    }

    @Test
    void whenHelpIsAskedForThenNoJdkIsNeeded() throws Exception {
        var help = withoutJdks(Map.of("JAVA_HOME", ""), "help");
        assertThat(help.status()).isZero();
        assertThat(List.of("demo", "server", "agent", "test", "help"))
                .allSatisfy(command -> assertThat(help.output()).contains("\n  " + command + " "));
    }

    private Ended withoutJdks(Map<String, String> environment, String argument) throws Exception {
        assumeTrue(System.getProperty("user.name").equals("root"), "needs root: hides this computer's JDKs");
        var ended = run(
                environment,
                "unshare",
                "--mount",
                "sh",
                "-c",
                HIDING_THIS_COMPUTERS_JDKS,
                "sh",
                folder.resolve("cordon").toString(),
                argument);
        assumeTrue(ended.status() != 77, ended.output());
        return ended;
    }

    private Ended cordon(String argument) throws Exception {
        return run(
                Map.of("JAVA_HOME", folder.resolve("jdk").toString()),
                folder.resolve("cordon").toString(),
                argument);
    }

    private Ended run(Map<String, String> environment, String... command) throws Exception {
        var builder = new ProcessBuilder(command);
        builder.environment().put("CORDON_NO_CACHE", "1");
        builder.environment().put("HOME", directory.toString());
        builder.environment().remove("CORDON_NO_BUILD");
        builder.environment().putAll(environment);
        Path output = directory.resolve("output");
        Process process = builder.redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("it ended").isTrue();
        } finally {
            process.destroyForcibly();
        }
        return new Ended(process.exitValue(), Files.readString(output));
    }

    private int builds() throws IOException {
        Path calls = folder.resolve("calls");
        return Files.exists(calls) ? Files.readAllLines(calls).size() : 0;
    }

    private interface Change {
        Path make() throws IOException;
    }

    /** The clock of file systems ticks every few milliseconds only: until then, a change is none. */
    private void change(Change change) {
        Path stamp = folder.resolve("target/cordon/checked");
        await().atMost(Duration.ofSeconds(30))
                .until(() -> ((FileTime) Files.getAttribute(change.make(), "unix:ctime"))
                                .compareTo(Files.getLastModifiedTime(stamp))
                        > 0);
    }
}
