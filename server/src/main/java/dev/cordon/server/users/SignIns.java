package dev.cordon.server.users;

import static dev.cordon.server.users.UserTables.SignIns.APPLICATION_ID;
import static dev.cordon.server.users.UserTables.SignIns.AUTHENTICATED_AT;
import static dev.cordon.server.users.UserTables.SignIns.CREATED_AT;
import static dev.cordon.server.users.UserTables.SignIns.ID;
import static dev.cordon.server.users.UserTables.SignIns.ISSUER_ID;
import static dev.cordon.server.users.UserTables.SignIns.METHODS;
import static dev.cordon.server.users.UserTables.SignIns.REVOKED_AT;
import static dev.cordon.server.users.UserTables.SignIns.SCOPE;
import static dev.cordon.server.users.UserTables.SignIns.SESSION_HASH;
import static dev.cordon.server.users.UserTables.SignIns.TABLE;
import static dev.cordon.server.users.UserTables.SignIns.TENANT_ID;
import static dev.cordon.server.users.UserTables.SignIns.USER_ID;

import dev.cordon.server.identity.Guid;
import dev.cordon.server.store.Instants;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Record;
import org.jooq.SelectJoinStep;
import org.jspecify.annotations.Nullable;

/** Sign-ins of users to applications. Methods run in the caller's transaction. Thread-safe. */
public final class SignIns {

    private static final int MOST_LISTED = 50;

    private final InstantSource time;

    public SignIns(InstantSource time) {
        this.time = time;
    }

    /** A sign-in with a password that an application took itself. */
    public SignIn create(DSLContext sql, User user, String applicationId, List<String> methods, String scope) {
        return create(sql, user, applicationId, methods, Optional.empty(), scope, time.instant(), null);
    }

    /** A sign-in by way of a browser session; it ends when the user signs out there. */
    public SignIn create(DSLContext sql, Session session, String applicationId, String scope) {
        return create(
                sql,
                session.user(),
                applicationId,
                session.methods(),
                session.issuerId(),
                scope,
                session.authenticatedAt(),
                session.hash());
    }

    private SignIn create(
            DSLContext sql,
            User user,
            String applicationId,
            List<String> methods,
            Optional<String> issuerId,
            String scope,
            Instant authenticatedAt,
            byte @Nullable [] session) {
        var signIn = new SignIn(
                Guid.random(),
                user.tenantId(),
                applicationId,
                user.id(),
                methods,
                issuerId,
                scope,
                authenticatedAt,
                false);
        sql.insertInto(TABLE)
                .set(ID, signIn.id())
                .set(TENANT_ID, signIn.tenantId())
                .set(APPLICATION_ID, applicationId)
                .set(USER_ID, signIn.userId())
                .set(METHODS, String.join(" ", methods))
                .set(ISSUER_ID, issuerId.orElse(null))
                .set(SCOPE, scope)
                .set(AUTHENTICATED_AT, Instants.micros(authenticatedAt))
                .set(SESSION_HASH, session)
                .set(CREATED_AT, Instants.micros(time.instant()))
                .execute();
        return signIn;
    }

    public Optional<SignIn> find(DSLContext sql, String id) {
        return select(sql).where(ID.eq(id)).fetchOptional(SignIns::signIn);
    }

    /** The sign-ins that came of a browser session and hold, the newest first, up to a bound. */
    public List<SignIn> of(DSLContext sql, Session session) {
        return select(sql)
                .where(SESSION_HASH.eq(session.hash()), REVOKED_AT.isNull())
                .orderBy(CREATED_AT.desc(), ID)
                .limit(MOST_LISTED)
                .fetch(SignIns::signIn);
    }

    private static SelectJoinStep<?> select(DSLContext sql) {
        return sql.select(
                        ID, TENANT_ID, APPLICATION_ID, USER_ID, METHODS, ISSUER_ID, SCOPE, AUTHENTICATED_AT, REVOKED_AT)
                .from(TABLE);
    }

    private static SignIn signIn(Record row) {
        return new SignIn(
                row.get(ID),
                row.get(TENANT_ID),
                row.get(APPLICATION_ID),
                row.get(USER_ID),
                List.of(row.get(METHODS).split(" ", -1)),
                Optional.ofNullable(row.get(ISSUER_ID)),
                row.get(SCOPE),
                Instants.instant(row.get(AUTHENTICATED_AT)),
                row.get(REVOKED_AT) != null);
    }

    /** Makes all tokens of a sign-in void. */
    public void revoke(DSLContext sql, String id) {
        revoke(sql, ID.eq(id));
    }

    /** Makes all tokens void that came of a browser session. */
    public void revokeAll(DSLContext sql, Session session) {
        revoke(sql, SESSION_HASH.eq(session.hash()));
    }

    /** Makes all tokens of a user void, and ends all sessions. */
    public void revokeAll(DSLContext sql, User user) {
        revoke(sql, TENANT_ID.eq(user.tenantId()).and(USER_ID.eq(user.id())));
        sql.deleteFrom(UserTables.Sessions.TABLE)
                .where(UserTables.Sessions.TENANT_ID.eq(user.tenantId()), UserTables.Sessions.USER_ID.eq(user.id()))
                .execute();
    }

    private void revoke(DSLContext sql, Condition which) {
        sql.update(TABLE)
                .set(REVOKED_AT, Instants.micros(time.instant()))
                .where(which, REVOKED_AT.isNull())
                .execute();
    }
}
