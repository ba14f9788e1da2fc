package dev.cordon.server.events;

import dev.cordon.server.feed.FeedReader;
import dev.cordon.server.feed.FollowedDatabase;
import dev.cordon.server.store.StoreException;
import dev.cordon.server.web.ApiException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jooq.exception.DataAccessException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tails of the tenants that somebody follows. Each is fed by one reader, woken by the commits of this process; what
 * another server on the same database writes, the reader finds by looking every {@link #LOOK}, once for all followers of
 * a tenant. Thread-safe.
 */
final class Tails implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Tails.class);

    /** How often to look without being woken. */
    private static final Duration LOOK = Duration.ofSeconds(1);

    private static final int AT_ONCE = 200;

    /** Streams of one tenant. */
    private static final int MOST_FOLLOWERS = 500;

    private final FollowedDatabase database;
    private final Map<String, Tail> tails = new HashMap<>();
    private boolean closed;

    Tails(FollowedDatabase database) {
        this.database = database;
        database.follow(this::grown);
    }

    /**
     * Begins to follow; the follower must {@link #leave}.
     *
     * @throws ApiException 429 if too many follow already, 503 if the server ends
     */
    Tail join(String tenantId) {
        long newest = database.read(sql -> FeedReader.newest(sql, tenantId));
        synchronized (tails) {
            if (closed) {
                throw new ApiException(503, "ServiceUnavailable", "The server is shutting down. Try again.");
            }
            var tail = tails.get(tenantId);
            if (tail == null) {
                tail = new Tail(newest);
                tails.put(tenantId, tail);
                tail.join();
                start(tenantId, tail);
            } else if (tail.followers() >= MOST_FOLLOWERS) {
                throw new ApiException(
                        429,
                        "TooManyRequests",
                        "The organisation has " + MOST_FOLLOWERS + " open streams of events, which is the limit.");
            } else {
                tail.join();
            }
            return tail;
        }
    }

    void leave(Tail tail) {
        tail.leave();
    }

    /** What a follower that is far behind reads. */
    List<ShownEvent> read(String tenantId, long after) {
        return database.read(sql -> ShownEvent.after(sql, tenantId, after, AT_ONCE));
    }

    boolean continues(String tenantId, long number) {
        return database.read(sql -> FeedReader.continues(sql, tenantId, number));
    }

    @Override
    public void close() {
        synchronized (tails) {
            closed = true;
            tails.values().forEach(Tail::close);
        }
    }

    private void grown(String tenantId) {
        Tail tail;
        synchronized (tails) {
            tail = tails.get(tenantId);
        }
        if (tail != null) {
            tail.mark();
        }
    }

    private void start(String tenantId, Tail tail) {
        Thread.ofVirtual().name("cordon-events").start(() -> feed(tenantId, tail));
    }

    private void feed(String tenantId, Tail tail) {
        try {
            do {
                while (tail.grown(LOOK)) {
                    readUp(tenantId, tail);
                }
            } while (!retire(tenantId, tail));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void readUp(String tenantId, Tail tail) {
        try {
            while (true) {
                long newest = tail.newest();
                var more = database.read(sql -> FeedReader.newest(sql, tenantId) == newest
                        ? List.<ShownEvent>of()
                        : ShownEvent.after(sql, tenantId, newest, AT_ONCE));
                if (more.isEmpty()) {
                    return;
                }
                tail.add(more);
            }
        } catch (StoreException | DataAccessException e) {
            if (isClosed()) {
                return;
            }
            LOG.atWarn().setCause(e).log("events could not be read for those who follow them; trying again");
        }
    }

    private boolean isClosed() {
        synchronized (tails) {
            return closed;
        }
    }

    /** Forgets a tail that nobody follows; false if somebody came meanwhile. */
    private boolean retire(String tenantId, Tail tail) {
        synchronized (tails) {
            if (!closed && tail.followers() > 0) {
                return false;
            }
            tails.remove(tenantId, tail);
            return true;
        }
    }
}
