package dev.cordon.server.actions;

import dev.cordon.server.actions.ActionTables.Action;
import dev.cordon.server.actions.Transitions.Consequence;
import dev.cordon.server.audit.AuditLog;
import dev.cordon.server.machines.Machines;
import dev.cordon.server.store.Database;
import dev.cordon.server.store.Instants;
import dev.cordon.server.store.StoreException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jooq.exception.DataAccessException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends actions whose time is over as {@code TimeOut}, so that no action stays open for ever.
 *
 * <p>Looks every few seconds, by an index, at most {@link #BATCH} actions at a time; each is ended in a transaction of
 * its own, those of a batch at once, so that they share commits. Several servers on one store may do this side by side:
 * the life cycle lets only one of them end an action. Thread-safe.
 */
public final class Expiry implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Expiry.class);
    private static final int BATCH = 50;

    private final Database database;
    private final InstantSource time;
    private final Machines machines;
    private final Transitions transitions;
    private final CountDownLatch closed = new CountDownLatch(1);

    public Expiry(Database database, InstantSource time, AuditLog audit, Machines machines) {
        this.database = database;
        this.time = time;
        this.machines = machines;
        this.transitions = new Transitions(audit, new Intents(machines), time);
    }

    /** How long an {@code Idempotency-Key} is remembered. */
    static final Duration KEYS_KEPT = Duration.ofDays(30);

    /** Forgets the keys of requests that nobody repeats any more, and tells how many. */
    int forgetKeys() {
        long before = Instants.micros(time.instant().minus(KEYS_KEPT));
        return database.write(sql -> IdempotencyKeys.forget(sql, before));
    }

    /** Starts to look, at this interval, until closed. */
    public void start(Duration interval) {
        Thread.ofVirtual().name("cordon-expiry").start(() -> loop(interval));
    }

    /** Ends all actions whose time is over by now, and tells how many. */
    public int runOnce() {
        int ended = 0;
        while (true) {
            var overdue = overdue();
            if (overdue.isEmpty()) {
                return ended;
            }
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                var work = overdue.stream()
                        .map(action -> CompletableFuture.runAsync(() -> end(action), threads))
                        .toList();
                work.forEach(CompletableFuture::join);
            }
            ended += overdue.size();
        }
    }

    @Override
    public void close() {
        closed.countDown();
    }

    private List<MachineAction> overdue() {
        long now = Instants.micros(time.instant());
        return database.read(sql -> sql.select(MachineAction.COLUMNS)
                .from(Action.TABLE)
                .where(Action.IS_OPEN, Action.EXPIRES_AT.le(now))
                .limit(BATCH)
                .fetch(MachineAction::of));
    }

    private void end(MachineAction action) {
        database.write(sql -> {
            // holds the machine's row, so that no new command comes between the end and the intent it falls back to
            machines.takeSequence(sql, action.tenantId(), action.machineId());
            return transitions.apply(
                    sql, action, LifeCycle.Event.EXPIRED, Consequence.error(Transitions.TIMED_OUT), Actors.SERVER);
        });
    }

    private void loop(Duration interval) {
        var nextForgetting = Instant.MIN;
        try {
            do {
                try {
                    if (time.instant().isAfter(nextForgetting)) {
                        nextForgetting = time.instant().plus(Duration.ofHours(1));
                        forgetKeys();
                    }
                    int ended = runOnce();
                    if (ended > 0) {
                        LOG.atInfo().addKeyValue("actions", ended).log("Actions ended because their time was over");
                    }
                } catch (StoreException | DataAccessException | java.util.concurrent.CompletionException e) {
                    LOG.atError().setCause(e).log("Overdue actions could not be ended; trying again");
                }
            } while (!closed.await(interval.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
