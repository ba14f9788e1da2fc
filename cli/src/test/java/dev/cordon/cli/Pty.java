package dev.cordon.cli;

import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A command on a real pseudo-terminal, which {@code script} of util-linux makes, and a person who reads and types. */
final class Pty implements AutoCloseable {

    static final String CTRL_C = "\u0003";

    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private final String command;
    private final Process process;
    private final ByteArrayOutputStream shown = new ByteArrayOutputStream();
    private final Thread reader;

    /** @param command as one types it */
    Pty(Path folder, int columns, int rows, Map<String, String> environment, String command) {
        this.command = command;
        String there = "stty echo rows " + rows + " cols " + columns + "; exec " + command;
        var builder = new ProcessBuilder("script", "--quiet", "--return", "--command", there, "/dev/null")
                .directory(folder.toFile())
                .redirectErrorStream(true);
        builder.environment().putAll(Map.of("SHELL", "/bin/sh", "TERM", "xterm"));
        builder.environment().keySet().removeAll(List.of("NO_COLOR", "COLUMNS", "LINES"));
        builder.environment().putAll(environment);
        try {
            this.process = builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        this.reader = Thread.ofPlatform().daemon().start(this::read);
    }

    private void read() {
        byte[] piece = new byte[4096];
        try (InputStream in = process.getInputStream()) {
            for (int length = in.read(piece); length > 0; length = in.read(piece)) {
                shown.write(piece, 0, length);
            }
        } catch (IOException e) {
            // it is over
        }
    }

    /** All that was sent to the terminal until now. */
    String shown() {
        return shown.toString(StandardCharsets.UTF_8);
    }

    /** Waits until it shows this. */
    void until(String text) {
        await(command + " shows " + text).atMost(PATIENCE).until(() -> shown().contains(text) || !reader.isAlive());
        if (!shown().contains(text)) {
            throw new AssertionError(command + " ended without showing " + text + ":\n" + shown());
        }
    }

    void type(String keys) {
        try {
            process.getOutputStream().write(keys.getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits for the end and says its status. */
    int status() {
        try {
            if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                throw new AssertionError(command + " does not end:\n" + shown());
            }
            reader.join(PATIENCE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
        return process.exitValue();
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }
}
