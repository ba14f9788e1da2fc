package dev.cordon.bench;

import dev.cordon.fleet.client.ApiClient;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import tools.jackson.databind.json.JsonMapper;

/** A client of the event stream that notes when it learned that an action had succeeded. Thread-safe. */
final class EventArrivals implements AutoCloseable {

    private static final String DATA = "data: ";
    private static final JsonMapper JSON = new JsonMapper();

    private final InputStream stream;
    private final Map<String, Instant> arrived = new ConcurrentHashMap<>();

    EventArrivals(ApiClient client, String token) {
        stream = client.stream("/cordon/v1/events?kinds=action.succeeded", token);
        Thread.ofPlatform().name("event-arrivals").daemon().start(this::read);
    }

    /** When the end of an action was told here, if it was. */
    Optional<Instant> of(String actionId) {
        return Optional.ofNullable(arrived.get(actionId));
    }

    private void read() {
        try (var lines = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                var now = Instant.now();
                if (line.startsWith(DATA)) {
                    var id = JSON.readTree(line.substring(DATA.length())).path("actionId");
                    if (id.isString()) {
                        arrived.putIfAbsent(id.asString(), now);
                    }
                }
            }
        } catch (IOException e) {
            // closed; whoever misses an arrival says so
        }
    }

    @Override
    public void close() throws IOException {
        stream.close();
    }
}
