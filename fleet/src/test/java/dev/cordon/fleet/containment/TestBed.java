package dev.cordon.fleet.containment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cordon.agent.log.Log;
import dev.cordon.fleet.client.ApiClient;
import dev.cordon.fleet.client.ClientCredentials;
import dev.cordon.fleet.client.Exchange;
import dev.cordon.fleet.client.Session;
import dev.cordon.fleet.client.Tenancy;
import dev.cordon.fleet.machine.FleetMachine;
import dev.cordon.fleet.machine.LabMachine;
import dev.cordon.fleet.machine.SimulatedMachine;
import dev.cordon.fleet.process.Programs;
import dev.cordon.fleet.process.ServerProgram;
import dev.cordon.fleet.process.ServerProgram.Place;
import dev.cordon.lab.LabNetwork;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;

/**
 * A server process, one tenant and enrolled machines: lab machines as root, simulated ones otherwise. The server can be
 * killed and started again; machines keep their agents.
 */
final class TestBed implements AutoCloseable {

    private static final Set<String> OPEN = Set.of("Pending", "InProgress");
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Programs programs = new Programs.SameClassPath();
    private final Optional<LabNetwork> network;
    private final Place place;
    private final ApiClient client;
    private final Tenancy tenancy;
    private final List<FleetMachine> machines = new ArrayList<>();
    private ServerProgram server;

    static TestBed open(Path directory, int machines) {
        Optional<LabNetwork> network =
                LabNetwork.missing().isEmpty() ? Optional.of(LabNetwork.open()) : Optional.empty();
        try {
            return new TestBed(directory, machines, network);
        } catch (RuntimeException | Error e) {
            network.ifPresent(LabNetwork::close);
            throw e;
        }
    }

    private TestBed(Path directory, int count, Optional<LabNetwork> network) {
        this.network = network;
        String address =
                network.map(lab -> lab.linkHost().getFirst().getHostAddress()).orElse("127.0.0.1");
        this.place = Place.free(directory.resolve("server"), directory.resolve("server.log"), address, address);
        this.server = ServerProgram.start(programs, place);
        this.client = new ApiClient(place.url(), place.caFile());
        this.tenancy = Tenancy.create(client, server.operator());
        for (int number = 1; number <= count; number++) {
            String name = "m" + number + ".example.test";
            FleetMachine machine = network.isPresent()
                    ? new LabMachine(name, network.get().join("m" + number), programs, directory)
                    : new SimulatedMachine(name, "198.51.100." + number, directory, Log.silent());
            machines.add(machine);
            machine.enroll(place.url().toString(), tenancy.enrollmentToken());
        }
        await().atMost(PATIENCE).until(() -> connected().size() == count);
    }

    FleetMachine machine(int number) {
        return machines.get(number - 1);
    }

    /** The id of a machine, looked up by its name. */
    String machineId(int number) {
        return application()
                .get("/api/machines/" + machine(number).name())
                .orThrow()
                .json()
                .path("id")
                .asString();
    }

    /** Calls as the application that isolates. */
    Session application() {
        return session(tenancy.application());
    }

    Session administrator() {
        return session(tenancy.administrator());
    }

    private Session session(ClientCredentials credentials) {
        return new Session(client, credentials, InstantSource.system());
    }

    ApiClient client() {
        return client;
    }

    Tenancy tenancy() {
        return tenancy;
    }

    Place place() {
        return place;
    }

    Programs programs() {
        return programs;
    }

    private List<String> connected() {
        return application()
                .get("/api/machines")
                .orThrow()
                .json()
                .path("value")
                .valueStream()
                .map(machine -> machine.path("id").asString())
                .filter(id -> state(id).path("connected").asBoolean(false))
                .toList();
    }

    /** Waits until the agent of a machine has come to the server. */
    void awaitConnected(int number) {
        String id = machineId(number);
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(30))
                .until(() -> state(id).path("connected").asBoolean(false));
    }

    /** What the server knows of a machine's state. */
    JsonNode state(String machineId) {
        return application()
                .get("/cordon/v1/machines/" + machineId + "/state")
                .orThrow()
                .json();
    }

    Exchange isolate(Session session, int number) {
        return session.post(
                "/api/machines/" + machine(number).name() + "/isolate",
                "{\"Comment\":\"test\",\"IsolationType\":\"Full\"}");
    }

    Exchange release(Session session, int number) {
        return session.post("/api/machines/" + machine(number).name() + "/unisolate", "{\"Comment\":\"test\"}");
    }

    /** Waits until an action is over and returns its status. */
    String end(String actionId) {
        Session session = application();
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(30))
                .ignoreExceptions()
                .until(() -> !OPEN.contains(status(session, actionId)));
        return status(session, actionId);
    }

    private static String status(Session session, String actionId) {
        return session.get("/api/machineactions/" + actionId)
                .orThrow()
                .json()
                .path("status")
                .asString();
    }

    /** Orders and waits; the machine really does what the status says. */
    void isolateForSure(int number) {
        Exchange posted = isolate(application(), number).orThrow();
        assertThat(end(posted.json().path("id").asString())).isEqualTo("Succeeded");
        assertThat(machine(number).isolated()).isTrue();
    }

    void releaseForSure(int number) {
        Exchange posted = release(application(), number).orThrow();
        assertThat(end(posted.json().path("id").asString())).isEqualTo("Succeeded");
        assertThat(machine(number).isolated()).isFalse();
    }

    void killServer() {
        server.program().kill();
    }

    void startServer() {
        server = ServerProgram.start(programs, place);
    }

    void restartServer() {
        stopServer();
        startServer();
    }

    void stopServer() {
        server.close();
    }

    /** Makes an action as old as if it had been asked for so much earlier. The server must not run. */
    void age(String actionId, Duration by) {
        try (var database =
                DriverManager.getConnection("jdbc:sqlite:" + place.data().resolve("cordon.db"))) {
            age(database, "machine_actions", "id", actionId, by);
            age(database, "commands", "action_id", actionId, by);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void age(Connection database, String table, String column, String actionId, Duration by)
            throws SQLException {
        try (var update = database.prepareStatement("UPDATE " + table
                + " SET created_at = created_at - ?, expires_at = expires_at - ? WHERE " + column + " = ?")) {
            long micros = TimeUnit.MICROSECONDS.convert(by);
            update.setLong(1, micros);
            update.setLong(2, micros);
            update.setString(3, actionId);
            assertThat(update.executeUpdate()).as(table).isEqualTo(1);
        }
    }

    @Override
    public void close() {
        machines.forEach(FleetMachine::close);
        server.close();
        client.close();
        network.ifPresent(LabNetwork::close);
    }
}
