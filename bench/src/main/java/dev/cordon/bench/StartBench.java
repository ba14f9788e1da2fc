package dev.cordon.bench;

import dev.cordon.fleet.client.ApiClient;
import dev.cordon.fleet.client.OperatorProfile;
import dev.cordon.fleet.client.ServerUnreachableException;
import dev.cordon.fleet.process.Programs;
import dev.cordon.fleet.process.ServerProgram;
import dev.cordon.fleet.process.ServerProgram.Place;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;

/**
 * How long it takes from the start of the server's process to the first access token: the first start, which makes
 * keys, certificates and the database, and a later one on the same data directory.
 */
final class StartBench {

    private static final int RUNS = 7;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Path directory;
    private final Figures figures;

    StartBench(Path directory, Figures figures) {
        this.directory = directory;
        this.figures = figures;
    }

    void run() throws InterruptedException, IOException {
        var programs = Programs.here();
        var first = new ArrayList<Double>();
        var again = new ArrayList<Double>();
        for (int i = 0; i < RUNS; i++) {
            var place = Place.free(
                    directory.resolve("start-" + i),
                    directory.resolve("start-" + i + ".log"),
                    "127.0.0.1",
                    "localhost");
            first.add(startToToken(programs, place));
            again.add(startToToken(programs, place));
        }
        figures.distribution("first start of the server to the first token", first, "≤ 2000");
        figures.distribution("later start of the server to the first token", again, "≤ 2000");
    }

    private static double startToToken(Programs programs, Place place) throws InterruptedException {
        long began = System.nanoTime();
        try (var server = ServerProgram.launch(programs, place)) {
            while (!Files.exists(place.operatorFile()) || !Files.exists(place.caFile())) {
                pause(began, server);
            }
            var credentials = OperatorProfile.read(place.operatorFile()).credentials();
            try (var client = new ApiClient(place.url(), place.caFile())) {
                while (true) {
                    try {
                        credentials.requestToken(client).orThrow();
                        return (System.nanoTime() - began) / 1e6;
                    } catch (ServerUnreachableException e) {
                        pause(began, server);
                    }
                }
            }
        }
    }

    private static void pause(long began, ServerProgram server) throws InterruptedException {
        Thread.sleep(5);
        if (!server.program().isAlive() || System.nanoTime() - began > PATIENCE.toNanos()) {
            throw new IllegalStateException(
                    "the server did not start:\n" + server.program().tail());
        }
    }
}
