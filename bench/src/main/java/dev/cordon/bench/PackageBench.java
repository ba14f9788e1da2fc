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

/** Time and memory of an investigation package of this very machine, in a process with the agent's own flags. */
final class PackageBench {

    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private final Path directory;
    private final Figures figures;

    PackageBench(Path directory, Figures figures) {
        this.directory = directory;
        this.figures = figures;
    }

    void run() throws IOException, InterruptedException {
        var output = directory.resolve("package.txt");
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(Installation.jvmArguments());
        command.addAll(List.of(
                "-cp",
                System.getProperty("java.class.path"),
                PackageMeasurement.class.getName(),
                Files.createDirectories(directory.resolve("package")).toString()));
        var process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new IllegalStateException(
                        "the package was not measured:\n" + Files.readString(output, StandardCharsets.UTF_8));
            }
        } finally {
            process.destroyForcibly();
        }
        var lines = Files.readAllLines(output);
        figures.distribution("investigation package of this machine", values(lines, "package"), "≤ 10,000");
        figures.memory("investigation package: heap at most", values(lines, "heap"), "≤ 64");
        figures.memory("investigation package: agent's memory at most", values(lines, "resident"), "");
        figures.memory(
                "investigation package: size",
                values(lines, "bytes").stream().map(bytes -> bytes / 1048576).toList(),
                "");
        lines.stream().filter(line -> line.startsWith("slow: ")).forEach(System.out::println);
    }

    private static List<Double> values(List<String> lines, String name) {
        return lines.stream()
                .filter(line -> line.startsWith(name + " "))
                .map(line -> Double.valueOf(line.substring(name.length() + 1)))
                .toList();
    }
}
