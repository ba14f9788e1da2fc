package dev.cordon.fleet.demo;

import dev.cordon.agent.log.Log;
import dev.cordon.fleet.client.ApiClient;
import dev.cordon.fleet.client.Session;
import dev.cordon.fleet.client.Tenancy;
import dev.cordon.fleet.machine.LabMachine;
import dev.cordon.fleet.machine.SimulatedMachine;
import dev.cordon.fleet.process.Programs;
import dev.cordon.fleet.process.RunningProgram;
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
import java.util.HexFormat;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;

/**
 * Runs a server and an agent through their usual first minute, so that the launcher can keep what the JVM learned. Where
 * lab networks can be made, the agent isolates a network namespace and blocks programs on a disk in memory for real. Otherwise the agent only connects, and what
 * is isolated is a simulated machine. This computer's own network is never touched.
 */
public final class Training {

    /** The JVM writes what it learned when it ends, and takes its time. */
    private static final Duration WRITING = Duration.ofSeconds(90);

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int ROUNDS = 100;
    private static final int BLOCKS = 10;
    private static final int DISK_MEBIBYTES = 16;
    private static final String COMMENT = "{\"Comment\":\"training\"}";
    private static final String NAME = "trainee.example.test";
    private static final String REHEARSED = "rehearsal.example.test";

    private Training() {}

    /** @param arguments the directory to work in, which does not exist yet */
    public static void main(String... arguments) throws IOException, InterruptedException {
        Path directory = Files.createDirectories(Path.of(arguments[0]).toAbsolutePath());
        Programs programs = Programs.here();
        if (LabNetwork.missing().isEmpty()) {
            try (LabNetwork network = LabNetwork.open()) {
                String host = network.linkHost().getFirst().getHostAddress();
                train(programs, directory, host, host, (url, tenancy, application) -> {
                    LabMachine machine = new LabMachine(NAME, network.join("trainee"), programs, directory);
                    try (MemoryDisk disk = MemoryDisk.mount(machine.files(), DISK_MEBIBYTES);
                            machine) {
                        machine.enroll(url, tenancy.enrollmentToken());
                        block(application, machine.files());
                        exercise(application, NAME);
                        machine.stopAgent(WRITING);
                    }
                });
            }
        } else {
            train(programs, directory, "127.0.0.1", "localhost", (url, tenancy, application) -> {
                try (SimulatedMachine machine = new SimulatedMachine(NAME, "198.51.100.1", directory, Log.silent())) {
                    machine.enroll(url, tenancy.enrollmentToken());
                    exercise(application, NAME);
                }
                connect(programs, directory, url, tenancy.enrollmentToken());
            });
        }
    }

    /** What the machines of one place do. */
    private interface Exercise {
        void run(String url, Tenancy tenancy, Session application) throws InterruptedException;
    }

    private static void train(Programs programs, Path directory, String bind, String host, Exercise exercise)
            throws InterruptedException {
        Place place = Place.free(directory.resolve("server"), directory.resolve("server.log"), bind, host);
        try (ServerProgram server = ServerProgram.start(programs, place);
                ApiClient client = new ApiClient(place.url(), place.caFile())) {
            Tenancy tenancy = Tenancy.create(client, server.operator());
            Session application = new Session(client, tenancy.application(), InstantSource.system());
            exercise.run(place.url().toString(), tenancy, application);
            if (programs instanceof Programs.Launched launcher) {
                rehearse(launcher, directory, place, tenancy);
            }
            server.program().end(WRITING);
        }
    }

    /** The commands for people learn on a simulated machine of their own. */
    private static void rehearse(Programs.Launched launcher, Path directory, Place place, Tenancy tenancy) {
        Path profile = directory.resolve("profile.json");
        OutputFile.write(
                profile,
                new JsonMapper()
                        .createObjectNode()
                        .put("url", place.url().toString())
                        .put("tenantId", tenancy.application().tenantId())
                        .put("clientId", tenancy.application().clientId())
                        .put("clientSecret", tenancy.application().clientSecret())
                        .put("caFile", place.caFile().toString())
                        .toString());
        try (SimulatedMachine machine = new SimulatedMachine(REHEARSED, "198.51.100.2", directory, Log.silent())) {
            machine.enroll(place.url().toString(), tenancy.enrollmentToken());
            RunningProgram.run(
                    "the commands",
                    launcher.rehearsal(List.of(
                            profile.toString(), directory.resolve("config").toString(), REHEARSED)),
                    directory.resolve("commands.log"),
                    WRITING);
        }
    }

    /** An agent without the right to change the network learns to connect; with it, it would rehearse an isolation. */
    private static void connect(Programs programs, Path directory, String url, String token)
            throws InterruptedException {
        if (System.getProperty("user.name").equals("root")) {
            return;
        }
        String state = directory.resolve("agent").toString();
        Path log = directory.resolve("agent.log");
        RunningProgram.run(
                "enrollment",
                programs.agent(List.of("enroll", "--server", url, "--token", token, "--state", state)),
                log,
                WRITING);
        try (RunningProgram agent =
                RunningProgram.start("agent", programs.agent(List.of("run", "--state", state)), log)) {
            Thread.sleep(Duration.ofSeconds(3));
            agent.end(WRITING);
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

    /** So that the first file that is blocked on a machine is refused at once. */
    private static void block(Session application, Path disk) throws InterruptedException {
        Path program = disk.resolve("program");
        try {
            Files.copy(Path.of("/bin/true").toRealPath(), program);
            for (int i = 0; i < BLOCKS; i++) {
                Files.writeString(program, "round " + i, StandardOpenOption.APPEND);
                String sha1 = HexFormat.of()
                        .formatHex(MessageDigest.getInstance("SHA-1").digest(Files.readAllBytes(program)));
                application.post("/api/files/" + sha1 + "/block", COMMENT).orThrow();
                long giveUp = System.nanoTime() + PATIENCE.toNanos();
                while (starts(program) && System.nanoTime() < giveUp) {
                    Thread.sleep(5);
                }
                application.post("/api/files/" + sha1 + "/unblock", COMMENT).orThrow();
            }
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException("no program could be tried", e);
        }
    }

    private static boolean starts(Path program) throws InterruptedException {
        try {
            new ProcessBuilder(program.toString()).start().waitFor();
            return true;
        } catch (IOException e) {
            return false;
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
