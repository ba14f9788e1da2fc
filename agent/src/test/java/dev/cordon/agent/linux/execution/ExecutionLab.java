package dev.cordon.agent.linux.execution;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.cordon.agent.hash.FileHash;
import dev.cordon.agent.hash.FileHasher;
import dev.cordon.agent.hash.HashAlgorithm;
import dev.cordon.lab.Completed;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A mount namespace of its own with a private memory file system in it, and execution control over that and over nothing
 * else. Every process that marks anything is killed from outside after a minute. Needs root.
 */
final class ExecutionLab implements AutoCloseable {

    private static final int WAIT_SECONDS = 60;
    private static final String LIFE_SECONDS = "60";

    private final Path folder;
    private final Process holder;
    private final List<Control> controls = new ArrayList<>();

    private ExecutionLab(Path folder, Process holder) {
        this.folder = folder;
        this.holder = holder;
    }

    static boolean possible() {
        return "root".equals(System.getProperty("user.name")) && Probe.missing().isEmpty();
    }

    /** @param folder empty; the memory file system is mounted on {@code disk} in it */
    static ExecutionLab open(Path folder) throws IOException {
        Files.createDirectories(folder.resolve("disk"));
        Files.createDirectories(folder.resolve("dpkg"));
        var holder = new ProcessBuilder(
                        "unshare",
                        "-m",
                        "--propagation",
                        "private",
                        "sh",
                        "-c",
                        "mount -t tmpfs -o mode=755 cordon-lab \"$0\" && echo ready && exec sleep 600",
                        folder.resolve("disk").toString())
                .redirectError(ProcessBuilder.Redirect.appendTo(
                        folder.resolve("lab.log").toFile()))
                .start();
        if (!"ready".equals(holder.inputReader(UTF_8).readLine())) {
            throw new IOException("no private mount namespace");
        }
        return new ExecutionLab(folder, holder);
    }

    /** The private file system, as processes of the lab see it. */
    Path disk() {
        return folder.resolve("disk");
    }

    /** The same, as this process sees it. */
    Path outside() {
        return Path.of("/proc/" + holder.pid() + "/root" + disk());
    }

    /** Where the packages' lists go, outside of the private file system. */
    Path packages() {
        return folder.resolve("dpkg");
    }

    /** Puts an executable file on the private disk. */
    Path program(String name, byte[] content) throws IOException {
        Path file = outside().resolve(name);
        Files.createDirectories(file.getParent());
        Files.write(file, content);
        Files.setPosixFilePermissions(file, java.nio.file.attribute.PosixFilePermissions.fromString("rwxr-xr-x"));
        return disk().resolve(name);
    }

    FileHash hash(String name, HashAlgorithm algorithm) throws IOException {
        try (var hasher = FileHasher.open()) {
            return hasher.hash(outside().resolve(name), EnumSet.of(algorithm), FileHasher.NO_LIMIT)
                    .values()
                    .getFirst();
        }
    }

    /** How this process has marked a file of the private disk; empty if it has not. */
    String markOf(String name, Control control) throws IOException {
        long inode = (long) Files.getAttribute(outside().resolve(name), "unix:ino");
        return control.marks().stream()
                .filter(mark -> mark.startsWith("fanotify ino:" + Long.toHexString(inode) + " "))
                .findFirst()
                .orElse("");
    }

    /** Runs a shell script in the lab, in the folder of its private disk. */
    Completed run(String script) throws IOException, InterruptedException {
        var process = start(script);
        if (!process.waitFor(WAIT_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("did not end: " + script);
        }
        return new Completed(
                process.exitValue(), new String(process.getInputStream().readAllBytes(), UTF_8));
    }

    Process start(String script) throws IOException {
        return new ProcessBuilder(
                        "nsenter", "-t", String.valueOf(holder.pid()), "-m", "sh", "-c", "cd " + disk() + "; " + script)
                .redirectErrorStream(true)
                .start();
    }

    /** Starts execution control; its state is outside of the private disk. */
    Control control() throws IOException, InterruptedException {
        Path state = Files.createDirectories(folder.resolve("state"));
        var command = new ArrayList<>(List.of(
                "nsenter",
                "-t",
                String.valueOf(holder.pid()),
                "-m",
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
                state.toString(),
                folder.toString(),
                packages().toString(),
                "/"));
        var control = new Control(new ProcessBuilder(command)
                .redirectError(
                        ProcessBuilder.Redirect.to(folder.resolve("control.log").toFile()))
                .start());
        controls.add(control);
        control.pid = Long.parseLong(control.answer());
        return control;
    }

    String log() throws IOException {
        return Files.readString(folder.resolve("control.log"));
    }

    /** The process that controls. */
    static final class Control implements AutoCloseable {
        final Process process;
        final List<String> events = new CopyOnWriteArrayList<>();
        private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();
        long pid;

        Control(Process process) {
            this.process = process;
            Thread.ofVirtual().start(this::listen);
        }

        private void listen() {
            try (BufferedReader lines = process.inputReader(UTF_8)) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    if (line.startsWith("! ")) {
                        events.add(line.substring(2));
                    } else if (line.startsWith("= ")) {
                        answers.add(line.substring(2));
                    }
                }
            } catch (IOException e) {
                // it was killed
            }
        }

        String answer() throws InterruptedException {
            String answer = answers.poll(WAIT_SECONDS, TimeUnit.SECONDS);
            if (answer == null) {
                throw new AssertionError("no answer");
            }
            return answer;
        }

        String order(String line) throws IOException, InterruptedException {
            var writer = process.outputWriter(UTF_8);
            writer.write(line + "\n");
            writer.flush();
            return answer();
        }

        /** What its fanotify group has marked, a line for each file and file system, as the kernel tells. */
        List<String> marks() throws IOException {
            List<String> marks = new ArrayList<>();
            try (var files = Files.newDirectoryStream(Path.of("/proc/" + pid + "/fdinfo"))) {
                for (var file : files) {
                    try {
                        Files.readAllLines(file).stream()
                                .filter(line -> line.startsWith("fanotify "))
                                .forEach(marks::add);
                    } catch (IOException e) {
                        // closed meanwhile, which the kernel says at the opening or at the reading
                    }
                }
            }
            return marks;
        }

        void signal(String signal) throws IOException, InterruptedException {
            new ProcessBuilder("kill", "-" + signal, String.valueOf(pid))
                    .start()
                    .waitFor();
        }

        @Override
        public void close() throws InterruptedException {
            ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
            process.waitFor(WAIT_SECONDS, TimeUnit.SECONDS);
        }
    }

    @Override
    public void close() throws InterruptedException {
        for (var control : controls) {
            control.close();
        }
        holder.destroyForcibly();
        holder.waitFor(WAIT_SECONDS, TimeUnit.SECONDS);
    }
}
