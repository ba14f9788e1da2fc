package dev.cordon.fleet.demo;

import dev.cordon.fleet.client.ApiClient;
import dev.cordon.fleet.client.ClientCredentials;
import dev.cordon.fleet.client.Session;
import dev.cordon.fleet.client.Tenancy;
import dev.cordon.fleet.machine.LabMachine;
import dev.cordon.fleet.process.Programs;
import dev.cordon.fleet.process.ServerProgram;
import dev.cordon.fleet.process.ServerProgram.Place;
import dev.cordon.lab.LabException;
import dev.cordon.lab.LabNetwork;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import tools.jackson.databind.JsonNode;

/**
 * {@code cordon demo}: a server, three machines and a walk through one containment. Ends everything it started, also
 * when it fails or is interrupted.
 */
public final class Demo implements AutoCloseable {

    private final DemoOptions options;
    private final Terminal terminal;
    private final Path directory;
    private final Programs programs = Programs.here();
    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private final long began = System.nanoTime();

    private Demo(DemoOptions options, Terminal terminal, Path directory) {
        this.options = options;
        this.terminal = terminal;
        this.directory = directory;
    }

    /** Exit status 0: every step verified; 1: not so; 2: the command line cannot be understood. */
    public static void main(String... arguments) throws IOException, InterruptedException {
        if (Arrays.asList(arguments).contains("--help")) {
            System.out.print(DemoOptions.USAGE);
            return;
        }
        DemoOptions options;
        try {
            options = DemoOptions.parse(List.of(arguments));
        } catch (IllegalArgumentException e) {
            System.err.println("cordon demo: " + e.getMessage());
            System.err.print(DemoOptions.USAGE);
            System.exit(2);
            return;
        }
        try {
            options.envFile().ifPresent(OutputFile::requireWritable);
            options.reportFile().ifPresent(OutputFile::requireWritable);
        } catch (UncheckedIOException e) {
            System.err.println("cordon demo: " + e.getMessage() + "; give a file that this user can write");
            System.exit(2);
            return;
        }
        Terminal terminal = Terminal.standard();
        Path directory = directory(options);
        Demo demo = new Demo(options, terminal, directory);
        Thread cleaner = new Thread(demo::close, "demo clean-up");
        Runtime.getRuntime().addShutdownHook(cleaner);
        boolean verified;
        try (demo) {
            verified = demo.run();
        }
        System.exit(verified ? 0 : 1);
    }

    private static Path directory(DemoOptions options) throws IOException {
        if (options.directory().isEmpty()) {
            return Files.createTempDirectory("cordon-demo-");
        }
        Path directory = options.directory().get();
        if (Files.exists(directory)) {
            System.err.println("cordon demo: " + directory + " exists; the demo wants a new directory");
            System.exit(2);
        }
        return Files.createDirectories(directory);
    }

    private boolean run() throws InterruptedException {
        terminal.heading("Cordon demo");
        terminal.line("Everything is kept in " + directory);
        Stage stage = opened(stage());
        terminal.lines(stage.description());
        var report = new DemoReport(stage.kind(), Instant.now());
        boolean finished = false;
        try {
            walk(stage, report);
            finished = true;
        } catch (RuntimeException e) {
            report.failed(String.valueOf(e.getMessage()));
            terminal.failed(String.valueOf(e.getMessage()));
        }
        report.measured("seconds", (System.nanoTime() - began) / 1e9);
        options.reportFile().ifPresent(file -> OutputFile.write(file, report.text(Instant.now())));
        conclude(report.allVerified());
        if (finished && !options.exit()) {
            terminal.line("Everything stays up until you press Ctrl-C.");
            new CountDownLatch(1).await();
        }
        return report.allVerified();
    }

    private void conclude(boolean verified) {
        terminal.heading(verified ? "Every step was verified." : "Not every step was verified.");
        terminal.line(String.format(Locale.ROOT, "It took %.1f s.", (System.nanoTime() - began) / 1e9));
        if (!verified) {
            terminal.line("The logs of the server and the agents are in " + directory);
        }
    }

    private Stage stage() {
        Optional<String> missing = LabNetwork.missing();
        if (!options.simulated() && missing.isEmpty()) {
            try {
                return LabStage.open(directory, programs);
            } catch (LabException e) {
                missing = Optional.ofNullable(e.getMessage());
            }
        }
        String why = options.simulated() ? "as asked for" : missing.orElse("lab machines are not possible here");
        return new SimulatedStage(directory, why);
    }

