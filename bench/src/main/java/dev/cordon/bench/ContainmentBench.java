package dev.cordon.bench;

import dev.cordon.fleet.client.ApiClient;
import dev.cordon.fleet.client.Session;
import dev.cordon.fleet.client.Tenancy;
import dev.cordon.fleet.machine.LabMachine;
import dev.cordon.fleet.process.Programs;
import dev.cordon.fleet.process.ServerProgram;
import dev.cordon.fleet.process.ServerProgram.Place;
import dev.cordon.lab.LabNetwork;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * How long it takes from the POST to the command on the agent, checked and then on its disk, and to the verified cut.
 *
 * <p>Real server and real agent as processes of their own, the agent in a network namespace, nothing else running. All
 * clocks are the same clock, so that the agent's log and the server's time stamps can be held against the moment the
 * POST was begun.
 */
final class ContainmentBench {

    private static final JsonMapper JSON = new JsonMapper();
    private static final int MACHINES = 3;
    /** Isolations and releases after which a server's code is compiled; they are shown apart. */
    private static final int WARM_UP = 100;

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Duration REST = Duration.ofSeconds(30);
    private static final Pattern ACCEPTED =
            Pattern.compile("^(\\S+) INFO command-accepted .*action=\"?([0-9a-f-]{36}).* journalMicros=(\\d+)");

    private final Path directory;
    private final int runs;
    private final Figures figures;

    ContainmentBench(Path directory, int runs, Figures figures) {
        this.directory = directory;
        this.runs = runs;
        this.figures = figures;
    }

    void run() throws IOException, InterruptedException {
        var programs = Programs.here();
        try (var network = LabNetwork.open()) {
            var host = network.linkHost().getFirst().getHostAddress();
            var place = Place.free(directory.resolve("data"), directory.resolve("server.log"), host, host);
            try (var server = ServerProgram.start(programs, place);
                    var client = new ApiClient(place.url(), place.caFile())) {
                var tenancy = Tenancy.create(client, server.operator());
                var session = new Session(client, tenancy.application(), InstantSource.system());
                var machines = new ArrayList<LabMachine>();
                try {
                    for (int i = 1; i <= MACHINES; i++) {
                        var machine = new LabMachine(
                                "bench-" + i + ".example.test", network.join("b" + i), programs, directory);
                        machines.add(machine);
                        machine.enroll(place.url().toString(), tenancy.enrollmentToken());
                    }
                    measureMemory(server, machines);
                    try (var arrivals = new EventArrivals(client, session.token());
                            var wire = HttpsConnection.open(place.url(), ApiClient.trusting(place.caFile()))) {
                        measureContainment(new Asker(session, wire, place.url()), machines.getFirst(), arrivals);
                    }
                } finally {
                    machines.forEach(LabMachine::close);
                }
            }
        }
    }

    private void measureMemory(ServerProgram server, List<LabMachine> machines)
            throws InterruptedException, IOException {
        Thread.sleep(REST);
        figures.memory(
                "server at rest, 3 agents connected",
                List.of(Memory.residentMebibytes(server.program().pid())),
                "≤ 200");
        var agents = new ArrayList<Double>();
        for (var machine : machines) {
            agents.add(Memory.residentMebibytes(machine.agentPid()));
        }
        figures.memory("agent at rest", agents, "≤ 60");
    }

    private void measureContainment(Asker asker, LabMachine machine, EventArrivals arrivals)
            throws IOException, InterruptedException {
        var id = asker.session()
                .get("/api/machines/" + machine.name())
                .orThrow()
                .json()
                .path("id")
                .asString();
        var first = Series.empty();
        var then = Series.empty();
        for (int i = 0; i < WARM_UP + runs; i++) {
            var series = i < WARM_UP ? first : then;
            measure(asker, id, "isolate", series, series.cut());
            measure(asker, id, "unisolate", series, series.released());
        }
        var early = arrivals(machine, first.begun());
        var late = arrivals(machine, then.begun());
        figures.distribution("POST to its answer, the first ones after the server's start", first.answered(), "");
        figures.distribution("POST to the command on the agent, the first ones after the start", early.verified(), "");
        figures.distribution(
                "POST to the command in the agent's journal, the first ones after the start", early.journaled(), "");
        figures.distribution("POST to its answer (201, committed to disk)", then.answered(), "");
        figures.distribution(
                "POST to the command on the agent, its signature checked", late.verified(), "p50 ≤ 5, p99 ≤ 25");
        figures.distribution(
                "POST to the command in the agent's journal, on disk", late.journaled(), "p50 ≤ 5, p99 ≤ 25");
        figures.distribution("POST to the verified cut, as the server knows it", then.cut(), "p99 ≤ 250");
        figures.distribution("POST to the verified release", then.released(), "");
        figures.distribution(
                "the machine's report at the server to its event at a client", told(arrivals, then.ends()), "");
    }

