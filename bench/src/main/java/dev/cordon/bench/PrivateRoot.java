package dev.cordon.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * This computer's root once more, as an overlay of its own: all programs are there, what is written goes to a file
 * system in memory, and what is forbidden on it is forbidden nowhere else.
 */
record PrivateRoot(Path folder) {

    private static final int SECONDS = 60;

    /** For a process in a mount namespace of its own: the mounts go with it. */
    static PrivateRoot mount(Path folder, Path memory) throws IOException, InterruptedException {
        Files.createDirectories(folder);
        var upper = Files.createDirectories(memory.resolve("upper"));
        var work = Files.createDirectories(memory.resolve("work"));
        command(
                "mount",
                "-t",
                "overlay",
                "-o",
                "lowerdir=/,upperdir=" + upper + ",workdir=" + work,
                "cordon-bench",
                folder.toString());
        command("mount", "--bind", "/dev", folder.resolve("dev").toString());
        command("mount", "--bind", "/proc", folder.resolve("proc").toString());
        return new PrivateRoot(folder);
    }

    /** Runs a program inside; milliseconds until it ended well. */
    double run(String... command) throws IOException, InterruptedException {
        List<String> inside = new ArrayList<>(List.of("chroot", folder.toString()));
        inside.addAll(List.of(command));
        long began = System.nanoTime();
        command(inside.toArray(String[]::new));
        return (System.nanoTime() - began) / 1e6;
    }

    static void command(String... command) throws IOException, InterruptedException {
        var output = Files.createTempFile("cordon-bench", ".log");
        var process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            if (!process.waitFor(SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new IllegalStateException(String.join(" ", command) + " failed: " + Files.readString(output));
            }
        } finally {
            process.destroyForcibly();
            Files.delete(output);
        }
    }
}
