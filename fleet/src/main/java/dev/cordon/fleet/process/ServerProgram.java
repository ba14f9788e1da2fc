package dev.cordon.fleet.process;

import dev.cordon.fleet.client.ApiClient;
import dev.cordon.fleet.client.OperatorProfile;
import dev.cordon.fleet.client.ServerUnreachableException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A server as a child process, with its own data directory and fixed ports, so that it can be started again. */
public final class ServerProgram implements AutoCloseable {

    private static final Duration START_TIMEOUT = Duration.ofMinutes(2);

    private final RunningProgram program;
    private final Place place;

    /**
     * Where a server lives.
     *
     * @param bind the address it listens on
     * @param host the name or address in its URL and certificate
     */
    public record Place(Path data, Path log, String bind, String host, int port, int gatewayPort) {

        /** A place on free ports. */
        public static Place free(Path data, Path log, String bind, String host) {
            try (ServerSocket one = new ServerSocket(0, 1, InetAddress.getByName(bind));
                    ServerSocket two = new ServerSocket(0, 1, InetAddress.getByName(bind))) {
                return new Place(data, log, bind, host, one.getLocalPort(), two.getLocalPort());
            } catch (IOException e) {
                throw new UncheckedIOException("no free port at " + bind, e);
            }
        }

        public URI url() {
            return URI.create("https://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port);
        }

        public Path caFile() {
            return data.resolve("tls").resolve("ca.pem");
        }

        public Path operatorFile() {
            return data.resolve("operator.json");
        }

        /** The arguments of {@code cordon server} for this place. */
        public List<String> arguments() {
            List<String> arguments = new ArrayList<>(List.of("--data", data.toString(), "--bind", bind));
            arguments.addAll(List.of("--port", String.valueOf(port), "--gateway-port", String.valueOf(gatewayPort)));
            arguments.addAll(List.of("--host", host, "--heartbeat", "2"));
            return arguments;
        }
    }

    private ServerProgram(RunningProgram program, Place place) {
        this.program = program;
        this.place = place;
    }

    /** Starts a server and does not wait for it. */
    public static ServerProgram launch(Programs programs, Place place) {
        return new ServerProgram(
                RunningProgram.start("the server", programs.server(place.arguments()), place.log()), place);
    }

    /** Starts a server and waits until it answers. */
    public static ServerProgram start(Programs programs, Place place) {
        ServerProgram server = launch(programs, place);
        try {
            server.awaitReady();
            return server;
        } catch (RuntimeException e) {
            server.close();
            throw e;
        }
    }

    /**
     * Waits until the server answers.
     *
     * @throws IllegalStateException if it ended or took too long
     */
    public void awaitReady() {
        long deadline = System.nanoTime() + START_TIMEOUT.toNanos();
        while (!answers()) {
            if (!program.isAlive()) {
                throw new IllegalStateException("the server ended; " + place.log() + " says:\n" + program.tail());
            }
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException(
                        "the server did not answer within " + START_TIMEOUT.toSeconds() + " s; see " + place.log());
            }
            pause();
        }
    }

    private boolean answers() {
        if (!Files.exists(place.operatorFile()) || !Files.exists(place.caFile())) {
            return false;
        }
        try (ApiClient client = new ApiClient(place.url(), place.caFile())) {
            return client.send("GET", "/api/machines", "", Map.of()).status() > 0;
        } catch (ServerUnreachableException | IllegalArgumentException e) {
            return false;
        }
    }

    private static void pause() {
        try {
            Thread.sleep(20);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for the server", e);
        }
    }

    public Place place() {
        return place;
    }

    /** The profile of the operator application that the server made. */
    public OperatorProfile operator() {
        return OperatorProfile.read(place.operatorFile());
    }

    public RunningProgram program() {
        return program;
    }

    @Override
    public void close() {
        program.close();
    }
}
