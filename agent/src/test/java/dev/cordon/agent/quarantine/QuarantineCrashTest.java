package dev.cordon.agent.quarantine;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.cordon.agent.files.FileCallException;
import dev.cordon.agent.files.FileCalls;
import dev.cordon.agent.files.InterposedCalls;
import dev.cordon.agent.files.InterposedCalls.Killed;
import dev.cordon.agent.files.PrivateMount;
import dev.cordon.agent.linux.files.LinuxFileCalls;
import dev.cordon.agent.linux.files.LinuxProcessCalls;
import dev.cordon.agent.log.Log;
import dev.cordon.agent.task.TaskException;
import dev.cordon.agent.vault.Vault;
import dev.cordon.protocol.wire.Outcome;
import dev.cordon.protocol.wire.Restore;
import dev.cordon.protocol.wire.Result;
import dev.cordon.protocol.wire.StopAndQuarantine;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Ends the agent in front of every system call by which a whole order changes anything, on disks or processes, and fails
 * every single one: each file is in its place or in the vault, and the next start finishes what was begun.
 */
@Timeout(300)
final class QuarantineCrashTest {

    private static final Set<String> LOOKING = Set.of(
            "openRoot",
            "openFolder",
            "openFile",
            "openFollowing",
            "openExisting",
            "open",
            "close",
            "stat",
            "read",
            "readLink",
            "attributes",
            "flags",
            "next",
            "free",
            "files",
            "ended");
    private static final String CRONTAB = "etc/crontab";
    private static final int EIO = 5;

    @TempDir
    private Path temporary;

    private PrivateMount memory;
    private Process evil;
    private Map<String, String> before = Map.of();
    private ByteString hash = ByteString.EMPTY;

    @BeforeEach
    void mount() throws Exception {
        memory = PrivateMount.tmpfs(temporary.resolve("memory"), "512m");
        evil = new ProcessBuilder("true").start();
    }

    @AfterEach
    void unmount() throws Exception {
        evil.destroyForcibly();
        memory.close();
    }

    /** A program at two places, running, with everything that starts it again. */
    private void lay(Path place, boolean deleted) throws Exception {
        try (var stage = new Stage(place)) {
            var program = stage.program("usr/bin/evil");
            hash = Stage.sha1(program);
            stage.write("etc/cron.d/evil", "* * * * * root /usr/bin/evil\n");
            stage.write(CRONTAB, "* * * * * root good\n* * * * * root /usr/bin/evil\n");
            stage.write("etc/systemd/system/evil.service", "[Service]\nExecStart=/usr/bin/evil\n");
            var wants = Files.createDirectory(stage.root.resolve("etc/systemd/system/x.target.wants"));
            Files.createSymbolicLink(wants.resolve("evil.service"), Path.of("../evil.service"));
            var copy = Files.createDirectory(stage.root.resolve("tmp")).resolve("copy");
            Files.copy(program, copy);
            evil = new ProcessBuilder(program.toString(), "1000").start();
            if (deleted) {
                Files.delete(program);
                Files.delete(copy);
            }
        }
        before = look(place);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whenTheAgentDiesAtAnyCallThatChangesSomethingThenItsNextStartFinishes(boolean deleted) throws Exception {
        for (int at = 0; ; at++) {
            var place = Files.createDirectory(memory.path().resolve("d" + at));
            lay(place, deleted);
            var death = new InterposedCalls.Death(at, false);
            InterposedCalls.Before deadly = (name, arguments) -> {
                if (!LOOKING.contains(name)) {
                    death.call(name, arguments);
                } else if (death.happened() && !name.equals("close")) {
                    throw new Killed();
                }
            };
            try {
                quarantine(place, deadly, false);
            } catch (Killed e) {
                assertThat(death.happened()).isTrue();
            }
            if (!death.happened()) {
                assertThat(at).as("calls that change something").isGreaterThan(deleted ? 40 : 80);
                break;
            }
            requireNothingLost(place, "death at " + at);

            var outcome = quarantine(place, (name, arguments) -> {}, true);

            assertThat(outcome.getResult())
                    .as("death at %d: %s", at, outcome.getMessage())
                    .isEqualTo(Result.RESULT_SUCCEEDED);
            assertThat(outcome.getMessage())
                    .as("death at %d", at)
                    .isEqualTo((deleted ? 0 : 2) + " places, 1 processes, 4 entries that started it.");
            assertThat(evil.waitFor(30, TimeUnit.SECONDS)).as("death at %d", at).isTrue();
            assertThat(Files.readString(place.resolve("root").resolve(CRONTAB)))
                    .startsWith("* * * * * root good\n#cordon-");
            restoreAll(place);
            assertThat(look(place)).as("death at %d", at).isEqualTo(before);
        }
    }

    @Test
    void whenAnyCallThatChangesSomethingFailsThenTheOutcomeSaysSoAndNothingIsLost() throws Exception {
        for (int at = 0; ; at++) {
            var place = Files.createDirectory(memory.path().resolve("f" + at));
            lay(place, false);
            var failure = new InterposedCalls.Failure(at, EIO);
            String message;
            boolean done = false;
            try {
                var outcome = quarantine(
                        place,
                        (name, arguments) -> {
                            if (!LOOKING.contains(name)) {
                                failure.call(name, arguments);
                            }
                        },
                        false);
                message = outcome.getMessage();
                done = outcome.getResult() == Result.RESULT_SUCCEEDED;
            } catch (TaskException e) {
                message = String.valueOf(e.getMessage());
            }
            assertThat(message).as("failure at %d", at).isNotBlank();
            requireNothingLost(place, "failure at " + at + ": " + message);
            if (done) {
                assertThat(look(place).keySet())
                        .as("failure at %d: %s", at, message)
                        .doesNotContain("usr/bin/evil", "tmp/copy", "etc/cron.d/evil");
                assertThat(evil.waitFor(30, TimeUnit.SECONDS)).isTrue();
            }
            restoreAll(place);
            assertThat(look(place)).as("failure at %d: %s", at, message).isEqualTo(before);
            evil.destroyForcibly().waitFor();
            if (!failure.happened()) {
                assertThat(done).isTrue();
                break;
            }
        }
    }

    private Outcome quarantine(Path place, InterposedCalls.Before before, boolean again) throws Exception {
        var files = InterposedCalls.of(seeing(evil.pid()), before, (name, arguments) -> {});
        try (var stage = new Stage(place, files, interposed(before))) {
            return Stage.outcome(stage.run(
                    Stage.order("q1")
                            .setStopAndQuarantine(StopAndQuarantine.newBuilder().setHash(hash)),
                    again ? stage.repeatedTask() : stage.task()));
        }
    }

    private void restoreAll(Path place) throws Exception {
        try (var stage = new Stage(place)) {
            var restored = stage.restore(Restore.newBuilder());
            assertThat(restored.getFilesList())
                    .as(restored.getMessage())
                    .allMatch(file -> file.getStatus().name().endsWith("RESTORED"));
        }
    }

    /** After the next start every file is in exactly one place: its own, or the vault. */
    private void requireNothingLost(Path place, String when) throws Exception {
        Set<String> kept = new HashSet<>();
        try (var vault =
                Vault.open(place.resolve("state"), new LinuxFileCalls(), InstantSource.system(), Log.silent())) {
            for (var id : vault.ids()) {
                var path = vault.entry(id).path().toString();
                assertThat(kept.add(path)).as(when + ": once in the vault").isTrue();
            }
        }
        var now = look(place);
        var root = place.resolve("root").toRealPath();
        before.forEach((name, looks) -> {
            boolean inVault = kept.contains(root.resolve(name).toString());
            if (name.equals(CRONTAB)) {
                assertThat(looks.equals(now.get(name))).as(when + ": " + name).isNotEqualTo(inVault);
            } else {
                assertThat(now.get(name)).as(when + ": " + name).isEqualTo(inVault ? null : looks);
            }
        });
        assertThat(before.keySet()).as(when).containsAll(now.keySet());
    }

    /** Content, permissions and time of every file below the root. */
    private static Map<String, String> look(Path place) throws IOException {
        Map<String, String> looks = new TreeMap<>();
        var root = place.resolve("root");
        List<Path> files;
        try (var all = Files.walk(root)) {
            files = all.filter(path -> !Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS))
                    .toList();
        }
        for (var file : files) {
            var content = Files.isSymbolicLink(file)
                    ? Files.readSymbolicLink(file).toString()
                    : new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
            looks.put(
                    root.relativize(file).toString(),
                    Files.getAttribute(file, "unix:mode", LinkOption.NOFOLLOW_LINKS) + " "
                            + Files.getLastModifiedTime(file, LinkOption.NOFOLLOW_LINKS)
                            + " " + content.length() + " " + content.hashCode());
        }
        return looks;
    }

