package dev.cordon.cli.connection;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;

/**
 * Sends requests to one server. Every request ends after a while, whatever the server does. An answer that asks to come
 * back later (429, and 503 with {@code Retry-After}) is heeded a few times. Safe for use by several threads.
 */
public final class Connection implements AutoCloseable {

    private static final long ANSWER_LIMIT = 64L << 20;
    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final Duration WHOLE = Duration.ofSeconds(45);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(60);
    private static final int TRIES = 5;

    private final URI base;
    private final HttpClient http;

    /**
     * @param base for example {@code https://cordon.example.com:8443}
     * @param authority PEM of the authority to believe; otherwise those that this computer believes
     * @throws IllegalArgumentException if the server is not to be reached over TLS, or the PEM holds no certificate
     */
    public static Connection to(URI base, Optional<String> authority) {
        return new Connection(base, Trust.context(authority));
    }

    /** Believes anybody: only for what is public, and shown to a person before anything secret is sent. */
    public static Connection unchecked(URI base) {
        return new Connection(base, Trust.nobodyChecked());
    }

    private Connection(URI base, SSLContext tls) {
        if (!"https".equals(base.getScheme()) || base.getHost() == null) {
            throw new IllegalArgumentException(
                    "the server's URL must look like https://cordon.example.com:8443, not " + base);
        }
        this.base = URI.create("https://" + base.getAuthority());
        this.http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .sslContext(tls)
                .connectTimeout(CONNECT)
                .build();
    }

    public URI base() {
        return base;
    }

    /**
     * Sends one request and waits for its answer.
     *
     * @param path with its query, from the server's root
     * @param body empty for none
     * @throws UnreachableException if no answer came
     */
    public Answer send(String method, String path, String body, Map<String, String> headers) {
        URI uri = URI.create(base + path);
        var request = HttpRequest.newBuilder(uri)
                .timeout(WHOLE)
                .header("User-Agent", "cordon-cli")
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        headers.forEach(request::header);
        HttpRequest ready = request.build();
        boolean repeatable = method.equals("GET") || headers.containsKey("Idempotency-Key");
        for (int tried = 1; ; tried++) {
            HttpResponse<String> answer = answer(ready);
            Optional<Duration> pause = pause(answer, repeatable);
            if (pause.isEmpty() || tried == TRIES) {
                return new Answer(method, uri, answer.statusCode(), answer.body());
            }
            sleep(pause.get(), uri);
        }
    }

    private HttpResponse<String> answer(HttpRequest request) {
        return await(
                http.sendAsync(
                        request, BodyHandlers.limiting(BodyHandlers.ofString(StandardCharsets.UTF_8), ANSWER_LIMIT)),
                request.uri());
    }

    /**
     * Opens what a link leads to, without any token.
     *
     * @throws RefusedException if the answer is not 200
     */
    Download download(URI link) {
        HttpRequest request = HttpRequest.newBuilder(link).timeout(WHOLE).build();
        HttpResponse<InputStream> answer = await(http.sendAsync(request, BodyHandlers.ofInputStream()), link);
        if (answer.statusCode() != 200) {
            try (InputStream stream = answer.body()) {
                String text = new String(stream.readNBytes(1 << 16), StandardCharsets.UTF_8);
                throw RefusedException.of(new Answer("GET", link, answer.statusCode(), text));
            } catch (IOException e) {
                throw UnreachableException.of(link, e);
            }
        }
        return new Download(
                link,
                answer.body(),
                answer.headers().firstValueAsLong("Content-Length").orElse(-1));
    }

    private static <T> HttpResponse<T> await(CompletableFuture<HttpResponse<T>> answer, URI uri) {
        try {
            return answer.get(WHOLE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw UnreachableException.of(uri, e.getCause() == null ? e : e.getCause());
        } catch (TimeoutException e) {
            answer.cancel(true);
            throw UnreachableException.of(uri, new IOException("no answer within " + WHOLE.toSeconds() + " s", e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw UnreachableException.of(uri, e);
        }
    }

    /** How long to wait before asking again, if that makes sense. */
    private static Optional<Duration> pause(HttpResponse<String> answer, boolean repeatable) {
        int status = answer.statusCode();
        Optional<String> told = answer.headers().firstValue("Retry-After");
        if (status != 429 && !(status == 503 && repeatable && told.isPresent())) {
            return Optional.empty();
        }
        Duration pause = told.flatMap(Connection::seconds).orElse(Duration.ofSeconds(1));
        return pause.compareTo(LONGEST_PAUSE) > 0 ? Optional.empty() : Optional.of(pause);
    }

    private static Optional<Duration> seconds(String text) {
        return text.matches("\\d{1,6}") ? Optional.of(Duration.ofSeconds(Long.parseLong(text))) : Optional.empty();
    }

    private static void sleep(Duration pause, URI uri) {
        try {
            Thread.sleep(pause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw UnreachableException.of(uri, e);
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
