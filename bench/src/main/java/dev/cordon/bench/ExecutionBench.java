package dev.cordon.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * What it costs to start programs under execution control. Measured in a mount namespace of its own, whose processes are
 * killed when they take too long: no file system of this computer is ever controlled.
 */
final class ExecutionBench {

    private static final int LONGEST_SECONDS = 240;

    private final Path directory;
    private final Figures figures;

    ExecutionBench(Path directory, Figures figures) {
        this.directory = directory;
        this.figures = figures;
    }

    void run() throws IOException, InterruptedException {
        var values = measure(Files.createDirectories(directory.resolve("execution")));
        micros(values, "start-free", "start of a program of 64 KiB, nobody listens", "");
        micros(values, "start-allowed", "start, allowed, verdict known", "");
        micros(values, "start-asked", "start, allowed, verdict known, of a file that others than root may write", "");
        micros(values, "start-denied", "start, refused, verdict known", "");
        micros(
                values,
                "answer-asked",
                "from the agent's having the question to its answer, others than root may write",
                "≤ 10");
        micros(values, "answer-denied", "from the agent's having the question to its answer, refused", "≤ 10");
        micros(values, "work-allowed", "processor time of the agent for an allowed start, verdict known", "≤ 10");
        micros(
                values,
                "work-asked",
                "processor time of the agent for it where others than root may write the file",
                "≤ 10");
        micros(values, "work-denied", "processor time of the agent for a refused start, verdict known", "≤ 10");
        micros(values, "echo", "processor time of a thread that only sends a byte back to another thread", "");
        for (var size : List.of("64k", "1m", "10m", "100m")) {
            micros(values, "start-unread-" + size, "start, file not read before, " + size + "iB", "");
        }
        rate(values, "rate-memory", "SHA-256 of memory, which is what the processor can do (JDK)", "");
        if (values.containsKey("rate-libcrypto")) {
            rate(values, "rate-libcrypto", "the same by libcrypto, which the agent uses", "");
        }
        rate(values, "rate-100m", "reading and hashing by SHA-256, 100 MiB", "≥ 1,300");
        rate(values, "rate-100m-sha1", "reading and hashing by SHA-1, 100 MiB", "");
        for (var build : SmallBuild.names()) {
            build(values, build);
        }
    }

    private Map<String, List<Double>> measure(Path work) throws IOException, InterruptedException {
        var output = directory.resolve("execution.txt");
        var process = new ProcessBuilder(
                        "unshare",
                        "-m",
                        "--propagation",
                        "private",
                        "timeout",
                        "-s",
                        "KILL",
                        String.valueOf(LONGEST_SECONDS),
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-Xmx512m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        ExecutionMeasurement.class.getName(),
                        work.toString())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            if (!process.waitFor(LONGEST_SECONDS + 10, TimeUnit.SECONDS) || process.exitValue() != 0) {
                var said = Files.readAllLines(output, StandardCharsets.UTF_8);
                throw new IllegalStateException("the measurement of execution control failed:\n"
                        + String.join("\n", said.subList(Math.max(0, said.size() - 20), said.size())));
            }
        } finally {
            process.destroyForcibly();
        }
        Map<String, List<Double>> values = new LinkedHashMap<>();
        for (var line : Files.readAllLines(output)) {
            var words = line.split(" ", -1);
            if (words.length == 2 && words[1].matches("[0-9.]+(E[0-9]+)?")) {
                values.computeIfAbsent(words[0], name -> new ArrayList<>()).add(Double.valueOf(words[1]));
            }
        }
        return values;
    }

    private void micros(Map<String, List<Double>> values, String name, String title, String aim) {
        figures.micros(title, values.getOrDefault(name, List.of()), aim);
    }

    private void rate(Map<String, List<Double>> values, String name, String title, String aim) {
        figures.rate(title, values.getOrDefault(name, List.of()), "MB/s", aim);
    }

    /** Each build against the one just before it, because the computer is not equally fast all the time. */
    private void build(Map<String, List<Double>> values, String name) {
        var free = values.getOrDefault("build-" + name + "-free", List.of());
        var controlled = values.getOrDefault("build-" + name + "-controlled", List.of());
        if (free.isEmpty()) {
            System.out.println("Not measured: the build of a " + name + " project, whose tools are missing here.");
            return;
        }
        var slower = new ArrayList<Double>();
        for (int i = 0; i < free.size(); i++) {
            slower.add((controlled.get(i) / free.get(i) - 1) * 100);
        }
        var title = "build of a small " + (name.equals("c") ? "C" : "Java") + " project";
        figures.distribution(title + ", nobody listens", free, "");
        figures.distribution(title + ", under execution control", controlled, "");
        figures.percent(title + ": slower by", slower, "≤ 5");
    }
}
