package dev.cordon.cli;

import static org.awaitility.Awaitility.await;

import dev.cordon.agent.log.Log;
import dev.cordon.cli.connection.Json;
import dev.cordon.cli.connection.NativeTls;
import dev.cordon.fleet.client.ApiClient;
import dev.cordon.fleet.client.ClientCredentials;
import dev.cordon.fleet.client.Session;
import dev.cordon.fleet.client.Tenancy;
import dev.cordon.fleet.machine.SimulatedMachine;
import dev.cordon.fleet.process.Programs;
import dev.cordon.fleet.process.ServerProgram;
import dev.cordon.fleet.process.ServerProgram.Place;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A real server, one tenant, simulated machines, and profiles for commands. */
final class Bed implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(90);

    static {
        // as the launcher does it
        try {
            NativeTls.unpack(Files.createTempDirectory("cordon-tls"))
                    .ifPresent(library -> System.setProperty("cordon.tls.library", library.toString()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private final Path directory;
    private final ServerProgram server;
    private final Tenancy tenancy;
    private final List<SimulatedMachine> machines = new ArrayList<>();

    /** What a command said and how it ended. */
    record Ran(int status, String out, String err) {}

    static Bed open(Path directory, String... machines) {
        var bed = new Bed(directory);
        try {
            for (String name : machines) {
                bed.enroll(name);
            }
            return bed;
        } catch (RuntimeException | Error e) {
            bed.close();
            throw e;
        }
    }

    private Bed(Path directory) {
        this.directory = directory;
        Place place =
                Place.free(directory.resolve("server"), directory.resolve("server.log"), "127.0.0.1", "localhost");
        this.server = ServerProgram.start(new Programs.SameClassPath(), place);
        try (ApiClient client = new ApiClient(place.url(), place.caFile())) {
            this.tenancy = Tenancy.create(client, server.operator());
            grantTags(client);
        } catch (RuntimeException | Error e) {
            server.close();
            throw e;
        }
        profile("responder", tenancy.application());
        profile("administrator", tenancy.administrator());
    }

    private void grantTags(ApiClient client) {
        var administrator = new Session(client, tenancy.administrator(), InstantSource.system());
        String path = "/cordon/v1/applications/" + tenancy.application().clientId();
        var change = Json.object();
        var permissions = change.putArray("permissions");
        administrator.get(path).orThrow().json().path("permissions").forEach(permissions::add);
        permissions.add("Machine.ReadWrite.All");
        administrator.send("PATCH", path, Json.write(change)).orThrow();
    }

    private void enroll(String name) {
        var machine = new SimulatedMachine(
                name, "198.51.100." + (machines.size() + 1), directory.resolve("machines"), Log.silent());
        machines.add(machine);
        machine.enroll(server.place().url().toString(), tenancy.enrollmentToken());
        awaitConnected(name, true);
    }

    /** Ends a machine's agent and waits until the server knows. */
    void disconnect(int number) {
        machine(number).stopAgent();
        awaitConnected(machine(number).name(), false);
    }

    private void awaitConnected(String name, boolean connected) {
        await().atMost(PATIENCE)
                .until(() -> run(Map.of(), "", "machines", "state", name, "--output", "json")
                        .out()
                        .contains("\"connected\" : " + connected));
    }

    /** Until every machine enforces the newest list of blocked files. */
    void awaitEnforced() {
        await().atMost(PATIENCE).until(() -> {
            String list =
                    run(Map.of(), "", "files", "enforcement", "--output", "csv").out();
            return list.contains("Enforced,true,") && !list.contains("Enforced,false,");
        });
    }

    SimulatedMachine machine(int number) {
        return machines.get(number - 1);
    }

    Place place() {
        return server.place();
    }

    Tenancy tenancy() {
        return tenancy;
    }

    /** Where commands keep profiles and tokens. */
    Path config() {
        return directory.resolve("config");
    }

    Path directory() {
        return directory;
    }

    private void profile(String name, ClientCredentials who) {
        var json = Json.object()
                .put("url", server.place().url().toString())
                .put("tenantId", who.tenantId())
                .put("clientId", who.clientId())
                .put("clientSecret", who.clientSecret())
                .put("caFile", server.place().caFile().toString());
        try {
            Files.createDirectories(config().resolve("profiles"));
            Files.writeString(config().resolve("profiles").resolve(name + ".json"), json.toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Runs a command as the responder, unless it names another profile. */
    Ran run(Map<String, String> more, String input, String... arguments) {
        Map<String, String> environment = new HashMap<>();
        environment.put("CORDON_CONFIG", config().toString());
        environment.put("CORDON_PROFILE", "responder");
        environment.put("CORDON_TTY", "");
        environment.putAll(more);
        var out = new StringWriter();
        var err = new StringWriter();
        int status = Cordon.run(
                new PrintWriter(out, true),
                new PrintWriter(err, true),
                new BufferedReader(new StringReader(input)),
                environment,
                arguments);
        return new Ran(status, out.toString(), err.toString());
    }

    @Override
    public void close() {
        machines.forEach(SimulatedMachine::close);
        server.close();
    }
}