    private void walk(Stage stage, DemoReport report) {
        terminal.heading("Setting up");
        long serverBegan = System.nanoTime();
        Place place = Place.free(
                directory.resolve("server"),
                directory.resolve("server.log"),
                stage.serverAddress(),
                stage.serverHost());
        ServerProgram server = opened(ServerProgram.start(programs, place));
        ApiClient client = opened(new ApiClient(place.url(), place.caFile()));
        new Session(client, server.operator().credentials(), InstantSource.system()).token();
        report.measured("millisFromServerStartToFirstToken", (System.nanoTime() - serverBegan) / 1e6);
        terminal.line(
                "server    " + place.url() + "  first token after " + Terminal.millis(System.nanoTime() - serverBegan));
        Tenancy tenancy = Tenancy.create(client, server.operator());
        terminal.line("tenant    " + tenancy.application().tenantId() + "  (operator: " + place.operatorFile() + ")");
        terminal.line("client    " + tenancy.application().clientId() + "  with the permissions of a responder");
        List<StageMachine> machines = stage.enroll(place.url().toString(), tenancy.enrollmentToken());
        Map<String, String> ids =
                awaitConnected(new Session(client, tenancy.application(), InstantSource.system()), machines);
        machines.forEach(machine -> terminal.line("machine   " + ids.get(machine.name()) + "  " + machine.name()));

        ApiCalls api = new ApiCalls(client, tenancy.application(), terminal);
        new Walk(api, terminal, report, machines, ids).run();
        StageMachine target = machines.getFirst();
        target.files()
                .ifPresent(files -> new ResponseWalk(
                                api, terminal, report, target.name(), ids.getOrDefault(target.name(), ""), files)
                        .run());
        if (machines.getLast().machine() instanceof LabMachine last) {
            new OffboardWalk(api, terminal, report, last, ids.getOrDefault(last.name(), "")).run();
        }
        Map<String, String> variables =
                variables(place, tenancy, ids.getOrDefault(machines.getFirst().name(), ""));
        options.envFile().ifPresent(file -> OutputFile.variables(file, variables));
        if (!options.exit()) {
            invite(variables);
        }
    }

    private Map<String, String> awaitConnected(Session session, List<StageMachine> machines) {
        long deadline = System.nanoTime() + 30_000_000_000L;
        while (true) {
            Map<String, String> ids = new HashMap<>();
            for (JsonNode machine :
                    session.get("/api/machines").orThrow().json().path("value")) {
                String id = machine.path("id").asString("");
                if (session.get("/cordon/v1/machines/" + id + "/state")
                        .orThrow()
                        .json()
                        .path("connected")
                        .asBoolean(false)) {
                    ids.put(machine.path("computerDnsName").asString(""), id);
                }
            }
            if (machines.stream().allMatch(machine -> ids.containsKey(machine.name()))) {
                return ids;
            }
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("after 30 s only these machines are connected: " + ids.keySet());
            }
            try {
                Thread.sleep(50);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted", e);
            }
        }
    }

    private static Map<String, String> variables(Place place, Tenancy tenancy, String machineId) {
        ClientCredentials application = tenancy.application();
        Map<String, String> variables = new LinkedHashMap<>();
        variables.put("CORDON_URL", place.url().toString());
        variables.put("CORDON_AUTHORITY", place.url() + "/" + application.tenantId());
        variables.put("CORDON_TENANT", application.tenantId());
        variables.put("CORDON_CLIENT_ID", application.clientId());
        variables.put("CORDON_CLIENT_SECRET", application.clientSecret());
        variables.put("CORDON_CA_FILE", place.caFile().toString());
        variables.put("CORDON_MACHINE_ID", machineId);
        variables.put("CORDON_PROFILE", place.operatorFile().toString());
        return variables;
    }

    private void invite(Map<String, String> variables) {
        terminal.heading("Try it yourself: paste these into a shell");
        variables.forEach((name, value) -> terminal.line(name + "='" + value + "'"));
        terminal.line("");
        terminal.line("TOKEN=$(curl -s --cacert \"$CORDON_CA_FILE\" -d grant_type=client_credentials"
                + " -d \"client_id=$CORDON_CLIENT_ID\" --data-urlencode \"client_secret=$CORDON_CLIENT_SECRET\""
                + " -d scope=" + ClientCredentials.RESOURCE + "/.default \"$CORDON_AUTHORITY/oauth2/v2.0/token\""
                + " | sed 's/.*\"access_token\":\"\\([^\"]*\\)\".*/\\1/')");
        String curl = "curl -s --cacert \"$CORDON_CA_FILE\" -H \"Authorization: Bearer $TOKEN\" ";
        terminal.line(curl + "-H 'Content-Type: application/json'"
                + " -d '{\"Comment\":\"trying it\",\"IsolationType\":\"Full\"}'"
                + " \"$CORDON_URL/api/machines/$CORDON_MACHINE_ID/isolate\"");
        terminal.line(curl + "\"$CORDON_URL/api/machineactions\"");
        terminal.line("");
    }

    private <T extends AutoCloseable> T opened(T thing) {
        synchronized (open) {
            open.push(thing);
        }
        return thing;
    }

    /** Ends what was started, last first; once. */
    @Override
    public void close() {
        synchronized (open) {
            while (!open.isEmpty()) {
                try {
                    open.pop().close();
                } catch (Exception e) {
                    terminal.failed("clean-up: " + e.getMessage());
                }
            }
        }
    }
}
