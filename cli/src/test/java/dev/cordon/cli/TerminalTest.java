package dev.cordon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a person sees who runs {@code ./cordon} on a terminal, against a real server. */
class TerminalTest {

    private static final String GREEN = "\u001b[32m";

    @TempDir
    static Path directory;

    private static Bed bed;
    private static Path home;

    @BeforeAll
    static void open() throws IOException {
        bed = Bed.open(
                Files.createDirectories(directory.resolve("bed")),
                "web-1.example.test",
                "web-2.example.test",
                "gone.example.test");
        bed.disconnect(3);
        home = Files.createDirectories(directory.resolve("launcher"));
        Launcher.into(home);
    }

    @AfterAll
    static void close() {
        bed.close();
    }

    @Test
    void whenSeveralMachinesAreMeantThenAPersonIsAskedAndSeesBarsAndATableThatFits() {
        try (Pty pty = pty(60, Map.of(), "isolate web-1.example.test web-2.example.test -c drill --wait")) {
            pty.until("web-1.example.test, web-2.example.test? [y/N] ");
            pty.type("y\n");

            assertThat(pty.status()).as(pty.shown()).isZero();
            assertThat(pty.shown()).contains("░", GREEN + "Succeeded");
            String table = pty.shown().substring(pty.shown().lastIndexOf("\u001b[0J"));
            assertThat(plain(table).lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(60));
        }
    }

    @Test
    void whenTheAnswerIsNotYesThenNothingIsDone() {
        try (Pty pty = pty(80, Map.of(), "scan web-1.example.test web-2.example.test -c drill")) {
            pty.until("[y/N] ");
            pty.type("\n");

            assertThat(pty.status()).isEqualTo(ExitCode.USAGE);
            assertThat(pty.shown()).contains("nothing was done");
        }
    }

    @Test
    void whenTheNameOfTheMachineIsToBeTypedThenAnotherOneDoesNothing() {
        try (Pty pty = pty(80, Map.of(), "offboard gone.example.test -c drill")) {
            pty.until("Type gone.example.test to go on: ");
            pty.type("y\n");

            assertThat(pty.status()).isEqualTo(ExitCode.USAGE);
            assertThat(pty.shown()).contains("nothing was done");
        }
    }

    @Test
    void whenWaitingIsEndedByCtrlCThenThePersonIsToldHowToGoOn() {
        try (Pty pty = pty(80, Map.of(), "collect gone.example.test -c drill --wait")) {
            pty.until("Pending");
            pty.type(Pty.CTRL_C);

            assertThat(pty.status()).as(pty.shown()).isEqualTo(130);
            assertThat(pty.shown())
                    .contains("what was ordered goes on")
                    .containsPattern("cordon actions watch [0-9a-f]");
        }
    }

    @Test
    void whenASecretIsTypedThenNobodySeesIt() {
        String secret = bed.tenancy().application().clientSecret();
        String login = "login --name typed --url " + bed.place().url() + " --tenant example.test --client-id "
                + bed.tenancy().application().clientId() + " --ca "
                + bed.place().caFile();
        Map<String, String> elsewhere =
                Map.of("CORDON_CONFIG", directory.resolve("typed").toString());
        try (Pty pty = pty(80, elsewhere, login)) {
            pty.until("Secret of the application: ");
            pty.type(secret + "\n");

            assertThat(pty.status()).as(pty.shown()).isZero();
            assertThat(pty.shown()).contains("Signed in to").doesNotContain(secret);
        }
    }

    @Test
    void whenMachinesAreWatchedThenWhatHappensIsSeenAndTheTerminalIsAsBefore() {
        try (Pty pty = pty(80, Map.of("NO_COLOR", "1"), "machines --watch --search web-")) {
            pty.until("live");
            bed.run(Map.of(), "", "restrict", "web-1.example.test", "-c", "drill", "--wait");
            pty.until("restricted");
            pty.type(Pty.CTRL_C);

            assertThat(pty.status()).as(pty.shown()).isEqualTo(130);
            assertThat(pty.shown()).doesNotContain("gone.example").endsWith("\u001b[?25h\u001b[?1049l");
        }
    }

    @Test
    void whenTheTerminalIsDumbThenThereAreWordsOnly() {
        try (Pty pty = pty(80, Map.of("TERM", "dumb"), "release web-2.example.test -c drill --wait")) {
            int status = pty.status();

            assertThat(status).as(pty.shown()).isIn(ExitCode.OK, ExitCode.FAILED);
            assertThat(pty.shown()).doesNotContain("\u001b");
        }
    }

    @Test
    void whenAnswersAreSentElsewhereThenTheyAreWhole() throws IOException {
        Path file = directory.resolve("machines.txt");
        try (Pty pty = pty(40, Map.of(), "machines > " + file)) {
            assertThat(pty.status()).as(pty.shown()).isZero();
            assertThat(pty.shown()).isEmpty();
        }
        assertThat(Files.readString(file)).contains("web-1.example.test", "ID").doesNotContain("\u001b", "…");
    }

    private static Pty pty(int columns, Map<String, String> more, String arguments) {
        Map<String, String> environment = new HashMap<>(Map.of(
                "CORDON_CONFIG",
                bed.config().toString(),
                "CORDON_PROFILE",
                "responder",
                "CORDON_NO_BUILD",
                "1",
                "JAVA_HOME",
                home.resolve("jdk").toString()));
        environment.putAll(more);
        return new Pty(home, columns, 24, environment, "./cordon " + arguments);
    }

    private static String plain(String text) {
        return text.replaceAll("\u001b\\[[0-9?;]*[A-Za-z]", "").replace("\r", "");
    }
}
