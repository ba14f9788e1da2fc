package dev.cordon.server.users;

import static dev.cordon.server.users.UserTables.Sessions.AUTHENTICATED_AT;
import static dev.cordon.server.users.UserTables.Sessions.COMPLETE;
import static dev.cordon.server.users.UserTables.Sessions.EXPIRES_AT;
import static dev.cordon.server.users.UserTables.Sessions.HASH;
import static dev.cordon.server.users.UserTables.Sessions.METHODS;
import static dev.cordon.server.users.UserTables.Sessions.TABLE;
import static dev.cordon.server.users.UserTables.Sessions.TENANT_ID;
import static dev.cordon.server.users.UserTables.Sessions.USER_ID;

import dev.cordon.server.store.Instants;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jooq.DSLContext;

/** Browser sessions, known by the hash of a secret. Methods run in the caller's transaction. Thread-safe. */
public final class Sessions {

    /** How long a browser stays signed in. */
    public static final Duration LIFETIME = Duration.ofHours(12);

    /** How long a second factor may take to come. */
    public static final Duration INCOMPLETE_LIFETIME = Duration.ofMinutes(10);

    private static final int MOST_LISTED = 50;

    private final Users users;
    private final InstantSource time;

    Sessions(Users users, InstantSource time) {
        this.users = users;
        this.time = time;
    }

    /** @param complete false while a second factor is still to come */
    public Session create(DSLContext sql, byte[] hash, User user, List<String> methods, boolean complete) {
        var now = Instants.instant(Instants.micros(time.instant()));
        sql.deleteFrom(TABLE).where(EXPIRES_AT.le(Instants.micros(now))).execute();
        sql.insertInto(TABLE)
                .set(HASH, hash)
                .set(TENANT_ID, user.tenantId())
                .set(USER_ID, user.id())
                .set(METHODS, String.join(" ", methods))
                .set(COMPLETE, complete)
                .set(AUTHENTICATED_AT, Instants.micros(now))
                .set(EXPIRES_AT, Instants.micros(now.plus(complete ? LIFETIME : INCOMPLETE_LIFETIME)))
                .execute();
        return new Session(hash, user, methods, complete, now);
    }

    /** The session, if it holds and its user is enabled. */
    public Optional<Session> find(DSLContext sql, byte[] hash) {
        return sql.select(TENANT_ID, USER_ID, METHODS, COMPLETE, AUTHENTICATED_AT)
                .from(TABLE)
                .where(HASH.eq(hash), EXPIRES_AT.gt(Instants.micros(time.instant())))
                .fetchOptional()
                .flatMap(row -> users.find(sql, row.value1(), row.value2())
                        .filter(User::enabled)
                        .map(user -> new Session(
                                hash,
                                user,
                                List.of(row.value3().split(" ", -1)),
                                row.value4(),
                                Instants.instant(row.value5()))));
    }

    /** The complete sessions of a user that hold, the newest first. */
    public List<Session> of(DSLContext sql, User user) {
        return sql.select(HASH, METHODS, AUTHENTICATED_AT)
                .from(TABLE)
                .where(
                        TENANT_ID.eq(user.tenantId()),
                        USER_ID.eq(user.id()),
                        COMPLETE.eq(true),
                        EXPIRES_AT.gt(Instants.micros(time.instant())))
                .orderBy(AUTHENTICATED_AT.desc())
                .limit(MOST_LISTED)
                .fetch(row -> new Session(
                        row.value1(),
                        user,
                        List.of(row.value2().split(" ", -1)),
                        true,
                        Instants.instant(row.value3())));
    }

    public void delete(DSLContext sql, byte[] hash) {
        sql.deleteFrom(TABLE).where(HASH.eq(hash)).execute();
    }
}
