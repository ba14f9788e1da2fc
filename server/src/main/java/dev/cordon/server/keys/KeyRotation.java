package dev.cordon.server.keys;

import dev.cordon.server.store.StoreException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jooq.exception.DataAccessException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the token signing keys by their schedule, and learns within {@link #INTERVAL} what another server on the same
 * store did to them. Thread-safe.
 */
public final class KeyRotation implements AutoCloseable {

    /** How long another server's change may go unnoticed. */
    static final Duration INTERVAL = Duration.ofSeconds(30);

    private static final Logger LOG = LoggerFactory.getLogger(KeyRotation.class);

    private final ServerKeys keys;
    private final CountDownLatch closed = new CountDownLatch(1);

    public KeyRotation(ServerKeys keys) {
        this.keys = keys;
    }

    /** Starts to look, until closed. */
    public void start() {
        Thread.ofVirtual().name("cordon-key-rotation").start(this::loop);
    }

    private void loop() {
        try {
            do {
                try {
                    keys.maintain();
                } catch (StoreException | DataAccessException | KeyException e) {
                    LOG.atError().setCause(e).log("the token signing keys could not be looked after; trying again");
                }
            } while (!closed.await(INTERVAL.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        closed.countDown();
    }
}
