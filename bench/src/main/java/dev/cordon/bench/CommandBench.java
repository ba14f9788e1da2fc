package dev.cordon.bench;

import dev.cordon.agent.log.Log;
import dev.cordon.fleet.client.ApiClient;
import dev.cordon.fleet.client.ClientCredentials;
import dev.cordon.fleet.client.Tenancy;
import dev.cordon.fleet.machine.SimulatedMachine;
import dev.cordon.fleet.process.Programs;
import dev.cordon.fleet.process.ServerProgram;
import dev.cordon.fleet.process.ServerProgram.Place;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * How long {@code ./cordon} takes from its start to its end as a person types it: its help, the help of a command, and a
 * list that a server on this computer is asked for over TLS, as somebody who signed in before.
 */
final class CommandBench {

    private static final int RUNS = 20;
    private static final int MACHINES = 3;
    private static final String NAME = "command-1.example.test";

    private final Path directory;
    private final Figures figures;

    CommandBench(Path directory, Figures figures) {
        this.directory = directory;
        this.figures = figures;
    }

    void run() throws IOException, InterruptedException {
        if (!(Programs.here() instanceof Programs.Launched launched)) {
            throw new IllegalStateException("commands are measured as people start them: run ./cordon bench");
        }
        Path launcher = launched.launcher();
        var place =
                Place.free(directory.resolve("command"), directory.resolve("command.log"), "127.0.0.1", "localhost");
        try (var server = ServerProgram.start(launched, place);
                var client = new ApiClient(place.url(), place.caFile())) {
            var tenancy = Tenancy.create(client, server.operator());
            for (int i = 1; i <= MACHINES; i++) {
                try (var machine = new SimulatedMachine(
                        "command-" + i + ".example.test",
                        "192.0.2." + i,
                        directory.resolve("command-machines"),
                        Log.silent())) {
                    machine.enroll(place.url().toString(), tenancy.enrollmentToken());
                }
            }
            signIn(launcher, place, tenancy.application());
            measure("cordon --help", "Usage: cordon", launcher, "--help");
            measure("cordon machines --help", "Usage: cordon machines", launcher, "machines", "--help");
            measure("cordon machines --output json, TLS", NAME, launcher, "machines", "--output", "json");
        }
    }

    private void signIn(Path launcher, Place place, ClientCredentials who) throws IOException, InterruptedException {
        Path secret = Files.writeString(directory.resolve("command.secret"), who.clientSecret());
        once(
                "",
                launcher,
                "login",
                "--url",
                place.url().toString(),
                "--tenant",
                who.tenantId(),
                "--client-id",
                who.clientId(),
                "--secret-file",
                secret.toString(),
                "--ca",
                place.caFile().toString());
    }

    private void measure(String name, String says, Path launcher, String... arguments)
            throws IOException, InterruptedException {
        once(says, launcher, arguments);
        once(says, launcher, arguments);
        var millis = new ArrayList<Double>();
        for (int i = 0; i < RUNS; i++) {
            millis.add(once(says, launcher, arguments));
        }
        figures.distribution(name, millis, "p50 ≤ 300");
    }

    /** Runs it once and says how long that took, in milliseconds. */
    private double once(String says, Path launcher, String... arguments) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of(launcher.toString()));
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment()
                .put("CORDON_CONFIG", directory.resolve("command-config").toString());
        builder.environment().remove("CORDON_PROFILE");
        long began = System.nanoTime();
        Process process = builder.start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int status = process.waitFor();
        double took = (System.nanoTime() - began) / 1e6;
        if (status != 0 || !said.contains(says)) {
            throw new IllegalStateException(String.join(" ", command) + " ended with " + status + ":\n" + said);
        }
        return took;
    }
}
