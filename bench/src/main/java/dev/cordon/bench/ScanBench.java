package dev.cordon.bench;

import dev.cordon.agent.hash.FileHash;
import dev.cordon.agent.linux.scan.LinuxScanSystem;
import dev.cordon.agent.log.Log;
import dev.cordon.agent.scan.ScanHandler;
import dev.cordon.agent.scan.ScanPlaces;
import dev.cordon.agent.task.TaskException;
import dev.cordon.agent.task.TaskResult;
import dev.cordon.protocol.wire.Command;
import dev.cordon.protocol.wire.Result;
import dev.cordon.protocol.wire.Scan;
import dev.cordon.protocol.wire.ScanDepth;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * How fast a full scan goes over large and over small files, by the agent's own engine and by ClamAV where it is
 * installed. The files are made for it, in the page cache, and new for every run, because ClamAV remembers what it found
 * clean. The whole scan counts, with counting the files and starting the engine.
 */
final class ScanBench {

    private static final int RUNS = 5;
    private static final int LARGE_FILES = 50;
    private static final int LARGE_BYTES = 4 << 20;
    private static final int SMALL_FILES = 5_000;
    private static final int SMALL_BYTES = 4 << 10;
    private static final FileHash BLOCKED = FileHash.parse("c0".repeat(20));

    private final Path directory;
    private final Figures figures;
    private final Random random = new Random(11);

    ScanBench(Path directory, Figures figures) {
        this.directory = directory;
        this.figures = figures;
    }

    void run() throws IOException, InterruptedException {
        var state = Files.createDirectories(directory.resolve("scan-state"));
        var large = Files.createDirectories(directory.resolve("scan-large"));
        var small = Files.createDirectories(directory.resolve("scan-small"));
        var here = ScanPlaces.ofMachine(state);
        var builtIn = new ScanPlaces(here.root(), here.mountTable(), state, List.of(), here.official());
        measure("built-in engine", builtIn, large, small);
        if (here.engines().stream().anyMatch(Files::isExecutable)) {
            measure("ClamAV with hashes only", here, large, small);
        }
    }

    private void measure(String engine, ScanPlaces places, Path large, Path small)
            throws IOException, InterruptedException {
        var megabytes = new ArrayList<Double>();
        var files = new ArrayList<Double>();
        for (int i = 0; i < RUNS; i++) {
            fill(large, LARGE_FILES, LARGE_BYTES);
            megabytes.add(LARGE_FILES * (double) LARGE_BYTES / 1e6 / seconds(places.withRoot(large)));
            fill(small, SMALL_FILES, SMALL_BYTES);
            files.add(SMALL_FILES / seconds(places.withRoot(small)));
        }
        figures.rate("scan, " + engine + ", files of 4 MiB", megabytes, "MB/s", "");
        figures.rate("scan, " + engine + ", files of 4 KiB", files, "files/s", "");
    }

    private void fill(Path folder, int count, int size) throws IOException {
        byte[] content = new byte[size];
        for (int i = 0; i < count; i++) {
            random.nextBytes(content);
            Files.write(folder.resolve(Integer.toString(i)), content);
        }
    }

    private static double seconds(ScanPlaces places) throws IOException, InterruptedException {
        var order = Command.newBuilder()
                .setScan(Scan.newBuilder().setDepth(ScanDepth.SCAN_DEPTH_FULL))
                .build();
        var handler = new ScanHandler(
                places, new LinuxScanSystem(), each -> each.accept(BLOCKED), Clock.systemUTC(), Log.silent());
        long began = System.nanoTime();
        try {
            var result = handler.run(order, new QuietTask(places.state()));
            double seconds = (System.nanoTime() - began) / 1e9;
            if (!(result instanceof TaskResult.Ended(var outcome))
                    || outcome.getResult() != Result.RESULT_SUCCEEDED
                    || outcome.getScan().getSkipped() > 0) {
                throw new IllegalStateException("the scan did not do what is measured: " + result);
            }
            return seconds;
        } catch (TaskException e) {
            throw new IllegalStateException(e.getMessage(), e);
        }
    }
}
