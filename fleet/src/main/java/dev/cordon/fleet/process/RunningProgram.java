package dev.cordon.fleet.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A child process whose output goes to a file. Ended, at the latest by force, when closed. */
public final class RunningProgram implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final int TAIL = 30;

    private final String name;
    private final Process process;
    private final Path log;

    private RunningProgram(String name, Process process, Path log) {
        this.name = name;
        this.process = process;
        this.log = log;
    }

    /** Starts a program; what it prints is appended to the log. */
    public static RunningProgram start(String name, List<String> command, Path log) {
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        // The launcher has built before; a child must not build again while it is being measured.
        builder.environment().put("CORDON_NO_BUILD", "1");
        try {
            Process process = builder.start();
            process.getOutputStream().close();
            return new RunningProgram(name, process, log);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start " + name + ": " + e.getMessage(), e);
        }
    }

    /** Runs a program to its end. */
    public static Ended run(String name, List<String> command, Path log, Duration timeout) {
        try (RunningProgram program = start(name, command, log)) {
            return program.await(timeout);
        }
    }

    /** How a program ended. */
    public record Ended(int status, String output) {}

    /**
     * Waits for the program to end by itself.
     *
     * @throws IllegalStateException if it does not
     */
    public Ended await(Duration timeout) {
        try {
            if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IllegalStateException(name + " did not end within " + timeout.toSeconds() + " s; see " + log);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for " + name, e);
        }
        return new Ended(process.exitValue(), output());
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    public long pid() {
        return process.pid();
    }

    public Path log() {
        return log;
    }

    /** Everything in the log. */
    public String output() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            return "(the log cannot be read: " + e.getMessage() + ")";
        }
    }

    /** The end of the log, for an error message. */
    public String tail() {
        List<String> lines = output().lines().toList();
        return String.join("\n", lines.subList(Math.max(0, lines.size() - TAIL), lines.size()));
    }

    /** Ends the program at once, without a chance to clean up: {@code kill -9}. */
    public void kill() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        awaitEnd(PATIENCE);
    }

    /** Asks the program to end, and insists after a while. */
    @Override
    public void close() {
        end(PATIENCE);
    }

    /** Asks the program to end, and insists when the given time is over. */
    public void end(Duration patience) {
        List<ProcessHandle> descendants = process.descendants().toList();
        process.destroy();
        if (!awaitEnd(patience)) {
            process.destroyForcibly();
            awaitEnd(PATIENCE);
        }
        descendants.forEach(ProcessHandle::destroyForcibly);
    }

    private boolean awaitEnd(Duration patience) {
        boolean interrupted = Thread.interrupted();
        try {
            return process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            interrupted = true;
            return false;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
