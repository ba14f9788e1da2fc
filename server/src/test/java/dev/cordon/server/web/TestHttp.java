package dev.cordon.server.web;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.function.UnaryOperator;

/**
 * An HTTP client for tests: a request without an answer is a failure. Close it before the server it calls, which else gives
 * connections that are kept alive a second. Thread-safe.
 */
public final class TestHttp implements AutoCloseable {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final HttpClient client;

    /** A client that speaks with servers without TLS. */
    public TestHttp() {
        this(builder -> builder);
    }

    public TestHttp(UnaryOperator<HttpClient.Builder> settings) {
        client = settings.apply(HttpClient.newBuilder().connectTimeout(LIMIT)).build();
    }

    public HttpResponse<String> send(HttpRequest.Builder request) {
        return send(request, BodyHandlers.ofString());
    }

    public <T> HttpResponse<T> send(HttpRequest.Builder request, BodyHandler<T> body) {
        try {
            return client.send(request.timeout(LIMIT).build(), body);
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        client.close();
    }
}
