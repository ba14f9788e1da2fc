package dev.cordon.bench;

import dev.cordon.agent.collection.CollectHandler;
import dev.cordon.agent.task.TaskResult;
import dev.cordon.protocol.wire.Collect;
import dev.cordon.protocol.wire.Command;
import dev.cordon.protocol.wire.Result;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Comparator;
import java.util.zip.ZipFile;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Runs in a process of its own with the agent's flags: collects the investigation package of this machine some times and
 * prints one figure a line, {@code name value}; then the items that took longest.
 */
public final class PackageMeasurement {

    private static final int RUNS = 3;

    private PackageMeasurement() {}

    public static void main(String[] arguments) throws Exception {
        for (int run = 0; run < RUNS; run++) {
            var folder = Files.createDirectories(Path.of(arguments[0], "run" + run));
            var handler = CollectHandler.ofHost(Clock.systemUTC());
            var command = Command.newBuilder()
                    .setMachineId("a".repeat(40))
                    .setCollect(Collect.getDefaultInstance())
                    .build();
            long began = System.nanoTime();
            var result = handler.run(command, new QuietTask(folder));
            System.out.println("package " + (System.nanoTime() - began) / 1e6);
            if (!(result instanceof TaskResult.Ended ended) || ended.outcome().getResult() != Result.RESULT_SUCCEEDED) {
                throw new IllegalStateException("the package was not collected: " + result);
            }
            System.out.println("bytes " + Files.size(folder.resolve("package.zip")));
            if (run == RUNS - 1) {
                slowest(folder.resolve("package.zip"));
            }
        }
        long heap = ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getType() == java.lang.management.MemoryType.HEAP)
                .mapToLong(pool -> pool.getPeakUsage().getUsed())
                .sum();
        System.out.println("heap " + heap / 1048576.0);
        System.out.println(
                "resident " + Memory.peakMebibytes(ProcessHandle.current().pid()));
    }

    private static void slowest(Path file) throws IOException {
        try (var zip = new ZipFile(file.toFile());
                var in = zip.getInputStream(zip.getEntry("CollectionSummaryReport.json"))) {
            new JsonMapper()
                    .readTree(new String(in.readAllBytes(), StandardCharsets.UTF_8))
                    .path("items")
                    .valueStream()
                    .sorted(Comparator.comparingLong(
                                    (JsonNode item) -> item.path("millis").asLong())
                            .reversed())
                    .limit(12)
                    .forEach(item ->
                            System.out.println("slow: " + item.path("millis").asLong() + " ms  "
                                    + item.path("item").asString()));
        }
    }
}
