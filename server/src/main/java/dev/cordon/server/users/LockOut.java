package dev.cordon.server.users;

import static dev.cordon.server.users.UserTables.Users.FAILED_TRIES;
import static dev.cordon.server.users.UserTables.Users.LOCKED_UNTIL;
import static dev.cordon.server.users.UserTables.Users.TABLE;

import dev.cordon.server.store.Instants;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.jooq.DSLContext;

/**
 * Slows down who guesses: ten wrong tries in a row lock an account for a minute, each further one for twice as long, up
 * to an hour. A try counts as wrong from its beginning until it turns out right, so that many at once are no way round.
 * Methods run in the caller's transaction. Thread-safe.
 */
final class LockOut {

    static final int FREE_TRIES = 10;
    static final Duration FIRST = Duration.ofMinutes(1);
    static final Duration LONGEST = Duration.ofHours(1);

    private final InstantSource time;

    LockOut(InstantSource time) {
        this.time = time;
    }

    /** Begins a try; if the account is locked, until when. */
    Optional<Instant> begin(DSLContext sql, User user) {
        long now = Instants.micros(time.instant());
        var tries = sql.update(TABLE)
                .set(FAILED_TRIES, FAILED_TRIES.plus(1L))
                .where(Users.is(user), LOCKED_UNTIL.le(now))
                .returningResult(FAILED_TRIES)
                .fetchOptional(FAILED_TRIES);
        if (tries.isEmpty()) {
            return sql.select(LOCKED_UNTIL)
                    .from(TABLE)
                    .where(Users.is(user))
                    .fetchOptional(LOCKED_UNTIL)
                    .map(Instants::instant);
        }
        if (tries.get() >= FREE_TRIES) {
            sql.update(TABLE)
                    .set(LOCKED_UNTIL, Instants.micros(time.instant().plus(lock(tries.get()))))
                    .where(Users.is(user))
                    .execute();
        }
        return Optional.empty();
    }

    /** Ends a try that was right. */
    void succeeded(DSLContext sql, User user) {
        sql.update(TABLE)
                .set(FAILED_TRIES, 0L)
                .set(LOCKED_UNTIL, 0L)
                .where(Users.is(user))
                .execute();
    }

    /** A try that was half of the way: it does not count, but what was wrong before still does. */
    void takeBack(DSLContext sql, User user) {
        sql.update(TABLE)
                .set(FAILED_TRIES, FAILED_TRIES.minus(1L))
                .set(LOCKED_UNTIL, 0L)
                .where(Users.is(user), FAILED_TRIES.gt(0L))
                .execute();
    }

    private static Duration lock(long tries) {
        long doublings = Math.min(tries - FREE_TRIES, 10);
        var lock = FIRST.multipliedBy(1L << doublings);
        return lock.compareTo(LONGEST) < 0 ? lock : LONGEST;
    }
}
