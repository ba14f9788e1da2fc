package dev.cordon.lab;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** Runs programs to their end, with a limit on their time and their output. */
final class Programs {

    private static final int OUTPUT_LIMIT = 8 << 20;
    private static final Duration SHORT = Duration.ofSeconds(20);

    private Programs() {}

    static Completed ip(String... arguments) {
        String[] command = new String[arguments.length + 1];
        command[0] = "ip";
        System.arraycopy(arguments, 0, command, 1, arguments.length);
        return run(SHORT, "", List.of(command));
    }

    static void ipBatch(String namespace, String... lines) {
        Completed completed =
                run(SHORT, String.join("\n", lines) + "\n", List.of("ip", "-netns", namespace, "-batch", "-"));
        if (completed.status() != 0) {
            throw new LabException(
                    "ip could not set up " + namespace + ": "
                            + completed.output().strip() + " (" + String.join("; ", lines) + ")",
                    null);
        }
    }

    static Completed run(Duration timeout, String input, List<String> command) {
        Process process;
        try {
            process = new ProcessBuilder(command).redirectErrorStream(true).start();
        } catch (IOException e) {
            throw new LabException("cannot start " + command.getFirst() + ": " + e.getMessage(), e);
        }
        return await(process, timeout, input, command);
    }

    private static Completed await(Process process, Duration timeout, String input, List<String> command) {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var output = CompletableFuture.supplyAsync(() -> read(process.getInputStream()), threads);
            try {
                try (var stdin = process.getOutputStream()) {
                    stdin.write(input.getBytes(StandardCharsets.UTF_8));
                } catch (IOException e) {
                    // a program that does not read its input says the rest by its exit status
                }
                if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
                    throw new LabException(String.join(" ", command) + " did not end within " + timeout, null);
                }
                return new Completed(process.exitValue(), output.join());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new LabException("interrupted while waiting for " + command.getFirst(), e);
            } finally {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
            }
        }
    }

    private static String read(InputStream stream) {
        try (stream) {
            byte[] bytes = stream.readNBytes(OUTPUT_LIMIT);
            stream.skip(Long.MAX_VALUE);
            return new String(bytes, StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "(output could not be read: " + e.getMessage() + ")";
        }
    }
}
