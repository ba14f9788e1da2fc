package dev.cordon.bench;

import dev.cordon.agent.install.Installation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * Runs in a mount namespace of its own and prints one figure a line, {@code name value}: what it costs to start programs
 * under execution control and without. Controlled are a file system in memory and an overlay of this computer's root on
 * top of it, both seen in this namespace only.
 */
public final class ExecutionMeasurement {

    private static final int MIB = 1 << 20;
    private static final int STARTS = 1_000;
    private static final int ROUNDS = 10;
    private static final int WARM_UP_ROUNDS = 5;
    private static final int CEILING_PIECES = 200;
    private static final int BUILDS = 9;
    private static final String NOTHING_HERE = "00".repeat(32);

    private final Path disk;
    private final Process target;
    private final Random random = new Random(11);

    private ExecutionMeasurement(Path directory) throws IOException, InterruptedException {
        disk = Files.createDirectories(directory.resolve("disk"));
        PrivateRoot.command("mount", "-t", "tmpfs", "-o", "mode=0755,size=1g", "cordon-bench", disk.toString());
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(Installation.jvmArguments());
        command.addAll(List.of(
                "-cp",
                System.getProperty("java.class.path"),
                ExecutionTarget.class.getName(),
                Files.createDirectories(directory.resolve("state")).toString(),
                directory.toString()));
        target = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    /** @param arguments a directory to work in */
    public static void main(String[] arguments) throws Throwable {
        var directory = Path.of(arguments[0]).toRealPath();
        var measurement = new ExecutionMeasurement(directory);
        try {
            measurement.starts();
            measurement.ceiling();
            measurement.sizes();
            measurement.build(directory);
        } finally {
            measurement.target.outputWriter().close();
            if (!measurement.target.waitFor(10, TimeUnit.SECONDS)) {
                measurement.target.destroyForcibly();
            }
        }
    }

    private void blocks(String... hashes) throws IOException {
        var answer = ask(String.join(" ", hashes));
        if (!answer.equals("done")) {
            throw new IllegalStateException("execution control says: " + answer);
        }
    }

    private String ask(String line) throws IOException {
        var writer = target.outputWriter(StandardCharsets.UTF_8);
        writer.write(line + "\n");
        writer.flush();
        var answer = target.inputReader(StandardCharsets.UTF_8).readLine();
        if (answer == null) {
            throw new IllegalStateException("execution control ended");
        }
        return answer;
    }

    /** A program that ends at once, of this size, unlike any other. */
    private Path program(String name, int size) throws IOException {
        var program = disk.resolve(name);
        byte[] small = Files.readAllBytes(Path.of("/bin/true").toRealPath());
        byte[] bytes = new byte[Math.max(size, small.length + 16)];
        random.nextBytes(bytes);
        System.arraycopy(small, 0, bytes, 0, small.length);
        Files.write(program, bytes);
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
        return program;
    }

    private void starts() throws Exception {
        var good = program("good", 64 * 1024);
        var shared = program("shared", 64 * 1024);
        Files.setPosixFilePermissions(shared, PosixFilePermissions.fromString("rwxrwxr-x"));
        var bad = program("bad", 64 * 1024);
        String hash =
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(bad)));
        try (var runs = new Spawn(good);
                var asked = new Spawn(shared);
                var fails = new Spawn(bad);
                var echo = new Echo()) {
            time("warm-up", runs, STARTS, 0);
            blocks(hash);
            time("warm-up", runs, STARTS, 0);
            time("warm-up", asked, STARTS, 0);
            time("warm-up", fails, STARTS, Spawn.EPERM);
            for (int round = 0; round < ROUNDS; round++) {
                blocks();
                time("start-free", runs, STARTS / ROUNDS, 0);
                blocks(hash);
                time("warm-up", runs, 10, 0);
                time("warm-up", asked, 10, 0);
                worked("allowed", runs, 0);
                worked("asked", asked, 0);
                worked("denied", fails, Spawn.EPERM);
                print("echo", echo.micros(STARTS / ROUNDS));
            }
        }
    }

    /**
     * How long each start takes; on average, what the processor does for it in the agent and, where the agent is asked,
     * how long it takes from the question to the answer.
     */
    private void worked(String name, Spawn spawn, int expected) throws IOException {
        var asked = AnswerTotal.of(ask(ExecutionTarget.TIMES));
        long before = busy();
        time("start-" + name, spawn, STARTS / ROUNDS, expected);
        print("work-" + name, (busy() - before) / 1e3 / (STARTS / ROUNDS));
        var answered = AnswerTotal.of(ask(ExecutionTarget.TIMES));
        // the last answer may be counted only after who waited for it has gone on
        if (answered.answers() - asked.answers() > STARTS / ROUNDS / 2) {
            print("answer-" + name, answered.microsSince(asked));
        }
    }

    /** What {@link ExecutionTarget#TIMES} is answered by. */
    private record AnswerTotal(long answers, long nanos) {

        static AnswerTotal of(String line) {
            var words = line.split(" ", -1);
            return new AnswerTotal(Long.parseLong(words[0]), Long.parseLong(words[1]));
        }

        double microsSince(AnswerTotal before) {
            return (nanos - before.nanos) / 1e3 / (answers - before.answers);
        }
    }

    /** Nanoseconds that the threads of execution control ran so far. */
    private long busy() throws IOException {
        long nanos = 0;
        try (var threads = Files.newDirectoryStream(Path.of("/proc/" + target.pid() + "/task"))) {
            for (var thread : threads) {
                nanos += Long.parseLong(
                        Files.readString(thread.resolve("schedstat")).split(" ", 2)[0]);
            }
        }
        return nanos;
    }

    private static void time(String name, Spawn spawn, int times, int expected) {
        for (int i = 0; i < times; i++) {
            long began = System.nanoTime();
            int answer = spawn.run();
            print(name, (System.nanoTime() - began) / 1e3);
            if (answer != expected) {
                throw new IllegalStateException(name + ": error " + answer + " instead of " + expected);
            }
        }
    }

    /** What the processor itself can do: the same memory again and again, nothing read. */
    private void ceiling() throws Throwable {
        LibCryptoRate.measure(ROUNDS, rate -> print("rate-libcrypto", rate));
        byte[] piece = new byte[256 * 1024];
        var digest = MessageDigest.getInstance("SHA-256");
        for (int round = -WARM_UP_ROUNDS; round < ROUNDS; round++) {
            long began = System.nanoTime();
            for (int i = 0; i < CEILING_PIECES; i++) {
                digest.update(piece);
            }
            if (round >= 0) {
                print("rate-memory", (double) piece.length * CEILING_PIECES * 1e3 / (System.nanoTime() - began));
            }
        }
    }

    private void sizes() throws IOException {
        size("64k", 64 * 1024, 50, NOTHING_HERE);
        size("1m", MIB, 50, NOTHING_HERE);
        size("10m", 10 * MIB, 20, NOTHING_HERE);
        size("100m", 100 * MIB, 10, NOTHING_HERE);
        size("100m-sha1", 100 * MIB, 5, "00".repeat(20));
    }

    /** A file that was written is read again. */
    private void size(String name, int size, int times, String hash) throws IOException {
        var program = program("sized", size);
        blocks(hash);
        try (var spawn = new Spawn(program)) {
            time("warm-up", spawn, 5, 0);
            for (int i = 0; i < times; i++) {
                write(program, size);
                long began = System.nanoTime();
                spawn.run();
                long unread = System.nanoTime();
                spawn.run();
                long read = System.nanoTime();
                print("start-unread-" + name, (unread - began) / 1e3);
                print("rate-" + name, size / 1e6 / Math.max(1e-9, ((unread - began) - (read - unread)) / 1e9));
            }
        }
        Files.delete(program);
    }

    private void write(Path program, int size) throws IOException {
        try (var file = FileChannel.open(program, StandardOpenOption.WRITE)) {
            byte[] last = new byte[8];
            random.nextBytes(last);
            file.write(ByteBuffer.wrap(last), size - last.length);
        }
    }

    private void build(Path directory) throws Exception {
        var root = PrivateRoot.mount(directory.resolve("root"), disk);
        for (var build : List.of(SmallBuild.ofC(root), SmallBuild.ofJava(root))) {
            if (build.isEmpty()) {
                continue;
            }
            blocks();
            build.get().run();
            blocks(NOTHING_HERE);
            build.get().run();
            for (int i = 0; i < BUILDS; i++) {
                blocks();
                double free = build.get().run();
                blocks(NOTHING_HERE);
                double controlled = build.get().run();
                print("build-" + build.get().name() + "-free", free);
                print("build-" + build.get().name() + "-controlled", controlled);
            }
        }
    }

    private static void print(String name, double value) {
        System.out.println(name + " " + value);
    }
}
