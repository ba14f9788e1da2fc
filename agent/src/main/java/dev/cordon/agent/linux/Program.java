package dev.cordon.agent.linux;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Runs a system program to its end, with a limit on its time and its output. */
final class Program {

    private static final int NOT_STARTED = 127;
    private static final int TOO_LONG = 124;

    private Program() {}

    record Ended(int status, String output) {}

    static Ended run(Duration timeout, int outputLimit, String input, List<String> command) {
        Process process;
        try {
            ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
            builder.environment().put("LC_ALL", "C");
            process = builder.start();
        } catch (IOException e) {
            return new Ended(NOT_STARTED, "cannot start " + command.getFirst() + ": " + e.getMessage());
        }
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var written = CompletableFuture.runAsync(() -> write(process, input), threads);
            var output = CompletableFuture.supplyAsync(() -> read(process.getInputStream(), outputLimit), threads);
            try {
                String text = output.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
                written.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
                if (process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
                    return new Ended(process.exitValue(), text);
                }
            } catch (TimeoutException e) {
                // said below
            } catch (ExecutionException e) {
                return new Ended(TOO_LONG, command.getFirst() + ": " + e.getCause());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } finally {
                process.destroyForcibly();
            }
        }
        return new Ended(TOO_LONG, command.getFirst() + " did not end within " + timeout.toSeconds() + " s");
    }

    private static void write(Process process, String input) {
        try (var stdin = process.getOutputStream()) {
            stdin.write(input.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            // a program that does not read its input says the rest by its exit status
        }
    }

    private static String read(InputStream stream, int limit) {
        try (stream) {
            byte[] bytes = stream.readNBytes(limit);
            stream.skip(Long.MAX_VALUE);
            return new String(bytes, StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "(output could not be read: " + e.getMessage() + ")";
        }
    }
}
