package dev.cordon.agent.finder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import dev.cordon.agent.files.FileCalls;
import dev.cordon.agent.files.RawPath;
import dev.cordon.agent.files.Shell;
import dev.cordon.agent.hash.FileHash;
import dev.cordon.agent.linux.files.LinuxFileCalls;
import dev.cordon.agent.log.Log;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever a file is to a process, its program, its library or its script: the process is found. */
final class ProcessesTest {

    private static final FileCalls CALLS = new LinuxFileCalls();

    @TempDir
    private Path folder;

    private final List<Process> started = new ArrayList<>();

    @AfterEach
    void end() {
        started.forEach(Process::destroyForcibly);
    }

    private Process start(String... command) throws IOException {
        var process = new ProcessBuilder(command).directory(folder.toFile()).start();
        started.add(process);
        return process;
    }

    /** A copy of a program that no other process runs. */
    private Path copy(String of, String name) throws IOException, InterruptedException {
        Shell.run("cp \"$(readlink -f " + of + ")\" '" + folder + "/" + name + "'; printf unique >> '" + folder + "/"
                + name + "'");
        return folder.resolve(name);
    }

    private void awaitFound(Path file, Process process, Running.How how, String path) throws Exception {
        var wanted = FileHash.of(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
        awaitFound(wanted, process, how, path);
    }

    private void awaitFound(FileHash wanted, Process process, Running.How how, String path) throws Exception {
        try (var finder = Finder.open(folder, CALLS, InstantSource.system(), Limits.USUAL, Log.silent())) {
            await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
                var search = finder.search(wanted, new Watch() {
                    @Override
                    public boolean cancelled() {
                        return false;
                    }

                    @Override
                    public void progress(int percent, String doing) {}
                });
                assertThat(new Processes(CALLS).find(search))
                        .extracting(
                                Running::pid,
                                Running::how,
                                running -> running.path().toString())
                        .containsExactly(tuple((int) process.pid(), how, path));
            });
        }
    }

    @Test
    void whenItIsTheProgramThenTheProcessIsFoundAlsoWhenTheNameIsGone() throws Exception {
        var evil = copy("/bin/sleep", "evil");
        var process = start(evil.toString(), "100");
        awaitFound(evil, process, Running.How.PROGRAM, evil.toString());
        var wanted = FileHash.of(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(evil)));
        Files.delete(evil);
        awaitFound(wanted, process, Running.How.PROGRAM, evil + " (deleted)");
    }

    @Test
    void whenItIsALibraryThenTheProcessIsFound() throws Exception {
        var evil = copy("$(ldconfig -p | grep -m1 -o '/.*libz.so.1$')", "evil.so");
        var process = start("python3", "-c", "import ctypes, time; ctypes.CDLL('./evil.so'); time.sleep(100)");
        awaitFound(evil, process, Running.How.LOADED, evil.toString());
    }

    @Test
    void whenItIsAScriptThenTheInterpreterIsFound() throws Exception {
        var evil = Files.writeString(folder.resolve("evil.sh"), "while true; do sleep 100; done\n");
        awaitFound(evil, start("bash", "./evil.sh"), Running.How.SCRIPT, evil.toString());
    }

    @Test
    void whenTheInterpreterClosedTheScriptThenItIsFoundByItsArguments() throws Exception {
        var evil = Files.writeString(folder.resolve("evil.py"), "import time\ntime.sleep(100)\n");
        awaitFound(evil, start("python3", "-u", "evil.py", "--fast"), Running.How.SCRIPT, evil.toString());
    }

    @Test
    void whenAnEditorHasItOpenThenThatIsNotRunningIt() throws Exception {
        var evil = Files.writeString(folder.resolve("evil.txt"), "looked at only, by tail\n");
        start("tail", "-f", "evil.txt");
        var wanted = FileHash.of(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(evil)));
        try (var finder = Finder.open(folder, CALLS, InstantSource.system(), Limits.USUAL, Log.silent())) {
            var search = finder.search(wanted, new Watch() {
                @Override
                public boolean cancelled() {
                    return false;
                }

                @Override
                public void progress(int percent, String doing) {}
            });
            assertThat(search.lookAt(RawPath.of(evil))).isTrue();
            assertThat(new Processes(CALLS).find(search)).isEmpty();
        }
    }
}
