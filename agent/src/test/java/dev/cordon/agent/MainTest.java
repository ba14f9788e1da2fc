package dev.cordon.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.cordon.agent.files.RawPath;
import dev.cordon.agent.linux.files.LinuxFileCalls;
import dev.cordon.agent.log.Log;
import dev.cordon.agent.vault.Reason;
import dev.cordon.agent.vault.Vault;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MainTest {

    @TempDir
    Path directory;

    private final ByteArrayOutputStream said = new ByteArrayOutputStream();

    private int run(String... arguments) {
        return new Main(new PrintStream(said, true, StandardCharsets.UTF_8), Log.silent())
                .run(Arrays.asList(arguments));
    }

    private String said() {
        return said.toString(StandardCharsets.UTF_8);
    }

    @Test
    void whenAnOptionIsUnknownThenItSaysWhichThereAre() {
        assertThat(run("run", "--colour", "red")).isEqualTo(2);
        assertThat(said()).contains("'run' does not know '--colour'; it takes --files, --state");
    }

    @Test
    void whenNotEnrolledThenRunSaysHowToEnroll() {
        assertThat(run("run", "--state", directory.toString())).isEqualTo(1);
        assertThat(said()).contains("not enrolled").contains("cordon agent enroll --server URL --token TOKEN");
    }

    @Test
    void whenAMachineIsCheckedBeforeItHasAnAgentThenItSaysWhatItCouldDoAndLeavesNothing() throws Exception {
        var before = leftovers();
        run("check", "--state", directory.toString());
        assertThat(said())
                .contains("no: run 'cordon agent enroll'")
                .contains("none runs on " + directory)
                .containsPattern("(?m)^(ok|no) +NetworkIsolation +(works|does not work)")
                .containsPattern("(?m)^(ok|no) +ExecutionControl +(works|does not work)")
                .containsPattern("(?m)^(ok|no) +FileBlocking +(works|does not work)")
                .containsPattern("(?m)^ok +FileQuarantine +works")
                .containsPattern("(?m)^ok +SampleCollection +works")
                .containsPattern("(?m)^ok +AntivirusScan +works")
                .containsPattern("(?m)^ok +InvestigationPackage +works");
        assertThat(leftovers()).isEqualTo(before);
        assertThat(directory).isEmptyDirectory();
    }

    private static List<Path> leftovers() throws Exception {
        try (var all = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            return all.filter(path -> path.getFileName().toString().startsWith("cordon-check"))
                    .toList();
        }
    }

    @Test
    void whenTheTokenIsIncompleteThenItSaysSo() {
        assertThat(run(
                        "enroll",
                        "--server",
                        "https://cordon.test",
                        "--token",
                        "cordon-enroll.x",
                        "--state",
                        directory.toString()))
                .isEqualTo(1);
        assertThat(said()).contains("the token is not complete");
    }

    @Test
    void whenTheServerIsGoneThenAQuarantinedFileIsListedAndRestoredByHand() throws Exception {
        assumeThat(System.getProperty("user.name")).isEqualTo("root");
        var state = Files.createDirectory(directory.resolve("state")).toString();
        var file = Files.writeString(directory.resolve("evil"), "content");
        assertThat(run("vault", "list", "--state", state)).isEqualTo(1);
        try (var vault = Vault.open(Path.of(state), new LinuxFileCalls(), Clock.systemUTC(), Log.silent())) {
            vault.take(RawPath.of(file), null, new Reason("action-7", "test"));
        }
        assertThat(run("vault", "list", "--state", state)).isZero();
        assertThat(said()).contains(file.toString()).contains("action action-7").contains("1 in the vault");
        assertThat(run("vault", "restore", "--of", "other", "--state", state)).isEqualTo(1);
        assertThat(run("vault", "restore", "--of", "action-7", "--state", state))
                .isZero();
        assertThat(said()).contains("restored " + file);
        assertThat(file).hasContent("content");
    }

    @Test
    void whenInstalledThenSystemdAcceptsTheUnits() throws Exception {
        assertThat(run("install", "--root", directory.toString())).isZero();
        var units = directory.resolve("etc/systemd/system");
        assertThat(units.resolve("sysinit.target.wants/cordon-isolation.service"))
                .isSymbolicLink();
        assertThat(units.resolve("multi-user.target.wants/cordon-agent.service"))
                .isSymbolicLink();
        assertThat(Files.readString(units.resolve("cordon-isolation.service")))
                .contains("ConditionPathExists=/var/lib/cordon/isolation.nft")
                .contains("Before=network-pre.target");
        assumeThat(Path.of("/usr/bin/systemd-analyze")).exists();
        var process = new ProcessBuilder(
                        "systemd-analyze",
                        "verify",
                        units.resolve("cordon-isolation.service").toString(),
                        units.resolve("cordon-agent.service").toString())
                .redirectErrorStream(true)
                .start();
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        var text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.exitValue()).as(text).isZero();
    }
}
