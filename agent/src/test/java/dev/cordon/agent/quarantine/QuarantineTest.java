package dev.cordon.agent.quarantine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.cordon.agent.execution.ExecutionControl;
import dev.cordon.agent.execution.UnsupportedExecutionControl;
import dev.cordon.agent.files.PrivateMount;
import dev.cordon.agent.files.RawPath;
import dev.cordon.agent.files.Shell;
import dev.cordon.agent.hash.FileHash;
import dev.cordon.agent.task.TaskException;
import dev.cordon.agent.task.TaskResult;
import dev.cordon.protocol.wire.Check;
import dev.cordon.protocol.wire.FileResult;
import dev.cordon.protocol.wire.Restore;
import dev.cordon.protocol.wire.Result;
import dev.cordon.protocol.wire.StopAndQuarantine;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** After a quarantine nothing runs the file, nothing starts it, and it can be given back. */
final class QuarantineTest {

    @TempDir
    private Path folder;

    @Test
    void whenItRunsAtSeveralPlacesThenAllAreEndedAndTakenAndComeBack() throws Exception {
        try (var stage = new Stage(folder)) {
            var evil = stage.program("usr/bin/evil");
            Files.createDirectories(stage.root.resolve("tmp/deep"));
            Files.copy(evil, stage.root.resolve("tmp/deep/.hidden"));
            Files.createLink(stage.root.resolve("tmp/second"), evil);
            Shell.run("chmod 755 '" + evil + "'; chown 1000:1001 '" + evil + "'; chmod 4711 '" + evil + "'");
            var hash = Stage.sha1(evil);
            var first = stage.start(evil.toString(), "1000");
            var second = stage.start(stage.root + "/tmp/deep/.hidden", "1000");
            Shell.run("chmod 700 '" + stage.root + "/tmp/deep/.hidden'");
            var look = "cd '" + stage.root
                    + "'; stat -c '%n %a %u %g %y %s' usr/bin/evil tmp/deep/.hidden; sha256sum usr/bin/evil";
            var before = Shell.run(look);

            var outcome = stage.quarantine(hash);

            assertThat(outcome.getMessage()).isEqualTo("3 places, 2 processes, 0 entries that started it.");
            assertThat(outcome.getResult()).isEqualTo(Result.RESULT_SUCCEEDED);
            assertThat(stage.places(outcome))
                    .containsExactly(
                            "QUARANTINED /tmp/deep/.hidden", "QUARANTINED /tmp/second", "QUARANTINED /usr/bin/evil");
            assertThat(outcome.getChecksList()).allMatch(Check::getPassed);
            assertThat(first.waitFor(10, TimeUnit.SECONDS)).isTrue();
            assertThat(second.waitFor(10, TimeUnit.SECONDS)).isTrue();
            assertThat(outcome.getFilesList().stream().flatMap(file -> file.getStoppedPidsList().stream()))
                    .containsExactlyInAnyOrder((int) first.pid(), (int) second.pid());
            assertThat(outcome.getFilesList()).extracting(FileResult::getSha256).doesNotContain("");
            assertThat(evil).doesNotExist();

            var restored = stage.restore(Restore.newBuilder().setHash(hash));

            assertThat(restored.getResult()).isEqualTo(Result.RESULT_SUCCEEDED);
            assertThat(stage.places(restored))
                    .containsExactly("RESTORED /tmp/deep/.hidden", "RESTORED /tmp/second", "RESTORED /usr/bin/evil");
            assertThat(Shell.run(look)).isEqualTo(before);
        }
    }

    @Test
    void whenItIsNowhereThenTheActionFailsAndSaysWhereItLooked() throws Exception {
        try (var stage = new Stage(folder)) {
            stage.write("some/file", "x");
            var outcome = stage.quarantine(ByteString.copyFrom(new byte[32]));
            assertThat(outcome.getResult()).isEqualTo(Result.RESULT_FAILED);
            assertThat(outcome.getMessage()).contains("No file with this hash was found: 2 files");
        }
    }

