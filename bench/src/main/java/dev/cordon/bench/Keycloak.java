package dev.cordon.bench;

import dev.cordon.fleet.process.RunningProgram;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import javax.net.ssl.SSLContext;

/**
 * Keycloak as the peer: its distribution from Maven Central, in production mode with an optimised build, its default
 * store in files and its default key of 2048 bits, and one client with a service account.
 */
final class Keycloak implements AutoCloseable {

    static final String CLIENT = "bench";
    private static final String REALM = """
            {"realm":"bench","enabled":true,"sslRequired":"all","clients":[{"clientId":"bench","enabled":true,
            "publicClient":false,"serviceAccountsEnabled":true,"standardFlowEnabled":false,
            "directAccessGrantsEnabled":false,"clientAuthenticatorType":"client-secret","secret":"SECRET",
            "protocol":"openid-connect"}]}""";
    private static final Duration FETCH = Duration.ofMinutes(5);
    private static final Duration START = Duration.ofMinutes(4);

    private final RunningProgram program;
    private final URI url;
    private final String secret;

    private Keycloak(RunningProgram program, URI url, String secret) {
        this.program = program;
        this.url = url;
        this.secret = secret;
    }

    /**
     * Fetches it if it is not there, builds and starts it.
     *
     * @param source the directory of Cordon's source, whose Maven fetches it
     * @param tls the folder with a server's certificate and key
     * @throws IllegalStateException if any of this fails; the message says what
     */
    static Keycloak start(Path source, Path tls, SSLContext trust, Path directory)
            throws IOException, InterruptedException {
        var home = unpacked(source, directory);
        var secret = UUID.randomUUID().toString();
        Files.createDirectories(home.resolve("data/import"));
        Files.writeString(home.resolve("data/import/bench-realm.json"), REALM.replace("SECRET", secret));
        var log = directory.resolve("keycloak.log");
        require(kc(home, List.of("build", "--db=dev-file"), log), "Keycloak could not be built", log);
        int port = freePort();
        var start = List.of(
                "start",
                "--optimized",
                "--import-realm",
                "--cache=local",
                "--hostname-strict=false",
                "--http-enabled=false",
                "--http-host=127.0.0.1",
                "--https-port=" + port,
                "--https-certificate-file=" + tls.resolve("server.pem"),
                "--https-certificate-key-file=" + tls.resolve("server.key"));
        var program = RunningProgram.start("Keycloak", kc(home, start), log);
        var keycloak = new Keycloak(program, URI.create("https://localhost:" + port), secret);
        try {
            keycloak.await(trust);
            return keycloak;
        } catch (IllegalStateException | InterruptedException e) {
            keycloak.close();
            throw e;
        }
    }

    URI url() {
        return url;
    }

    String secret() {
        return secret;
    }

    private static Path unpacked(Path source, Path directory) throws IOException {
        var target = directory.resolve("keycloak");
        var log = directory.resolve("keycloak-fetch.log");
        var maven = List.of(
                source.resolve("mvnw").toString(),
                "--batch-mode",
                "-q",
                "-f",
                source.resolve("bench").toString(),
                "dependency:unpack@keycloak",
                "-Dcordon.bench.keycloak=" + target);
        var ended = RunningProgram.run("Maven", maven, log, FETCH);
        require(ended, "Keycloak could not be fetched from Maven Central", log);
        try (var folders = Files.list(target)) {
            return folders.filter(Files::isDirectory).findFirst().orElseThrow();
        }
    }

    private static RunningProgram.Ended kc(Path home, List<String> arguments, Path log) {
        return RunningProgram.run("Keycloak's build", kc(home, arguments), log, START);
    }

    private static List<String> kc(Path home, List<String> arguments) {
        var command = new ArrayList<>(List.of(
                "env",
                "JAVA_HOME=" + System.getProperty("java.home"),
                "bash",
                home.resolve("bin/kc.sh").toString()));
        command.addAll(arguments);
        return command;
    }

    private static void require(RunningProgram.Ended ended, String otherwise, Path log) {
        if (ended.status() != 0) {
            throw new IllegalStateException(otherwise + "; see " + log + ":\n" + ended.output());
        }
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private void await(SSLContext trust) throws InterruptedException {
        long deadline = System.nanoTime() + START.toNanos();
        try (var http = HttpClient.newBuilder()
                .sslContext(trust)
                .connectTimeout(Duration.ofSeconds(5))
                .build()) {
            var request = HttpRequest.newBuilder(url.resolve("/realms/bench"))
                    .timeout(Duration.ofSeconds(10))
                    .build();
            while (status(http, request) != 200) {
                if (!program.isAlive() || System.nanoTime() > deadline) {
                    throw new IllegalStateException("Keycloak did not start:\n" + program.tail());
                }
                Thread.sleep(200);
            }
        }
    }

    private static int status(HttpClient http, HttpRequest request) throws InterruptedException {
        try {
            return http.send(request, BodyHandlers.discarding()).statusCode();
        } catch (IOException e) {
            return 0; // not there yet
        }
    }

    @Override
    public void close() {
        program.close();
    }
}
