package dev.cordon.agent.linux.execution;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.cordon.lab.Completed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A machine of its own as far as files and processes go: its root is an overlay of this computer's root with memory on
 * top, in a mount and a PID namespace of its own, and none of this computer's file systems is mounted in it. What is
 * controlled in it is controlled nowhere else. The process that controls is killed from outside after a hundred seconds.
 */
final class PrivateMachine implements AutoCloseable {

    private static final int WAIT_SECONDS = 60;
    private static final String LIFE_SECONDS = "100";
    private static final String SETUP = """
            set -e
            mount -t tmpfs -o mode=755 cordon-lab "$0"
            mkdir "$0/upper" "$0/work" "$0/root"
            mount -t overlay -o "lowerdir=/,upperdir=$0/upper,workdir=$0/work" cordon-lab "$0/root"
            cd "$0/root"
            mkdir -p proc dev .outside
            mount -t proc cordon-lab proc
            mount -t tmpfs -o mode=755 cordon-lab dev
            mknod -m 666 dev/null c 1 3
            mknod -m 666 dev/zero c 1 5
            mknod -m 666 dev/random c 1 8
            mknod -m 666 dev/urandom c 1 9
            pivot_root . .outside
            umount -l /.outside
            echo ready
            exec sleep 600
            """;

    private final Path folder;
    private final Process holder;
    private final String init;
    private final List<ExecutionLab.Control> controls = new ArrayList<>();

    private PrivateMachine(Path folder, Process holder, String init) {
        this.folder = folder;
        this.holder = holder;
        this.init = init;
    }

    /** @param folder empty */
    static PrivateMachine open(Path folder) throws IOException {
        Files.createDirectories(folder.resolve("disk"));
        Files.createDirectories(folder.resolve("state"));
        Files.write(folder.resolve("state/computer"), Files.readAllBytes(Path.of("/proc/self/mountinfo")));
        var holder = new ProcessBuilder(
                        "unshare",
                        "-m",
                        "-p",
                        "--fork",
                        "--kill-child",
                        "--propagation",
                        "private",
                        "sh",
                        "-c",
                        SETUP,
                        folder.resolve("disk").toString())
                .redirectError(folder.resolve("lab.log").toFile())
                .start();
        if (!"ready".equals(holder.inputReader(UTF_8).readLine())) {
            throw new IOException("no private machine: " + Files.readString(folder.resolve("lab.log")));
        }
        var children = Files.readString(Path.of("/proc/" + holder.pid() + "/task/" + holder.pid() + "/children"));
        return new PrivateMachine(folder, holder, children.strip());
    }

    /** Whether its programs are there, which they are not where they lie on a file system that is not the root. */
    boolean has(String file) throws IOException, InterruptedException {
        return run("test -e '" + file + "'").status() == 0;
    }

    /** A file of this machine, as this process sees it. */
    Path outside(String file) {
        return Path.of("/proc/" + init + "/root" + file);
    }

    void program(String file, byte[] content) throws IOException {
        Files.write(outside(file), content);
        Files.setPosixFilePermissions(
                outside(file), java.nio.file.attribute.PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    Completed run(String script) throws IOException, InterruptedException {
        var process = new ProcessBuilder(inside("sh", "-c", script))
                .redirectErrorStream(true)
                .start();
        if (!process.waitFor(WAIT_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("did not end: " + script);
        }
        return new Completed(
                process.exitValue(), new String(process.getInputStream().readAllBytes(), UTF_8));
    }

    private List<String> inside(String... command) {
        List<String> all = new ArrayList<>(List.of("nsenter", "-t", init, "-m", "-p", "-r", "-w"));
        all.addAll(List.of(command));
        return all;
    }

    /** Execution control over everything that is mounted in this machine. */
    ExecutionLab.Control control() throws IOException, InterruptedException {
        var control = new ExecutionLab.Control(new ProcessBuilder(inside(
                        "timeout",
                        "-s",
                        "KILL",
                        LIFE_SECONDS,
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-Xmx32m",
                        "-Xss256k",
                        "-XX:TieredStopAtLevel=1",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        ControlProcess.class.getName(),
                        folder.resolve("state").toString(),
                        "/nowhere",
                        "/var/lib/dpkg/info",
                        "/",
                        folder.resolve("state/computer").toString()))
                .redirectError(folder.resolve("control.log").toFile())
                .start());
        controls.add(control);
        control.answer();
        return control;
    }

    @Override
    public void close() throws InterruptedException {
        for (var control : controls) {
            control.process.destroyForcibly();
        }
        holder.destroyForcibly(); // and with it, by --kill-child, all that lives in there
        holder.waitFor(WAIT_SECONDS, TimeUnit.SECONDS);
    }
}
