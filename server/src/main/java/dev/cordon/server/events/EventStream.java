package dev.cordon.server.events;

import dev.cordon.server.feed.Event;
import dev.cordon.server.web.ApiException;
import dev.cordon.server.web.Caller;
import dev.cordon.server.web.Json;
import dev.cordon.server.web.Route;
import dev.cordon.server.web.TokenVerifier;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import io.javalin.http.Header;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /cordon/v1/events}: what happens, as server-sent events (HTML Living Standard, section 9.2). The id of an
 * event is its number, so that a reader that was cut off goes on where it was.
 *
 * <p>The token is checked again before anything is sent: a stream ends with its token, and shows at any time what its
 * caller may see at that time. A reader that does not read ends by the listener's idle time. Thread-safe.
 */
final class EventStream {

    /** A sign of life for whoever stands between; also how long an expired token can hold a silent stream open. */
    private static final Duration HEARTBEAT = Duration.ofSeconds(15);

    private static final int MOST_WORDS = 50;
    private static final byte[] ALIVE = ": alive\n\n".getBytes(StandardCharsets.US_ASCII);

    private final Tails tails;
    private final TokenVerifier tokens;
    private final Duration heartbeat;

    EventStream(Tails tails, TokenVerifier tokens) {
        this(tails, tokens, HEARTBEAT);
    }

    EventStream(Tails tails, TokenVerifier tokens, Duration heartbeat) {
        this.tails = tails;
        this.tokens = tokens;
        this.heartbeat = heartbeat;
    }

    Route route() {
        return Route.byObject(HandlerType.GET, Route.Face.CORDON, "/cordon/v1/events", Audience.ANY, this::stream);
    }

    /** What a request asks for; empty sets do not limit. */
    private record Wanted(Set<String> kinds, Set<String> machineIds, boolean follow) {
        boolean holds(Event event) {
            return (kinds.isEmpty() || kinds.stream().anyMatch(kind -> EventKinds.fits(kind, event.kind())))
                    && (machineIds.isEmpty() || (event.machineId() != null && machineIds.contains(event.machineId())));
        }
    }

    private void stream(Context http, Caller caller) throws IOException, InterruptedException {
        var wanted =
                new Wanted(words(http, "kinds"), words(http, "machineId"), !"false".equals(http.queryParam("follow")));
        var after = after(http);
        http.res().setContentType("text/event-stream");
        http.res().setCharacterEncoding("utf-8");
        http.header(Header.CACHE_CONTROL, "no-store").header("X-Accel-Buffering", "no");
        if (http.method().equals(HandlerType.HEAD)) {
            return;
        }
        var tail = tails.join(caller.tenantId());
        try {
            write(http, caller.tenantId(), tail, wanted, after);
        } finally {
            tails.leave(tail);
        }
    }

    private void write(Context http, String tenantId, Tail tail, Wanted wanted, @Nullable Long after)
            throws IOException, InterruptedException {
        var out = http.res().getOutputStream();
        long cursor = after == null ? tail.newest() : after;
        if (after != null && !tails.continues(tenantId, after)) {
            cursor = tail.newest();
            send(out, "reset", cursor, Json.MAPPER.writeValueAsString(Map.of("number", cursor, "asked", after)));
        }
        send(out, "ready", cursor, Json.MAPPER.writeValueAsString(Map.of("number", cursor)));
        out.flush();
        long spoke = System.nanoTime();
        while (true) {
            var next = tail.after(cursor, wanted.follow() ? heartbeat : Duration.ZERO);
            var audience = audience(http);
            if (audience.isEmpty()) {
                send(out, "end", cursor, "{\"reason\":\"the token is not valid any more\"}");
                return;
            }
            var events = switch (next) {
                case Tail.Next.Events(var found) -> found;
                case Tail.Next.Behind behind -> tails.read(tenantId, cursor);
                case Tail.Next.Closed closed -> null;
            };
            if (events == null) {
                return;
            }
            if (events.isEmpty() && !wanted.follow()) {
                return;
            }
            boolean told = false;
            for (var shown : events) {
                var event = shown.event();
                cursor = event.number();
                if (wanted.holds(event) && audience.get().sees(shown)) {
                    send(out, event.kind(), cursor, shown.json());
                    told = true;
                }
            }
            if (!told && System.nanoTime() - spoke >= heartbeat.toNanos()) {
                out.write(ALIVE);
                told = true;
            }
            if (told) {
                spoke = System.nanoTime();
            }
            out.flush();
        }
    }

    private static void send(OutputStream out, String kind, long number, String json) throws IOException {
        out.write(("id: " + number + "\nevent: " + kind + "\ndata: " + json + "\n\n").getBytes(StandardCharsets.UTF_8));
    }

    /** Empty once the token opens nothing any more. */
    private Optional<Audience> audience(Context http) {
        var header = Optional.ofNullable(http.header(Header.AUTHORIZATION)).orElse("");
        try {
            return Optional.of(Audience.of(
                    tokens.verify(header.substring(header.indexOf(' ') + 1).strip())));
        } catch (ApiException e) {
            return Optional.empty();
        }
    }

    private static @Nullable Long after(Context http) {
        var given = Optional.ofNullable(http.header("Last-Event-ID")).orElse(http.queryParam("after"));
        if (given == null || given.isEmpty()) {
            return null;
        }
        try {
            long number = Long.parseLong(given);
            if (number >= 0) {
                return number;
            }
        } catch (NumberFormatException e) {
            // answered below, like a number out of bounds
        }
        throw ApiException.invalidInput("Last-Event-ID and after take the id of an event, a whole number.");
    }

    private static Set<String> words(Context http, String name) {
        return http.queryParams(name).stream()
                .flatMap(text -> Arrays.stream(text.split(",", -1)))
                .map(String::strip)
                .filter(word -> !word.isEmpty())
                .map(word -> name.equals("machineId") ? word.toLowerCase(Locale.ROOT) : word)
                .limit(MOST_WORDS)
                .collect(Collectors.toUnmodifiableSet());
    }
}
