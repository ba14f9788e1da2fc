package dev.cordon.cli;

import dev.cordon.cli.connection.Connection;
import dev.cordon.cli.connection.Json;
import dev.cordon.cli.connection.RefusedException;
import dev.cordon.cli.connection.ServerEvents;
import dev.cordon.cli.connection.Session;
import dev.cordon.cli.connection.SignInAgainException;
import dev.cordon.cli.connection.UnreachableException;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * Hears from the server what happens, over its stream of events, which is taken up again where it broke. It never fails:
 * where the server lets nobody listen, or is away, it is silent and says so, and whoever waits looks for himself.
 */
final class Listening implements AutoCloseable {

    private static final String PATH = "/cordon/v1/events";

    /** The server speaks every 15 seconds. */
    private static final Duration SILENCE = Duration.ofSeconds(45);

    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
    private static final int TOO_MANY_REQUESTS = 429;
    private static final int UNAVAILABLE = 503;
    private static final int MOST_WAITING = 10_000;

    private final Session session;
    private final String query;
    private final BlockingQueue<Heard> heard = new LinkedBlockingQueue<>(MOST_WAITING);
    private final Thread thread;
    private volatile boolean live;
    private volatile boolean closed;
    private volatile Connection.@Nullable Stream stream;

    /**
     * What was heard. An event of the server, or {@code ready} and {@code reset}: what was before is to be looked at anew;
     * {@code lost}: nothing is heard for a while.
     *
     * @param event as the server shows it
     */
    record Heard(String kind, JsonNode event) {

        /** Whether this is an event, rather than a word about the stream. */
        boolean isEvent() {
            return kind.indexOf('.') > 0;
        }
    }

    /** @param query which events, for example {@code kinds=action} */
    Listening(Session session, String query) {
        this.session = session;
        this.query = query;
        this.thread = Thread.ofVirtual().name("cordon-events").start(this::run);
    }

    /** Whether all that happens from now on is heard. */
    boolean live() {
        return live;
    }

    /** The next thing that is heard, if there is one in time. */
    Optional<Heard> next(Duration most) {
        try {
            return Optional.ofNullable(heard.poll(Math.max(0, most.toNanos()), TimeUnit.NANOSECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private void run() {
        String last = "";
        Duration pause = Duration.ofSeconds(1);
        try {
            while (!closed) {
                try (Connection.Stream open = session.stream(
                        PATH + "?" + query, last.isEmpty() ? Map.of() : Map.of("Last-Event-ID", last), SILENCE)) {
                    stream = open;
                    var events = new ServerEvents(open.body());
                    for (var next = events.next(); !closed && next.isPresent(); next = events.next()) {
                        last = next.get().id();
                        pause = Duration.ofSeconds(1);
                        take(next.get());
                    }
                } catch (RefusedException e) {
                    if (e.status() != TOO_MANY_REQUESTS && e.status() != UNAVAILABLE) {
                        return;
                    }
                } catch (SignInAgainException e) {
                    return;
                } catch (IOException | UnreachableException | JacksonException e) {
                    // it is tried again
                }
                if (live) {
                    live = false;
                    heard.put(new Heard("lost", Json.missing()));
                }
                if (!closed) {
                    Thread.sleep(pause);
                    pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            live = false;
        }
    }

    private void take(ServerEvents.Happening happening) throws InterruptedException {
        if (happening.kind().equals("ready")) {
            live = true;
        }
        if (!happening.kind().equals("end")) {
            heard.put(new Heard(happening.kind(), Json.read(happening.data())));
        }
    }

    /** Breaks the connection, as a network does; it is taken up again. */
    void interrupt() {
        Connection.Stream open = stream;
        if (open != null) {
            open.close();
        }
    }

    @Override
    public void close() {
        closed = true;
        interrupt();
        thread.interrupt();
    }
}
