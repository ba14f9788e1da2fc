package dev.cordon.bench;

import dev.cordon.fleet.client.ApiClient;
import dev.cordon.fleet.client.Session;
import dev.cordon.fleet.client.Tenancy;
import dev.cordon.fleet.machine.LabMachine;
import dev.cordon.fleet.process.Programs;
import dev.cordon.fleet.process.ServerProgram;
import dev.cordon.fleet.process.ServerProgram.Place;
import dev.cordon.lab.LabNetwork;
import dev.cordon.lab.MemoryDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;

/**
 * How long it takes from the POST that blocks a file to the kernel of a connected machine that refuses to start it.
 *
 * <p>Real server and real agents; each agent controls a file system in memory of its own and no other. A program is
 * started again and again, every millisecond, from before the POST until it is refused for the first time.
 */
final class BlockBench {

    private static final int FRESH = 5;
    private static final int WARM_UP = 10;
    private static final Duration REST = Duration.ofSeconds(2);
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Path directory;
    private final int runs;
    private final Figures figures;
    private final Random random = new Random(7);
    private int programs;

    BlockBench(Path directory, int runs, Figures figures) {
        this.directory = directory;
        this.runs = runs;
        this.figures = figures;
    }

    void run() throws IOException, InterruptedException {
        var programs = Programs.here();
        try (var network = LabNetwork.open()) {
            var host = network.linkHost().getFirst().getHostAddress();
            var place = Place.free(directory.resolve("blocks"), directory.resolve("blocks.log"), host, host);
            try (var server = ServerProgram.start(programs, place);
                    var client = new ApiClient(place.url(), place.caFile())) {
                var tenancy = Tenancy.create(client, server.operator());
                var session = new Session(client, tenancy.application(), InstantSource.system());
                var first = new ArrayList<Double>();
                for (int i = 1; i <= FRESH; i++) {
                    var machine =
                            new LabMachine("fresh-" + i + ".example.test", network.join("x" + i), programs, directory);
                    try (var disk = MemoryDisk.mount(machine.files(), 64)) {
                        machine.enroll(place.url().toString(), tenancy.enrollmentToken());
                        awaitConnected(machine);
                        var program = program(machine.files());
                        first.add(block(session, program));
                        post(session, program, "unblock");
                        if (i == FRESH) {
                            warm(session, machine, first);
                        }
                    } finally {
                        machine.close();
                    }
                }
            }
        }
    }

    private void warm(Session session, LabMachine machine, List<Double> first)
            throws IOException, InterruptedException {
        var warm = new ArrayList<Double>();
        for (int i = 0; i < WARM_UP + runs; i++) {
            double took = block(session, program(machine.files()));
            if (i >= WARM_UP) {
                warm.add(took);
            }
        }
        figures.distribution("POST of a block to the kernel's refusal", warm, "p99 ≤ 50");
        figures.distribution("the same, the first block that a fresh agent gets", first, "≤ 50");
    }

    private static void awaitConnected(LabMachine machine) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!Files.readString(machine.log()).contains(" INFO connected ")) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException(machine.name() + " did not connect");
            }
            Thread.sleep(50);
        }
        Thread.sleep(REST);
    }

    private Path program(Path folder) throws IOException {
        var program = folder.resolve("program" + programs++);
        Files.copy(Path.of("/bin/true").toRealPath(), program);
        Files.writeString(program, Long.toHexString(random.nextLong()), StandardOpenOption.APPEND);
        Files.setPosixFilePermissions(program, java.nio.file.attribute.PosixFilePermissions.fromString("rwxr-xr-x"));
        return program;
    }

    /** Milliseconds. */
    private static double block(Session session, Path program) throws InterruptedException {
        session.token();
        try (var spawn = new Spawn(program)) {
            if (spawn.run() != 0) {
                throw new IllegalStateException(program + " does not start before it is blocked");
            }
            long began = System.nanoTime();
            var posted = CompletableFuture.runAsync(() -> post(session, program, "block"));
            while (spawn.run() != Spawn.EPERM) {
                if (System.nanoTime() - began > PATIENCE.toNanos()) {
                    throw new IllegalStateException(program + " still starts");
                }
                Thread.sleep(1);
            }
            double took = (System.nanoTime() - began) / 1e6;
            posted.join();
            return took;
        }
    }

    private static void post(Session session, Path program, String verb) {
        session.post("/api/files/" + sha1(program) + "/" + verb, "{\"Comment\":\"bench\"}")
                .orThrow();
    }

    private static String sha1(Path program) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(Files.readAllBytes(program)));
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException(program + " cannot be hashed", e);
        }
    }
}
