package dev.cordon.fleet.demo;

import dev.cordon.agent.log.Log;
import dev.cordon.fleet.client.ApiClient;
import dev.cordon.fleet.client.Session;
import dev.cordon.fleet.client.Tenancy;
import dev.cordon.fleet.machine.SimulatedMachine;
import dev.cordon.fleet.process.Programs;
import dev.cordon.fleet.process.RunningProgram;
import dev.cordon.fleet.process.ServerProgram;
import dev.cordon.fleet.process.ServerProgram.Place;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;

/**
 * Runs a server and an agent through their usual first seconds, so that the launcher can keep what the JVM learned. The
 * agent process is told nothing: what is isolated is a simulated machine.
 */
public final class Training {

    /** The JVM writes what it learned when it ends, and takes its time. */
    private static final Duration WRITING = Duration.ofSeconds(90);

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int ROUNDS = 150;

    private Training() {}

    /** @param arguments the directory to work in, which does not exist yet */
    public static void main(String... arguments) throws IOException, InterruptedException {
        Path directory = Files.createDirectories(Path.of(arguments[0]).toAbsolutePath());
        Programs programs = Programs.here();
        Place place =
                Place.free(directory.resolve("server"), directory.resolve("server.log"), "127.0.0.1", "localhost");
        try (ServerProgram server = ServerProgram.start(programs, place);
                ApiClient client = new ApiClient(place.url(), place.caFile())) {
            Tenancy tenancy = Tenancy.create(client, server.operator());
            Session application = new Session(client, tenancy.application(), InstantSource.system());
            Path state = directory.resolve("agent");
            Path log = directory.resolve("agent.log");
            RunningProgram.run(
                    "enrollment",
                    programs.agent(List.of(
                            "enroll",
                            "--server",
                            place.url().toString(),
                            "--token",
                            tenancy.enrollmentToken(),
                            "--state",
                            state.toString())),
                    log,
                    WRITING);
            RunningProgram agent =
                    RunningProgram.start("agent", programs.agent(List.of("run", "--state", state.toString())), log);
            try (agent;
                    SimulatedMachine machine =
                            new SimulatedMachine("trainee.example.test", "198.51.100.1", directory, Log.silent())) {
                machine.enroll(place.url().toString(), tenancy.enrollmentToken());
                exercise(application, machine.name());
                agent.end(WRITING);
            }
            server.program().end(WRITING);
        }
    }

    /** Often enough that the JVM knows which code is hot: the first isolation on the worst day shall not find out. */
    private static void exercise(Session application, String machine) throws InterruptedException {
        for (int i = 0; i < ROUNDS; i++) {
            carryOut(
                    application,
                    "/api/machines/" + machine + "/isolate",
                    "{\"Comment\":\"training\",\"IsolationType\":\"Full\"}");
            application.get("/api/machines?$filter=healthStatus%20eq%20'Active'");
            application.get("/api/machineactions?$top=10");
            carryOut(application, "/api/machines/" + machine + "/unisolate", "{\"Comment\":\"training\"}");
        }
    }

    private static void carryOut(Session application, String path, String body) throws InterruptedException {
        var id = application.post(path, body).orThrow().json().path("id").asString();
        long giveUp = System.nanoTime() + PATIENCE.toNanos();
        while (!application
                .get("/api/machineactions/" + id)
                .orThrow()
                .json()
                .path("status")
                .asString()
                .equals("Succeeded")) {
            if (System.nanoTime() > giveUp) {
                throw new IllegalStateException("the action " + id + " did not succeed");
            }
            Thread.sleep(5);
        }
    }
}
