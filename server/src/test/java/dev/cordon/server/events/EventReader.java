package dev.cordon.server.events;

import dev.cordon.server.web.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/** Reads a stream of server-sent events as a client does. */
final class EventReader implements AutoCloseable {

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final Received OVER = new Received("", "(over)", MissingNode.getInstance());

    private final HttpClient http = HttpClient.newHttpClient();
    private final BlockingQueue<Received> received = new LinkedBlockingQueue<>();
    private final int status;

    record Received(String id, String kind, JsonNode data) {}

    /** @param uri a number after {@code #} goes out as {@code Last-Event-ID} */
    EventReader(URI uri, String token) {
        var request = HttpRequest.newBuilder(uri).header("Authorization", "Bearer " + token);
        if (uri.getFragment() != null) {
            request.header("Last-Event-ID", uri.getFragment());
        }
        try {
            var answer = http.send(request.build(), HttpResponse.BodyHandlers.ofLines());
            status = answer.statusCode();
            Thread.ofVirtual().start(() -> read(answer.body()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    int status() {
        return status;
    }

    /** The next event; its kind is {@code (over)} once the stream has ended. */
    Received next() {
        try {
            var next = received.poll(LIMIT.toSeconds(), TimeUnit.SECONDS);
            if (next == null) {
                throw new AssertionError("no event came");
            }
            return next;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** The kinds of the next events. */
    List<String> kinds(int count) {
        var kinds = new ArrayList<String>();
        for (int i = 0; i < count; i++) {
            kinds.add(next().kind());
        }
        return kinds;
    }

    private void read(Stream<String> lines) {
        var id = new String[] {""};
        var kind = new String[] {""};
        try (lines) {
            lines.forEach(line -> {
                if (line.startsWith("id: ")) {
                    id[0] = line.substring(4);
                } else if (line.startsWith("event: ")) {
                    kind[0] = line.substring(7);
                } else if (line.startsWith("data: ")) {
                    received.add(new Received(id[0], kind[0], Json.MAPPER.readTree(line.substring(6))));
                } else if (line.startsWith(": ")) {
                    received.add(new Received(id[0], line, MissingNode.getInstance()));
                }
            });
        } catch (UncheckedIOException e) {
            // ended by the server, or by us
        } finally {
            received.add(OVER);
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
