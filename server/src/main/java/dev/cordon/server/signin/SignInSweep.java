package dev.cordon.server.signin;

import static org.jooq.impl.DSL.exists;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.not;
import static org.jooq.impl.DSL.selectOne;
import static org.jooq.impl.DSL.table;

import dev.cordon.server.store.Database;
import dev.cordon.server.store.Instants;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jooq.Condition;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.Table;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes what nobody can sign in with any more: expired codes, tokens, challenges, sessions and invitations, and sign-ins
 * that have no token left. A few rows a transaction, so that a large backlog holds nobody up, until none is left. Codes and
 * tokens that have expired stay a while, so that whoever shows them is told that they are too old, and not that they never
 * were. Thread-safe.
 */
public final class SignInSweep implements AutoCloseable {

    static final int BATCH = 500;
    static final Duration KEPT = Duration.ofDays(2);
    private static final Duration EVERY = Duration.ofMinutes(10);
    private static final Logger LOG = LoggerFactory.getLogger(SignInSweep.class);

    /** In this order, because a sign-in goes only when nothing refers to it. */
    private static final List<Kind> KINDS = List.of(
            new Kind("outside_sign_ins", "hash", "expires_at", Duration.ZERO),
            new Kind("passkey_challenges", "hash", "expires_at", Duration.ZERO),
            new Kind("device_codes", "hash", "expires_at", DeviceCodes.LIFETIME),
            new Kind("authorization_codes", "hash", "expires_at", KEPT),
            new Kind("refresh_tokens", "hash", "expires_at", KEPT),
            new Kind("sign_in_sessions", "hash", "expires_at", Duration.ZERO),
            new Kind("invitations", "hash", "expires_at", KEPT),
            new Kind("sign_ins", "id", "created_at", KEPT));

    /** @param kept how long after that time */
    private record Kind(String table, String key, String since, Duration kept) {}

    private final Database database;
    private final InstantSource time;
    private volatile boolean closed;
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("cordon-sign-in-sweep").daemon().factory());

    public SignInSweep(Database database, InstantSource time) {
        this.database = database;
        this.time = time;
    }

    /** Sweeps now and then, until closed. A sweep that fails is logged and tried again next time. */
    public void start() {
        var _ = clock.scheduleWithFixedDelay(
                this::tryToSweep, EVERY.toMillis(), EVERY.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Deletes all that is there to be deleted, and tells how many rows. */
    public int sweep() {
        int all = 0;
        for (var kind : KINDS) {
            int deleted = BATCH;
            while (deleted == BATCH && !closed) {
                deleted = batch(kind);
                all += deleted;
            }
        }
        return all;
    }

    private int batch(Kind kind) {
        var rows = table(name(kind.table()));
        var key = column(rows, kind.key(), Object.class);
        var old = column(rows, kind.since(), Long.class)
                .lt(Instants.micros(time.instant().minus(kind.kept())));
        var which = kind.table().equals("sign_ins") ? old.and(withoutTokens(rows)) : old;
        var found = database.read(
                sql -> sql.select(key).from(rows).where(which).limit(BATCH).fetch(key));
        return found.isEmpty()
                ? 0
                : database.write(
                        sql -> sql.deleteFrom(rows).where(key.in(found), which).execute());
    }

    private static Condition withoutTokens(Table<Record> signIns) {
        var id = column(signIns, "id", String.class);
        return List.of("refresh_tokens", "authorization_codes", "device_codes").stream()
                .map(other -> {
                    var rows = table(name(other));
                    return not(exists(selectOne()
                            .from(rows)
                            .where(column(rows, "sign_in_id", String.class).eq(id))));
                })
                .reduce(Condition::and)
                .orElseThrow();
    }

    private static <T> Field<T> column(Table<?> table, String column, Class<T> type) {
        return field(name(table.getName(), column), type);
    }

    private void tryToSweep() {
        try {
            int deleted = sweep();
            if (deleted > 0) {
                LOG.atInfo().addKeyValue("rows", deleted).log("expired sign-ins were deleted");
            }
        } catch (RuntimeException e) {
            LOG.atWarn().setCause(e).log("expired sign-ins could not be deleted");
        }
    }

    @Override
    public void close() {
        closed = true;
        clock.shutdown();
        try {
            if (!clock.awaitTermination(15, TimeUnit.SECONDS)) {
                LOG.warn("the last sweep of sign-ins did not end in time");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
