package dev.cordon.server.events;

import dev.cordon.server.feed.FeedReader;
import dev.cordon.server.store.Database;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Forgets events that are older than they are kept. The audit log keeps its entries whatever happens here. Thread-safe. */
final class FeedSweep implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(FeedSweep.class);
    private static final Duration EVERY = Duration.ofMinutes(10);

    private final Database database;
    private final InstantSource time;
    private final Duration kept;
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("cordon-feed").daemon().factory());

    FeedSweep(Database database, InstantSource time, Duration kept) {
        this.database = database;
        this.time = time;
        this.kept = kept;
    }

    void start() {
        var _ = clock.scheduleWithFixedDelay(this::tryToSweep, EVERY.toSeconds(), EVERY.toSeconds(), TimeUnit.SECONDS);
    }

    /** Forgets all that is old by now and tells how many events that were. */
    int sweep() {
        var before = time.instant().minus(kept);
        int all = 0;
        while (true) {
            int some = database.write(sql -> FeedReader.forget(sql, before));
            all += some;
            if (some == 0) {
                return all;
            }
        }
    }

    @Override
    public void close() {
        clock.shutdownNow();
    }

    private void tryToSweep() {
        try {
            int forgotten = sweep();
            if (forgotten > 0) {
                LOG.atInfo().addKeyValue("events", forgotten).log("old events forgotten");
            }
        } catch (RuntimeException e) {
            LOG.atWarn().setCause(e).log("old events could not be forgotten; trying again");
        }
    }
}
