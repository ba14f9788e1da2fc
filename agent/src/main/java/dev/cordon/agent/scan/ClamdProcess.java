package dev.cordon.agent.scan;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** A running ClamAV daemon, in the foreground, with its folder as its working directory. Safe for use by many threads. */
final class ClamdProcess implements AutoCloseable {

    private static final int MOST_OUTPUT = 32 * 1024;
    private static final Duration ENDS_WITHIN = Duration.ofSeconds(5);
    private static final String FIRST_TO_GO = "800";

    private final Process process;
    private final Thread reader;
    private final StringBuilder output = new StringBuilder();

    private ClamdProcess(Process process) {
        this.process = process;
        reader = Thread.ofVirtual().name("clamd-output").start(this::read);
    }

    /** Starts it; it inherits the niceness of the calling thread. */
    static ClamdProcess start(Path program, Path folder) throws IOException {
        var builder = new ProcessBuilder(program.toString(), "--config-file=clamd.conf")
                .directory(folder.toFile())
                .redirectErrorStream(true);
        builder.environment().put("LC_ALL", "C");
        var process = builder.start();
        process.getOutputStream().close();
        Files.writeString(folder.resolve("pid"), Long.toString(process.pid()));
        try {
            // where memory runs out, the scan goes before anything of the machine (proc_pid_oom_score_adj(5))
            Files.writeString(Path.of("/proc", Long.toString(process.pid()), "oom_score_adj"), FIRST_TO_GO);
        } catch (IOException e) {
            // it has ended already, which its output tells
        }
        return new ClamdProcess(process);
    }

    /** Ends an engine that an agent which died has left behind. */
    static void endLeftover(Path folder) {
        try {
            long pid = Long.parseLong(Files.readString(folder.resolve("pid")).strip());
            var process = ProcessHandle.of(pid);
            if (process.isPresent() && Files.isSameFile(Path.of("/proc", Long.toString(pid), "cwd"), folder)) {
                process.get().destroyForcibly();
                process.get().onExit().get(ENDS_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
            }
        } catch (IOException
                | NumberFormatException
                | java.util.concurrent.ExecutionException
                | java.util.concurrent.TimeoutException e) {
            // there is none
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** A way to its socket that is short enough for one, and leads to this process and no other. */
    Path socket() {
        return Path.of("/proc", Long.toString(process.pid()), "cwd", "run", "clamd.sock");
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** The beginning of what it said; all of it once it has ended. */
    String output() throws InterruptedException {
        if (!process.isAlive()) {
            reader.join(ENDS_WITHIN);
        }
        synchronized (output) {
            return output.toString();
        }
    }

    private void read() {
        byte[] buffer = new byte[1024];
        try (InputStream in = process.getInputStream()) {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                synchronized (output) {
                    if (output.length() < MOST_OUTPUT) {
                        output.append(new String(buffer, 0, read, StandardCharsets.UTF_8));
                    }
                }
            }
        } catch (IOException e) {
            // it was ended
        }
    }

    /** Ends it at once: it has nothing to save. */
    @Override
    public void close() {
        process.destroyForcibly();
        boolean interrupted = false;
        try {
            process.waitFor(ENDS_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
