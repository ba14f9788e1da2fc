package dev.cordon.cli.connection;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
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

    /** For how long a connection may wait to be used again: less than servers keep one that is idle. */
    private static final Duration FRESH = Duration.ofSeconds(5);

    private static final Duration SILENCE = Duration.ofSeconds(60);

    private final URI base;
    private final Dial dial;
    private final Deque<Idle> idle = new ArrayDeque<>();
    private final Set<Wire> open = ConcurrentHashMap.newKeySet();

    /** A connection that may be used again, and since when it waits. */
    private record Idle(Exchange exchange, long since) {}

    /** What is done with one answer. */
    private interface Use<T> {
        T of(Exchange.Head head) throws IOException;
    }

    /**
     * @param base for example {@code https://cordon.example.com:8443}
     * @param authority PEM of the authority to believe; otherwise those that this computer believes
     * @param folder where to remember which certificates were accepted; absent for nowhere
     * @throws IllegalArgumentException if the server is not to be reached over TLS, or the PEM holds no certificate
     */
    public static Connection to(URI base, Optional<String> authority, Optional<Path> folder) {
        check(base);
        var accepted = new Accepted(folder, base.getAuthority(), authority, InstantSource.system());
        return new Connection(base, Optional.of(accepted), () -> Trust.context(authority));
    }

    /** Believes anybody: only for what is public, and shown to a person before anything secret is sent. */
    public static Connection unchecked(URI base) {
        check(base);
        return new Connection(base, Optional.empty(), Trust::nobodyChecked);
    }

    private static void check(URI base) {
        if (!"https".equals(base.getScheme()) || base.getHost() == null) {
            throw new IllegalArgumentException(
                    "the server's URL must look like https://cordon.example.com:8443, not " + base);
        }
    }

    private Connection(URI base, Optional<Accepted> accepted, Supplier<SSLContext> trust) {
        this.base = URI.create("https://" + base.getAuthority());
        this.dial = new Dial(this.base, CONNECT, accepted, trust);
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
        boolean repeatable = method.equals("GET") || headers.containsKey("Idempotency-Key");
        URI uri = URI.create(base + path);
        for (int tried = 1; ; tried++) {
            var pauses = new ArrayList<Duration>(1);
            Answer answer = call(method, uri, body, headers, repeatable, head -> {
                pause(head, repeatable).ifPresent(pauses::add);
                return new Answer(method, uri, head.status(), text(head.body(), ANSWER_LIMIT));
            });
            if (pauses.isEmpty() || tried == TRIES) {
                return answer;
            }
            sleep(pauses.getFirst(), uri);
        }
    }

    private <T> T call(
            String method, URI uri, String body, Map<String, String> headers, boolean repeatable, Use<T> use) {
        Optional<Exchange> waiting = waiting();
        try {
            if (waiting.isPresent()) {
                try {
                    return call(waiting.get(), method, uri, body, headers, use);
                } catch (IOException e) {
                    // the server may have closed it while nobody looked
                    if (!repeatable) {
                        throw e;
                    }
                }
            }
            return call(dial(), method, uri, body, headers, use);
        } catch (IOException e) {
            throw UnreachableException.of(uri, e);
        }
    }

    private <T> T call(Exchange exchange, String method, URI uri, String body, Map<String, String> headers, Use<T> use)
            throws IOException {
        boolean whole = false;
        try {
            exchange.within(WHOLE);
            exchange.send(method, uri.getRawAuthority(), target(uri), headers, body);
            Exchange.Head head = exchange.answer();
            T used = use.of(head);
            whole = head.reusable();
            return used;
        } finally {
            if (whole) {
                keep(exchange);
            } else {
                end(exchange.wire());
            }
        }
    }

    private static String target(URI uri) {
        String path = uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        return uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery();
    }

    private static String text(InputStream body, long limit) throws IOException {
        byte[] bytes = body.readNBytes((int) limit + 1);
        if (bytes.length > limit) {
            throw new IOException("the answer is longer than " + (limit >> 20) + " MiB");
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private Exchange dial() throws IOException {
        Wire wire = dial.open();
        open.add(wire);
        return new Exchange(wire);
    }

    private Optional<Exchange> waiting() {
        synchronized (idle) {
            for (Idle last = idle.pollLast(); last != null; last = idle.pollLast()) {
                if (System.nanoTime() - last.since() < FRESH.toNanos()) {
                    return Optional.of(last.exchange());
                }
                end(last.exchange().wire());
            }
            return Optional.empty();
        }
    }

    private void keep(Exchange exchange) {
        synchronized (idle) {
            idle.addLast(new Idle(exchange, System.nanoTime()));
        }
    }

    private void end(Wire wire) {
        open.remove(wire);
        try {
            wire.close();
        } catch (IOException e) {
            // it is of no use any more
        }
    }

    /**
     * Opens what a link of this server leads to, without any token.
     *
     * @throws RefusedException if the answer is not 200
     */
    Download download(URI link) {
        return new Download(link, stream(link, Map.of(), SILENCE));
    }

    /**
     * Opens an answer that is read while it comes.
     *
     * @param silence how long nothing may come
     * @throws RefusedException if the answer is not 200
     * @throws UnreachableException if no answer came
     */
    public Stream stream(URI link, Map<String, String> headers, Duration silence) {
        Exchange exchange;
        try {
            exchange = dial();
        } catch (IOException e) {
            throw UnreachableException.of(link, e);
        }
        try {
            exchange.within(WHOLE);
            exchange.send("GET", link.getRawAuthority(), target(link), headers, "");
            Exchange.Head head = exchange.answer();
            if (head.status() != 200) {
                String text = text(head.body(), 1 << 16);
                throw RefusedException.of(new Answer("GET", link, head.status(), text));
            }
            exchange.silence(silence);
            return new Stream(head.length(), head.body(), () -> end(exchange.wire()));
        } catch (IOException e) {
            end(exchange.wire());
            throw UnreachableException.of(link, e);
        } catch (RuntimeException e) {
            end(exchange.wire());
            throw e;
        }
    }

    /**
     * An answer that is read while it comes.
     *
     * @param length in bytes; -1 if the server did not say
     * @param end closes the connection, from any thread
     */
    public record Stream(long length, InputStream body, Runnable end) implements AutoCloseable {
        @Override
        public void close() {
            end.run();
        }
    }

    /** How long to wait before asking again, if that makes sense. */
    private static Optional<Duration> pause(Exchange.Head answer, boolean repeatable) {
        int status = answer.status();
        Optional<String> told = answer.header("Retry-After");
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
        open.forEach(this::end);
    }
}
