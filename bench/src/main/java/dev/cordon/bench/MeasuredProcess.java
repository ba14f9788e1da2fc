package dev.cordon.bench;

import dev.cordon.agent.install.Installation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A measurement in a process of its own that has the agent's flags, so that its heap and its memory are an agent's. */
final class MeasuredProcess {

    private MeasuredProcess() {}

    /**
     * Runs it to its end and returns the lines it wrote.
     *
     * @param main gets a folder of its own, called {@code name}, as its only argument
     * @throws IllegalStateException if it failed or took too long
     */
    static List<String> run(Class<?> main, String name, Path directory, Duration patience)
            throws IOException, InterruptedException {
        var output = directory.resolve(name + ".txt");
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(Installation.jvmArguments());
        command.addAll(List.of(
                "-cp",
                System.getProperty("java.class.path"),
                main.getName(),
                Files.createDirectories(directory.resolve(name)).toString()));
        var process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            if (!process.waitFor(patience.toSeconds(), TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new IllegalStateException(
                        "the measurement of " + name + " failed:\n" + Files.readString(output, StandardCharsets.UTF_8));
            }
        } finally {
            process.destroyForcibly();
        }
        return Files.readAllLines(output);
    }
}
