package dev.cordon.server.signin;

import static dev.cordon.server.signin.SignInTables.Refresh.CREATED_AT;
import static dev.cordon.server.signin.SignInTables.Refresh.EXPIRES_AT;
import static dev.cordon.server.signin.SignInTables.Refresh.HASH;
import static dev.cordon.server.signin.SignInTables.Refresh.SIGN_IN_ID;
import static dev.cordon.server.signin.SignInTables.Refresh.TABLE;
import static dev.cordon.server.signin.SignInTables.Refresh.USED_AT;

import dev.cordon.server.signin.SignInTables.Refresh;
import dev.cordon.server.store.Instants;
import dev.cordon.server.users.SignIn;
import dev.cordon.server.users.SignIns;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.jooq.DSLContext;

/**
 * Refresh tokens (RFC 6749, 6), each good for one use (RFC 9700, 4.14.2). Who uses one a second time, later than a retry
 * would, has a copy that somebody else has used, or the other way round: the whole sign-in is revoked. Methods run in the
 * caller's transaction. Thread-safe.
 */
final class RefreshTokens {

    /** How long a token holds that nobody uses. */
    static final Duration LIFETIME = Duration.ofDays(90);

    /** How long all tokens hold together that a page in a browser keeps, used or not. */
    static final Duration SINGLE_PAGE = Duration.ofHours(24);

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

    /** The first token of a sign-in. */
    String create(DSLContext sql, SignIn signIn, boolean singlePage) {
        return create(sql, signIn, singlePage, time.instant().plus(singlePage ? SINGLE_PAGE : LIFETIME));
    }

    /** The token after another. A page's lives no longer for it. */
    String next(DSLContext sql, Held held) {
        return held.singlePage()
                ? create(sql, held.signIn(), true, held.expiresAt())
                : create(sql, held.signIn(), false);
    }

    private String create(DSLContext sql, SignIn signIn, boolean singlePage, Instant expiresAt) {
        var token = Secret.random();
        sql.insertInto(TABLE)
                .set(HASH, Secret.hash(token))
                .set(SIGN_IN_ID, signIn.id())
                .set(CREATED_AT, Instants.micros(time.instant()))
                .set(EXPIRES_AT, Instants.micros(expiresAt))
                .set(Refresh.SINGLE_PAGE, singlePage)
                .execute();
        return token;
    }

    /** What a token is, whether it holds or not. */
    record Held(SignIn signIn, boolean singlePage, Instant expiresAt) {}

    /** Looks at a token without using it. */
    Optional<Held> peek(DSLContext sql, String token) {
        return sql.select(SIGN_IN_ID, Refresh.SINGLE_PAGE, EXPIRES_AT)
                .from(TABLE)
                .where(HASH.eq(Secret.hash(token)))
                .fetchOptional()
                .flatMap(row -> signIns.find(sql, row.value1())
                        .map(signIn -> new Held(signIn, row.value2(), Instants.instant(row.value3()))));
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
