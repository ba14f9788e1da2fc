package dev.cordon.server.web;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.cordon.server.tls.ServerTls;
import dev.cordon.server.tls.TestTrust;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;

/** A web server on a free port over TLS, with a client that trusts its authority and nobody else. */
final class TestApi implements AutoCloseable {

    private final WebServer server;
    private final SSLContext trust;
    private final TestHttp client;

    TestApi(TokenVerifier verifier, List<Route> routes) {
        this(verifier, routes, CallRates.NONE);
    }

    TestApi(TokenVerifier verifier, List<Route> routes, CallRates rates) {
        try {
            var tls = ServerTls.open(
                    Files.createTempDirectory("cordon-web").resolve("tls"), List.of(), InstantSource.system());
            server = new WebServer(
                    WebSettings.tls("127.0.0.1", 0, tls.sslContext()).with(rates),
                    verifier,
                    routes,
                    e -> e instanceof java.util.ConcurrentModificationException);
            trust = TestTrust.in(tls.caCertificate());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.start();
        client = new TestHttp(settings -> settings.sslContext(trust).version(HttpClient.Version.HTTP_1_1));
    }

    HttpResponse<String> get(String path) {
        return send(path, request -> {});
    }

    HttpResponse<String> send(String path, Consumer<HttpRequest.Builder> change) {
        var request = HttpRequest.newBuilder(URI.create("https://localhost:" + server.port() + path));
        change.accept(request);
        return client.send(request);
    }

    /** Sends these characters and returns all that comes back until the server closes the connection. */
    String raw(String text) {
        try (var socket = trust.getSocketFactory().createSocket("localhost", server.port())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(text.getBytes(UTF_8));
            socket.getOutputStream().flush();
            return new String(socket.getInputStream().readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        client.close();
        server.close();
    }
}