    @Test
    void whenOnlyAProcessHasItThenThatIsEnded() throws Exception {
        try (var stage = new Stage(folder)) {
            var evil = stage.program("evil");
            var hash = Stage.sha1(evil);
            var process = stage.start(evil.toString(), "1000");
            Files.delete(evil);
            var outcome = stage.quarantine(hash);
            assertThat(outcome.getMessage()).startsWith("0 places, 1 processes");
            assertThat(outcome.getResult()).isEqualTo(Result.RESULT_SUCCEEDED);
            assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void whenTwoProcessesStartEachOtherAgainThenBothAreEnded() throws Exception {
        try (var stage = new Stage(folder)) {
            var evil = stage.write(
                    "evil.sh",
                    "#!/bin/bash\n# " + System.nanoTime() + "\n"
                            + "if [ $# = 0 ]; then\n  while true; do bash '" + stage.root + "/evil.sh' child; done\n"
                            + "else\n  while true; do sleep 0.05; done\nfi\n");
            var parent = stage.start("bash", evil.toString());
            while (parent.children().findAny().isEmpty()) {
                Thread.onSpinWait();
            }
            var outcome = stage.quarantine(Stage.sha1(evil));
            assertThat(outcome.getResult()).as(outcome.getMessage()).isEqualTo(Result.RESULT_SUCCEEDED);
            assertThat(parent.waitFor(10, TimeUnit.SECONDS)).isTrue();
            assertThat(Shell.run("ps -eo args | grep '^bash " + stage.root + "/[e]vil.sh' || true"))
                    .isEmpty();
            assertThat(evil).doesNotExist();
        }
    }

    @Test
    void whenItBelongsToTheAgentThenNothingIsDone() throws Exception {
        var own = Files.createDirectories(folder.resolve("root/opt/agent"));
        try (var stage = new Stage(folder, List.of(RawPath.of(own)))) {
            var file = stage.write("opt/agent/lib/agent.jar", "the agent " + System.nanoTime());
            Files.copy(file, stage.root.resolve("copy"));
            var outcome = stage.quarantine(Stage.sha1(file));
            assertThat(outcome.getResult()).isEqualTo(Result.RESULT_FAILED);
            assertThat(outcome.getMessage()).contains("it belongs to the agent itself");
            assertThat(stage.places(outcome)).containsExactly("FAILED /opt/agent/lib/agent.jar");
            assertThat(stage.root.resolve("copy")).exists();
        }
    }

    @Test
    void whenThisVeryRunTimeIsAskedForThenItIsNotEnded() throws Exception {
        var java = Path.of(System.getProperty("java.home")).toRealPath();
        try (var stage = new Stage(folder, List.of(RawPath.of(java.resolve("bin"))))) {
            var outcome = stage.quarantine(Stage.sha1(java.resolve("bin/java")));
            assertThat(outcome.getMessage()).contains("it belongs to the agent itself");
        }
    }

    @Test
    void whenItBelongsToAnEssentialPackageOrWhatThatNeedsThenItIsRefused() throws Exception {
        try (var stage = new Stage(folder)) {
            stage.write("var/lib/dpkg/status", """
                    Package: shell
                    Status: install ok installed
                    Essential: yes
                    Pre-Depends: base-library (>= 1)
                    Description: one
                     two

                    Package: base-library
                    Status: install ok installed

                    Package: game
                    Status: install ok installed
                    """);
            stage.write("var/lib/dpkg/info/shell.list", "/.\n/bin\n/bin/tool\n");
            stage.write("var/lib/dpkg/info/base-library:amd64.list", "/lib/library.so\n");
            stage.write("var/lib/dpkg/info/game.list", "/usr/games/game\n");
            var tool = stage.write("bin/tool", "tool");
            var library = stage.write("lib/library.so", "library");
            var game = stage.write("usr/games/game", "game");

            assertThat(stage.quarantine(Stage.sha1(tool)).getMessage())
                    .contains("it belongs to the package shell, without which this machine does not work");
            assertThat(stage.quarantine(Stage.sha1(library)).getMessage()).contains("the package base-library");
            assertThat(tool).exists();
            assertThat(library).exists();
            assertThat(stage.quarantine(Stage.sha1(game)).getResult()).isEqualTo(Result.RESULT_SUCCEEDED);
            assertThat(game).doesNotExist();
        }
    }

    @Test
    void whenOneObjectInTheVaultIsDamagedThenTheOthersComeBackAndItIsTold() throws Exception {
        try (var stage = new Stage(folder)) {
            var good = stage.write("good", "good");
            var hash = Stage.sha1(good);
            stage.quarantine(hash);
            Shell.run("cd '" + stage.state + "/vault'; printf damaged > 11111111-damaged.manifest");

            var one = stage.restore(Restore.newBuilder().setHash(hash));
            assertThat(one.getResult()).as(one.getMessage()).isEqualTo(Result.RESULT_SUCCEEDED);
            assertThat(one.getMessage())
                    .contains("1 objects in the vault cannot be read")
                    .contains("11111111-damaged");
            assertThat(good).hasContent("good");

            stage.quarantine(hash);
            var all = stage.restore(Restore.newBuilder());
            assertThat(all.getResult()).as("not all of it is back").isEqualTo(Result.RESULT_FAILED);
            assertThat(good).hasContent("good");
        }
    }

    @Test
    void whenTheHashHasAWrongLengthThenItIsRefused() throws Exception {
        try (var stage = new Stage(folder)) {
            var order = Stage.order("x")
                    .setStopAndQuarantine(StopAndQuarantine.newBuilder().setHash(ByteString.copyFrom(new byte[19])));
            assertThat(stage.handlers.getFirst().check(order.build())).contains("not 19");
            assertThatThrownBy(() -> stage.run(order, stage.task()))
                    .isInstanceOf(TaskException.class)
                    .hasMessageContaining("not 19");
        }
    }

    @Test
    void whenOnePlaceIsReadOnlyThenTheOthersAreTakenAndThatOneIsReported() throws Exception {
        Files.createDirectories(folder.resolve("root"));
        try (var mount = PrivateMount.tmpfs(folder.resolve("root/mnt"), "1m");
                var stage = new Stage(folder, List.of(), List.of("root", "root/mnt"))) {
            var evil = stage.write("evil", "evil");
            Files.copy(evil, mount.path().resolve("evil"));
            mount.remount("ro");
            var outcome = stage.quarantine(Stage.sha1(evil));
            assertThat(stage.places(outcome)).containsExactly("FAILED /mnt/evil", "QUARANTINED /evil");
            assertThat(outcome.getResult()).isEqualTo(Result.RESULT_FAILED);
            assertThat(outcome.getFilesList())
                    .anyMatch(file -> file.getMessage().contains("mounted read-only"));
        }
    }

    @Test
    void whenItIsCancelledBeforeAnythingWasDoneThenNothingIsDone() throws Exception {
        try (var stage = new Stage(folder)) {
            var evil = stage.write("evil", "evil");
            var result = stage.run(
                    Stage.order("q1")
                            .setStopAndQuarantine(StopAndQuarantine.newBuilder().setHash(Stage.sha1(evil))),
                    stage.task().cancelAfter(0));
            assertThat(result).isInstanceOf(TaskResult.Cancelled.class);
            assertThat(evil).exists();
        }
    }

    @Test
    void whenTheAgentWasRestartedInTheMiddleThenWhatWasTakenBeforeCounts() throws Exception {
        ByteString hash;
        try (var stage = new Stage(folder)) {
            var evil = stage.write("evil", "evil");
            hash = Stage.sha1(evil);
            stage.quarantine(hash);
        }
        try (var stage = new Stage(folder)) {
            stage.write("late", "evil");
            var outcome = Stage.outcome(stage.run(
                    Stage.order("q1")
                            .setStopAndQuarantine(StopAndQuarantine.newBuilder().setHash(hash)),
                    stage.repeatedTask()));
            assertThat(outcome.getResult()).isEqualTo(Result.RESULT_SUCCEEDED);
            assertThat(stage.places(outcome)).containsExactly("QUARANTINED /evil", "QUARANTINED /late");
        }
    }

    @Test
    void whenOneFileCannotBeGivenBackThenTheOthersAreAndItSaysWhy() throws Exception {
        try (var stage = new Stage(folder)) {
            var evil = stage.write("a/evil", "evil");
            stage.write("b/evil", "evil");
            var hash = Stage.sha1(evil);
            stage.quarantine(hash);
            stage.write("a/evil", "something else");

            var restored = stage.restore(Restore.newBuilder().setOfActionId("q1"));

            assertThat(restored.getResult()).isEqualTo(Result.RESULT_FAILED);
            assertThat(stage.places(restored)).containsExactly("FAILED /a/evil", "RESTORED /b/evil");
            assertThat(restored.getFilesList())
                    .anyMatch(file -> file.getMessage().contains("move it away and restore again"));
            assertThat(Files.readString(stage.root.resolve("a/evil"))).isEqualTo("something else");
            assertThat(Files.readString(stage.root.resolve("b/evil"))).isEqualTo("evil");

            Files.delete(stage.root.resolve("a/evil"));
            assertThat(stage.places(stage.restore(Restore.newBuilder()))).containsExactly("RESTORED /a/evil");
            assertThat(stage.restore(Restore.newBuilder()).getMessage()).contains("Nothing in this machine's vault");
        }
    }

    /** A machine that can refuse a file does so first, and until the end. */
    @Test
    void whenTheMachineCanRefuseItThenItDoesFromBeforeTheFirstProcessEndsUntilNothingIsLeft() throws Exception {
        var told = new ArrayList<String>();
        var look = new ArrayList<Callable<String>>();
        var control = denying(
                hash -> told.add(
                        "refused " + hash.hex() + ": " + look.getFirst().call()),
                () -> told.add("let go: " + look.getFirst().call()));
        try (var stage = new Stage(folder, control)) {
            var evil = stage.program("usr/bin/evil");
            var cron = stage.write("etc/cron.d/evil", "* * * * * root /usr/bin/evil\n");
            var process = stage.start(evil.toString(), "1000");
            look.add(() -> (process.isAlive() && !process.waitFor(told.isEmpty() ? 1 : 30, TimeUnit.SECONDS)
                            ? "it runs"
                            : "nothing runs")
                    + (Files.exists(evil) ? ", it is there" : "")
                    + (Files.exists(cron) ? ", it is started" : ""));
            var hash = Stage.sha1(evil);

            var outcome = stage.quarantine(hash);

            assertThat(outcome.getResult()).as(outcome.getMessage()).isEqualTo(Result.RESULT_SUCCEEDED);
            assertThat(told)
                    .containsExactly(
                            "refused " + FileHash.of(hash).hex() + ": it runs, it is there, it is started",
                            "let go: nothing runs");
        }
    }

    private interface Denied {
        void by(FileHash hash) throws Exception;
    }

    /** Can refuse files for the time of a task, and nothing else. */
    private static ExecutionControl denying(Denied denied, Callable<?> letGo) {
        var nothing = new UnsupportedExecutionControl(List.of("not in this test"));
        return (ExecutionControl) Proxy.newProxyInstance(
                ExecutionControl.class.getClassLoader(),
                new Class<?>[] {ExecutionControl.class},
                (_, method, arguments) -> {
                    if (!method.getName().equals("deny")) {
                        return method.invoke(nothing, arguments);
                    }
                    denied.by((FileHash) arguments[0]);
                    return (ExecutionControl.Denial) () -> {
                        try {
                            letGo.call();
                        } catch (Exception e) {
                            throw new AssertionError(e);
                        }
                    };
                });
    }
}
