package dev.cordon.agent.collection;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Runs one program and keeps what it prints in a file, so that neither a program that hangs nor one of its children
 * that keeps the output open can hold the agent up. No shell, no input, an environment of its own. Stateless.
 */
final class Program {

    /** Where programs are looked for: not where the agent's own environment says. */
    static final List<String> PATH =
            List.of("/usr/sbin", "/usr/bin", "/sbin", "/bin", "/usr/local/sbin", "/usr/local/bin");

    private static final Duration LOOK = Duration.ofMillis(20);
    private static final Duration KILL_PATIENCE = Duration.ofSeconds(2);

    private Program() {}

    /** How a program ended. */
    enum End {
        EXITED,
        TIMED_OUT,
        TOO_MUCH,
        STOPPED
    }

    /** @param status exit status; meaningless unless it exited by itself */
    record Result(End end, int status) {}

    /** The program's file, if it is installed. */
    static Optional<Path> find(String name) {
        if (name.startsWith("/")) {
            return Optional.of(Path.of(name)).filter(Files::isExecutable);
        }
        return PATH.stream()
                .map(folder -> Path.of(folder, name))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** @param mostBytes the program is ended when it has printed more */
    static Result run(List<String> command, Path output, Duration most, long mostBytes, BooleanSupplier stop)
            throws IOException, InterruptedException {
        var builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectInput(new File("/dev/null"))
                .redirectOutput(output.toFile())
                .directory(new File("/"));
        var environment = builder.environment();
        environment.clear();
        environment.put("PATH", String.join(":", PATH));
        environment.put("LC_ALL", "C.UTF-8");
        environment.put("TERM", "dumb");
        environment.put("SYSTEMD_PAGER", "");
        environment.put("SYSTEMD_COLORS", "0");
        var process = builder.start();
        try {
            long deadline = System.nanoTime() + most.toNanos();
            while (!process.waitFor(LOOK.toMillis(), TimeUnit.MILLISECONDS)) {
                if (stop.getAsBoolean()) {
                    return new Result(End.STOPPED, 0);
                }
                if (System.nanoTime() > deadline) {
                    return new Result(End.TIMED_OUT, 0);
                }
                if (output.toFile().length() > mostBytes) {
                    return new Result(End.TOO_MUCH, 0);
                }
            }
            return new Result(End.EXITED, process.exitValue());
        } finally {
            end(process);
        }
    }

    private static void end(Process process) throws InterruptedException {
        var descendants = process.descendants().toList();
        process.destroyForcibly();
        descendants.forEach(ProcessHandle::destroyForcibly);
        var _ = process.waitFor(KILL_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    }
}