    private static ProcessCalls interposed(InterposedCalls.Before before) {
        var real = new LinuxProcessCalls();
        return (ProcessCalls) Proxy.newProxyInstance(
                ProcessCalls.class.getClassLoader(), new Class<?>[] {ProcessCalls.class}, (_, method, arguments) -> {
                    before.call(method.getName(), arguments);
                    return invoke(() -> method.invoke(real, arguments));
                });
    }

    /** Sees no process but this one: to look at all of a computer for every call would take minutes. */
    private static FileCalls seeing(long pid) {
        var real = new LinuxFileCalls();
        Set<Object> processFolders = new HashSet<>();
        return (FileCalls) Proxy.newProxyInstance(
                FileCalls.class.getClassLoader(), new Class<?>[] {FileCalls.class}, (_, method, arguments) -> {
                    if (method.getName().equals("close")) {
                        processFolders.remove(arguments[0]);
                    }
                    Object result = invoke(() -> method.invoke(real, arguments));
                    if (method.getName().equals("openFolder")
                            && text(arguments[1]).equals("proc")) {
                        processFolders.add(result);
                    }
                    boolean looksAround = method.getName().equals("next") && processFolders.contains(arguments[0]);
                    while (looksAround && result instanceof List<?> entries && !entries.isEmpty()) {
                        var visible = entries.stream()
                                .filter(entry ->
                                        text(((FileCalls.Entry) entry).name()).equals(Long.toString(pid)))
                                .toList();
                        if (!visible.isEmpty()) {
                            return visible;
                        }
                        result = invoke(() -> method.invoke(real, arguments));
                    }
                    return result;
                });
    }

    private static String text(Object bytes) {
        return new String((byte[]) bytes, StandardCharsets.ISO_8859_1);
    }

    private interface Call {
        Object make() throws ReflectiveOperationException;
    }

    private static Object invoke(Call call) throws Throwable {
        try {
            return call.make();
        } catch (InvocationTargetException e) {
            throw e.getCause() instanceof FileCallException failed ? failed : e.getCause();
        }
    }
}
