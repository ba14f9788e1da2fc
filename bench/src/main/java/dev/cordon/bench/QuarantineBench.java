package dev.cordon.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How long stopping and quarantining takes, and giving back, in a process with the agent's own flags. */
final class QuarantineBench {

    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final Map<String, String> NAMES = new LinkedHashMap<>();

    static {
        NAMES.put("stop-process", "stop and quarantine: order to the process's end");
        NAMES.put("stop-whole", "stop and quarantine: order to its verified end, 10,000 other files on the disk");
        NAMES.put("many-quarantine", "quarantine of 1,000 files of 16 KiB");
        NAMES.put("many-restore", "restore of 1,000 files of 16 KiB, bit for bit");
        NAMES.put("large-quarantine", "quarantine of a file of 100 MiB");
        NAMES.put("large-restore", "restore of a file of 100 MiB");
    }

    private final Path directory;
    private final Figures figures;

    QuarantineBench(Path directory, Figures figures) {
        this.directory = directory;
        this.figures = figures;
    }

    void run() throws IOException, InterruptedException {
        Map<String, List<Double>> values = new LinkedHashMap<>();
        for (var line : MeasuredProcess.run(QuarantineMeasurement.class, "quarantine", directory, PATIENCE)) {
            var words = line.split(" ", -1);
            if (words.length == 2 && NAMES.containsKey(words[0])) {
                values.computeIfAbsent(words[0], name -> new ArrayList<>()).add(Double.valueOf(words[1]));
            }
        }
        NAMES.forEach((name, title) -> figures.distribution(title, values.getOrDefault(name, List.of()), ""));
    }
}
