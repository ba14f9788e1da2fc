package dev.cordon.server.signin;

import static dev.cordon.server.signin.SignInTables.Refresh.CREATED_AT;
import static dev.cordon.server.signin.SignInTables.Refresh.EXPIRES_AT;
import static dev.cordon.server.signin.SignInTables.Refresh.HASH;
import static dev.cordon.server.signin.SignInTables.Refresh.SIGN_IN_ID;
import static dev.cordon.server.signin.SignInTables.Refresh.TABLE;
import static dev.cordon.server.signin.SignInTables.Refresh.USED_AT;

import dev.cordon.server.store.Instants;
import dev.cordon.server.users.SignIn;
import dev.cordon.server.users.SignIns;
import java.time.Duration;
import java.time.InstantSource;
import org.jooq.DSLContext;

/**
 * Refresh tokens (RFC 6749, 6), each good for one use (RFC 9700, 4.14.2). Who uses one a second time, later than a retry
 * would, has a copy that somebody else has used, or the other way round: the whole sign-in is revoked. Methods run in the
 * caller's transaction. Thread-safe.
 */
final class RefreshTokens {

    /** How long a token holds that nobody uses. */
    static final Duration LIFETIME = Duration.ofDays(90);

    /** A client that got no answer tries again; within this time its old token still works. */
    static final Duration GRACE = Duration.ofSeconds(60);

    private final SignIns signIns;
    private final InstantSource time;

    RefreshTokens(SignIns signIns, InstantSource time) {
        this.signIns = signIns;
        this.time = time;
    }

    /** What a presented token is worth. */
    sealed interface Found {
        /** It holds, and is used by this. */
        record Good(SignIn signIn) implements Found {}

        record Unknown() implements Found {}

        record Expired() implements Found {}

        /** It had been used; its sign-in is revoked by this. */
        record Reused(SignIn signIn) implements Found {}

        /** Its sign-in was revoked before. */
        record Revoked() implements Found {}
    }

    String create(DSLContext sql, SignIn signIn) {
        var token = Secret.random();
        var now = time.instant();
        sql.insertInto(TABLE)
                .set(HASH, Secret.hash(token))
                .set(SIGN_IN_ID, signIn.id())
                .set(CREATED_AT, Instants.micros(now))
                .set(EXPIRES_AT, Instants.micros(now.plus(LIFETIME)))
                .execute();
        return token;
    }

    /** The sign-in that a token belongs to, without using it; nothing is said of whether it holds. */
    java.util.Optional<SignIn> peek(DSLContext sql, String token) {
        return sql.select(SIGN_IN_ID)
                .from(TABLE)
                .where(HASH.eq(Secret.hash(token)))
                .fetchOptional(SIGN_IN_ID)
                .flatMap(id -> signIns.find(sql, id));
    }

    /** Uses a token. */
    Found use(DSLContext sql, String token) {
        var row = sql.select(SIGN_IN_ID, EXPIRES_AT, USED_AT)
                .from(TABLE)
                .where(HASH.eq(Secret.hash(token)))
                .fetchOne();
        if (row == null) {
            return new Found.Unknown();
        }
        var signIn = signIns.find(sql, row.value1()).orElseThrow();
        var now = time.instant();
        if (signIn.revoked()) {
            return new Found.Revoked();
        }
        Long usedAt = row.value3();
        if (usedAt != null && now.isAfter(Instants.instant(usedAt).plus(GRACE))) {
            signIns.revoke(sql, signIn.id());
            return new Found.Reused(signIn);
        }
        if (!now.isBefore(Instants.instant(row.value2()))) {
            return new Found.Expired();
        }
        sql.update(TABLE)
                .set(USED_AT, Instants.micros(now))
                .where(HASH.eq(Secret.hash(token)), USED_AT.isNull())
                .execute();
        return new Found.Good(signIn);
    }
}
