package dev.cordon.server.users;

import static dev.cordon.server.users.UserTables.Sessions.AUTHENTICATED_AT;
import static dev.cordon.server.users.UserTables.Sessions.COMPLETE;
import static dev.cordon.server.users.UserTables.Sessions.EXPIRES_AT;
import static dev.cordon.server.users.UserTables.Sessions.HASH;
import static dev.cordon.server.users.UserTables.Sessions.ISSUER_ID;
import static dev.cordon.server.users.UserTables.Sessions.ISSUER_SESSION;
import static dev.cordon.server.users.UserTables.Sessions.METHODS;
import static dev.cordon.server.users.UserTables.Sessions.TABLE;
import static dev.cordon.server.users.UserTables.Sessions.TENANT_ID;
import static dev.cordon.server.users.UserTables.Sessions.USER_ID;

import dev.cordon.server.store.Instants;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Record;
import org.jooq.SelectJoinStep;

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

    /**
     * @param session as it is to be; its time of authentication is at most now
     * @return the session as it is stored
     */
    public Session create(DSLContext sql, Session session) {
        var now = Instants.instant(Instants.micros(time.instant()));
        var at = Instants.instant(Instants.micros(session.authenticatedAt()));
        sql.insertInto(TABLE)
                .set(HASH, session.hash())
                .set(TENANT_ID, session.user().tenantId())
                .set(USER_ID, session.user().id())
                .set(METHODS, String.join(" ", session.methods()))
                .set(ISSUER_ID, session.issuerId().orElse(null))
                .set(
                        ISSUER_SESSION,
                        session.outside().flatMap(OutsideSession::sid).orElse(null))
                .set(COMPLETE, session.complete())
                .set(AUTHENTICATED_AT, Instants.micros(at))
                .set(EXPIRES_AT, Instants.micros(now.plus(session.complete() ? LIFETIME : INCOMPLETE_LIFETIME)))
                .execute();
        return new Session(
                session.hash(), session.user(), session.methods(), session.outside(), session.complete(), at);
    }

    /** The session, if it holds and its user is enabled. */
    public Optional<Session> find(DSLContext sql, byte[] hash) {
        return select(sql)
                .where(HASH.eq(hash), holds())
                .fetchOptional()
                .flatMap(row -> users.find(sql, row.get(TENANT_ID), row.get(USER_ID))
                        .filter(User::enabled)
                        .map(user -> session(row, user)));
    }

    /** The complete sessions of a user that hold, the newest first. */
    public List<Session> of(DSLContext sql, User user) {
        return select(sql)
                .where(TENANT_ID.eq(user.tenantId()), USER_ID.eq(user.id()), COMPLETE.eq(true), holds())
                .orderBy(AUTHENTICATED_AT.desc())
                .limit(MOST_LISTED)
                .fetch(row -> session(row, user));
    }

    /** The sessions that came of a session at an issuer, complete or not. */
    public List<Session> of(DSLContext sql, String tenantId, String issuerId, String issuerSession) {
        return select(sql)
                .where(TENANT_ID.eq(tenantId), ISSUER_ID.eq(issuerId), ISSUER_SESSION.eq(issuerSession))
                .fetch()
                .stream()
                .flatMap(row -> users.find(sql, row.get(TENANT_ID), row.get(USER_ID)).stream()
                        .map(user -> session(row, user)))
                .toList();
    }

    private Condition holds() {
        return EXPIRES_AT.gt(Instants.micros(time.instant()));
    }

    private static SelectJoinStep<?> select(DSLContext sql) {
        return sql.select(HASH, TENANT_ID, USER_ID, METHODS, COMPLETE, AUTHENTICATED_AT, ISSUER_ID, ISSUER_SESSION)
                .from(TABLE);
    }

    private static Session session(Record row, User user) {
        return new Session(
                row.get(HASH),
                user,
                List.of(row.get(METHODS).split(" ", -1)),
                Optional.ofNullable(row.get(ISSUER_ID))
                        .map(id -> new OutsideSession(id, Optional.ofNullable(row.get(ISSUER_SESSION)))),
                row.get(COMPLETE),
                Instants.instant(row.get(AUTHENTICATED_AT)));
    }

    public void delete(DSLContext sql, byte[] hash) {
        sql.deleteFrom(TABLE).where(HASH.eq(hash)).execute();
    }
}
