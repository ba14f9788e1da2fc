package dev.cordon.fleet.process;

import dev.cordon.fleet.client.ApiClient;
import dev.cordon.fleet.client.Exchange;
import dev.cordon.fleet.client.ServerUnreachableException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * A Keycloak as a child process on this computer, in production mode with an optimised build and its default store in
 * files, which is empty at each start. It answers over TLS only. Somebody else's token service: the peer of benchmarks
 * and the issuer at which people have their accounts.
 */
public final class Keycloak implements AutoCloseable {

    private static final Duration START = Duration.ofMinutes(8);
    private static final Duration ANSWER = Duration.ofMinutes(5); // it makes keys when it makes a realm
    private static final String ADMINISTRATOR = "admin";

    private final RunningProgram program;
    private final ApiClient client;
    private final String password;

    private Keycloak(RunningProgram program, ApiClient client, String password) {
        this.program = program;
        this.client = client;
        this.password = password;
    }

    /**
     * Builds and starts it, and waits until it answers.
     *
     * @param unpacked the folder in which its distribution was unpacked; its store below is deleted
     * @param tls the folder with {@code ca.pem}, and {@code server.pem} and {@code server.key} for {@code localhost}
     * @param javaOptions for its run time; empty for its own choice
     * @throws IllegalStateException if any of this fails; the message says what
     */
    public static Keycloak start(Path unpacked, Path tls, Path log, String javaOptions) {
        var home = home(unpacked);
        empty(home.resolve("data"));
        var password = UUID.randomUUID().toString();
        var environment = List.of(
                "env",
                "JAVA_HOME=" + System.getProperty("java.home"),
                "JAVA_OPTS_APPEND=" + javaOptions,
                "KC_BOOTSTRAP_ADMIN_USERNAME=" + ADMINISTRATOR,
                "KC_BOOTSTRAP_ADMIN_PASSWORD=" + password,
                "bash",
                home.resolve("bin/kc.sh").toString());
        var built = RunningProgram.run("Keycloak's build", with(environment, "build", "--db=dev-file"), log, START);
        if (built.status() != 0) {
            throw new IllegalStateException("Keycloak could not be built; see " + log + ":\n" + built.output());
        }
        int port = freePort();
        var start = with(
                environment,
                "start",
                "--optimized",
                "--cache=local",
                "--hostname-strict=false",
                "--http-enabled=false",
                "--http-host=127.0.0.1",
                "--https-port=" + port,
                "--https-certificate-file=" + tls.resolve("server.pem"),
                "--https-certificate-key-file=" + tls.resolve("server.key"));
        var client = new ApiClient(URI.create("https://localhost:" + port), tls.resolve("ca.pem"), ANSWER);
        var keycloak = new Keycloak(RunningProgram.start("Keycloak", start, log), client, password);
        try {
            keycloak.awaitReady();
            return keycloak;
        } catch (RuntimeException e) {
            keycloak.close();
            throw e;
        }
    }

    public URI url() {
        return client.base();
    }

    /** Calls its administration as its first administrator. */
    public Exchange administer(String method, String path, String json) {
        var headers = Map.of("Authorization", "Bearer " + administratorToken(), "Content-Type", "application/json");
        return client.send(method, "/admin/realms" + path, json, headers).orThrow();
    }

    /** Asks the token endpoint of a realm, with a form. */
    public Exchange token(String realm, Map<String, String> form) {
        var fields = new ArrayList<String>();
        form.forEach((name, value) -> fields.add(name + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8)));
        return client.send(
                "POST",
                "/realms/" + realm + "/protocol/openid-connect/token",
                String.join("&", fields),
                Map.of("Content-Type", "application/x-www-form-urlencoded"));
    }

    /** A token of its first administrator, which holds for a minute. */
    public String administratorToken() {
        var form = Map.of(
                "grant_type", "password", "client_id", "admin-cli", "username", ADMINISTRATOR, "password", password);
        return token("master", form).orThrow().json().path("access_token").asString();
    }

    private void awaitReady() {
        long deadline = System.nanoTime() + START.toNanos();
        while (!answers()) {
            if (!program.isAlive() || System.nanoTime() > deadline) {
                throw new IllegalStateException("Keycloak did not start:\n" + program.tail());
            }
            try {
                Thread.sleep(200);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while waiting for Keycloak", e);
            }
        }
    }

    private boolean answers() {
        try {
            return client.send("GET", "/realms/master", "", Map.of()).status() == 200;
        } catch (ServerUnreachableException e) {
            return false;
        }
    }

    private static Path home(Path unpacked) {
        try (var folders = Files.list(unpacked)) {
            return folders.filter(folder -> Files.exists(folder.resolve("bin/kc.sh")))
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException(unpacked + " holds no Keycloak"));
        } catch (IOException e) {
            throw new UncheckedIOException(unpacked + " holds no Keycloak", e);
        }
    }

    private static void empty(Path folder) {
        if (!Files.exists(folder)) {
            return;
        }
        try (var all = Files.walk(folder)) {
            for (var path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Keycloak's old store cannot be deleted", e);
        }
    }

    private static List<String> with(List<String> command, String... arguments) {
        var all = new ArrayList<>(command);
        all.addAll(List.of(arguments));
        return all;
    }

    private static int freePort() {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException("no free port", e);
        }
    }

    @Override
    public void close() {
        client.close();
        program.close();
    }
}