    /** What is measured of isolations and releases, in milliseconds, and when each action's POST began and it ended. */
    private record Series(
            Map<String, Instant> begun,
            Map<String, Instant> ends,
            List<Double> answered,
            List<Double> cut,
            List<Double> released) {

        static Series empty() {
            return new Series(
                    new HashMap<>(), new HashMap<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        }
    }

    private static void measure(Asker asker, String machine, String action, Series series, List<Double> ended)
            throws IOException, InterruptedException {
        var request = asker.request("/api/machines/" + machine + "/" + action);
        var began = Instant.now();
        var answer = asker.wire().send(request);
        var answered = Instant.now();
        if (answer.status() != 201) {
            throw new IllegalStateException("the server answered " + answer.status() + ": " + answer.body());
        }
        var id = JSON.readTree(answer.body()).path("id").asString();
        var end = awaitEnd(asker.session(), id);
        series.begun().put(id, began);
        series.answered().add(millis(began, answered));
        var at = Instant.parse(end.path("lastUpdateDateTimeUtc").asString());
        series.ends().put(id, at);
        ended.add(millis(began, at));
    }

    /** Sends the POSTs that are measured over a connection that costs little, and all else as usual. */
    private record Asker(Session session, HttpsConnection wire, URI base) {

        private static final String BODY = "{\"Comment\":\"bench\"}";

        byte[] request(String path) {
            return ("POST " + path + " HTTP/1.1\r\nHost: " + base.getAuthority() + "\r\nAuthorization: Bearer "
                            + session.token() + "\r\nContent-Type: application/json\r\nContent-Length: "
                            + BODY.length() + "\r\n\r\n" + BODY)
                    .getBytes(StandardCharsets.US_ASCII);
        }
    }

    private static JsonNode awaitEnd(Session session, String id) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            Thread.sleep(10);
            var action = session.get("/api/machineactions/" + id).orThrow().json();
            var status = action.path("status").asString();
            if (status.equals("Succeeded")) {
                return action;
            }
            boolean open = status.equals("Pending") || status.equals("InProgress");
            if (!open || System.nanoTime() > deadline) {
                throw new IllegalStateException("the action is " + status + " instead of Succeeded: " + action);
            }
        }
    }

    /** When commands were on the agent, as its log tells it, in milliseconds after their POSTs were begun. */
    private record Arrivals(List<Double> verified, List<Double> journaled) {}

    private static Arrivals arrivals(LabMachine machine, Map<String, Instant> begun) throws IOException {
        var arrivals = new Arrivals(new ArrayList<>(), new ArrayList<>());
        for (var line : Files.readAllLines(machine.log())) {
            var match = ACCEPTED.matcher(line);
            if (match.find() && begun.containsKey(match.group(2))) {
                double journaled = millis(begun.get(match.group(2)), Instant.parse(match.group(1)));
                arrivals.journaled().add(journaled);
                arrivals.verified().add(journaled - Long.parseLong(match.group(3)) / 1_000.0);
            }
        }
        if (arrivals.journaled().size() != begun.size()) {
            throw new IllegalStateException(
                    "the agent's log tells of " + arrivals.journaled().size() + " commands instead of " + begun.size());
        }
        return arrivals;
    }

    /** From the server's time stamp, which is before the commit, to the whole event on the client's side of TLS. */
    private static List<Double> told(EventArrivals arrivals, Map<String, Instant> ends) throws InterruptedException {
        var waits = new ArrayList<Double>();
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        for (var end : ends.entrySet()) {
            var arrived = arrivals.of(end.getKey());
            while (arrived.isEmpty()) {
                if (System.nanoTime() > deadline) {
                    throw new IllegalStateException("the event of action " + end.getKey() + " did not arrive");
                }
                Thread.sleep(10);
                arrived = arrivals.of(end.getKey());
            }
            waits.add(millis(end.getValue(), arrived.get()));
        }
        return waits;
    }

    private static double millis(Instant from, Instant until) {
        return ChronoUnit.NANOS.between(from, until) / 1e6;
    }
}
