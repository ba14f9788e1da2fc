package dev.cordon.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A server in a process of its own, as an operator starts it, on free ports of the loopback address. */
final class ServerProcess implements AutoCloseable {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String READY = "Cordon is ready: ";
    private static final List<String> FREE_PORTS = List.of("--bind", "127.0.0.1", "--port", "0", "--gateway-port", "0");

    private final Process process;
    private final Path output;
    private final Path errors;

    /** How a process ended. */
    record Ending(int status, String output, String errors) {

        /** The server did not start, and said why in one line for people. */
        void assertRefused(int expected, String... words) {
            assertThat(errors.lines().filter(line -> line.startsWith("cordon server: ")))
                    .as(errors)
                    .singleElement()
                    .asString()
                    .contains(words);
            assertThat(errors).doesNotContain("\tat ").doesNotContain("Exception");
            assertThat(output).isEmpty();
            assertThat(status).isEqualTo(expected);
        }
    }

    private ServerProcess(List<String> command) throws IOException {
        output = Files.createTempFile("cordon-server", ".out");
        errors = Files.createTempFile("cordon-server", ".err");
        process = new ProcessBuilder(command)
                .redirectOutput(output.toFile())
                .redirectError(errors.toFile())
                .start();
    }

    /** Starts one on this data directory. */
    static ServerProcess on(Path data) throws IOException {
        var words = new ArrayList<>(List.of("--data", data.toString()));
        words.addAll(FREE_PORTS);
        return new ServerProcess(java(words));
    }

    /** Starts one with exactly these words on its command line. */
    static ServerProcess with(String... words) throws IOException {
        return new ServerProcess(java(List.of(words)));
    }

    /**
     * Starts one whose data directory's parent is a file system of its own, in memory, that only the process sees.
     *
     * @param options of the mount, for example {@code size=8m}
     * @param seed copied there first
     */
    static ServerProcess onPrivateDisk(String options, Path mountPoint, Path seed) throws IOException {
        var words = new ArrayList<>(List.of("--data", mountPoint.resolve("data").toString()));
        words.addAll(FREE_PORTS);
        var command = new ArrayList<>(List.of(
                "unshare",
                "--mount",
                "sh",
                "-ec",
                "mount -t tmpfs -o mode=0700 tmpfs \"$1\"; cp -a \"$2\" \"$1/data\"; mount -o \"remount,$0\" \"$1\";"
                        + " shift 2; exec \"$@\"",
                options,
                mountPoint.toString(),
                seed.toString()));
        command.addAll(java(words));
        return new ServerProcess(command);
    }

    private static List<String> java(List<String> words) {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx256m",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-Dlogback.configurationFile=logback.xml",
                "-cp",
                System.getProperty("java.class.path"),
                ServerMain.class.getName()));
        command.addAll(words);
        return command;
    }

    /** Waits until it answers; where. */
    URI ready() throws Exception {
        var deadline = System.nanoTime() + LIMIT.toNanos();
        while (System.nanoTime() < deadline && process.isAlive()) {
            var said = Files.readString(output);
            if (said.startsWith(READY) && said.contains("\n")) {
                return URI.create(said.substring(READY.length(), said.indexOf('\n')));
            }
            TimeUnit.MILLISECONDS.sleep(10);
        }
        throw new AssertionError("the server did not start: " + errors());
    }

    /** Waits until it has ended by itself. */
    Ending ending() throws Exception {
        assertThat(process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        return new Ending(process.exitValue(), Files.readString(output), errors());
    }

    /** What it has said on standard output, once that has so many lines. */
    List<String> output(int lines) throws Exception {
        var deadline = System.nanoTime() + LIMIT.toNanos();
        while (System.nanoTime() < deadline && process.isAlive()) {
            var said = Files.readString(output);
            if (said.chars().filter(c -> c == '\n').count() >= lines) {
                return said.lines().toList();
            }
            TimeUnit.MILLISECONDS.sleep(10);
        }
        throw new AssertionError("the server did not say enough: " + Files.readString(output) + errors());
    }

    /** What it has said on standard error. */
    String errors() throws IOException {
        return Files.readString(errors);
    }

    /** A path as the process sees it. */
    Path inside(Path path) {
        return Path.of("/proc", Long.toString(process.pid()), "root")
                .resolve(path.toString().substring(1));
    }

    boolean runs() {
        return process.isAlive();
    }

    /** Ends it as the kernel does when memory is short: it cannot tidy up. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        assertThat(process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
    }

    @Override
    public void close() throws Exception {
        kill();
        Files.delete(output);
        Files.delete(errors);
    }
}
