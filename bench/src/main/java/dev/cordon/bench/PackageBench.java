package dev.cordon.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

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
        var lines = MeasuredProcess.run(PackageMeasurement.class, "package", directory, PATIENCE);
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
