package dev.cordon.server.signin;

import static dev.cordon.server.signin.SignInTables.Codes.CHALLENGE;
import static dev.cordon.server.signin.SignInTables.Codes.CHALLENGE_METHOD;
import static dev.cordon.server.signin.SignInTables.Codes.EXPIRES_AT;
import static dev.cordon.server.signin.SignInTables.Codes.HASH;
import static dev.cordon.server.signin.SignInTables.Codes.NONCE;
import static dev.cordon.server.signin.SignInTables.Codes.REDEEMED_AT;
import static dev.cordon.server.signin.SignInTables.Codes.REDIRECT_URI;
import static dev.cordon.server.signin.SignInTables.Codes.SIGN_IN_ID;
import static dev.cordon.server.signin.SignInTables.Codes.TABLE;

import dev.cordon.server.store.Instants;
import dev.cordon.server.users.SignIn;
import dev.cordon.server.users.SignIns;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import org.jooq.DSLContext;

/**
 * Authorization codes (RFC 6749, 4.1.2), each good for one use within ten minutes. A second use revokes what came of the
 * first. Methods run in the caller's transaction. Thread-safe.
 */
final class AuthorizationCodes {

    static final Duration LIFETIME = Duration.ofMinutes(10);

    private final SignIns signIns;
    private final InstantSource time;

    AuthorizationCodes(SignIns signIns, InstantSource time) {
        this.signIns = signIns;
        this.time = time;
    }

    /**
     * What a code was given out for.
     *
     * @param challenge the proof key's challenge (RFC 7636), if the client sent one
     */
    record Issued(SignIn signIn, String redirectUri, Optional<ProofKey> challenge, Optional<String> nonce) {}

    String create(DSLContext sql, Issued issued) {
        var code = Secret.random();
        sql.insertInto(TABLE)
                .set(HASH, Secret.hash(code))
                .set(SIGN_IN_ID, issued.signIn().id())
                .set(REDIRECT_URI, issued.redirectUri())
                .set(CHALLENGE, issued.challenge().map(ProofKey::challenge).orElse(null))
                .set(
                        CHALLENGE_METHOD,
                        issued.challenge().map(key -> key.method().word()).orElse(null))
                .set(NONCE, issued.nonce().orElse(null))
                .set(EXPIRES_AT, Instants.micros(time.instant().plus(LIFETIME)))
                .execute();
        return code;
    }

    /** What a code was given out for, without using it. */
    Optional<Issued> peek(DSLContext sql, String code) {
        return sql.select(SIGN_IN_ID, REDIRECT_URI, CHALLENGE, CHALLENGE_METHOD, NONCE)
                .from(TABLE)
                .where(HASH.eq(Secret.hash(code)))
                .fetchOptional()
                .map(row -> new Issued(
                        signIns.find(sql, row.value1()).orElseThrow(),
                        row.value2(),
                        Optional.ofNullable(row.value3())
                                .map(challenge -> new ProofKey(challenge, ProofKey.Method.of(row.value4()))),
                        Optional.ofNullable(row.value5())));
    }

    /** What came of using a code. */
    enum Use {
        GOOD,
        EXPIRED,
        /** It was used before; the sign-in is revoked by this. */
        REUSED
    }

    Use use(DSLContext sql, String code, SignIn signIn) {
        long now = Instants.micros(time.instant());
        boolean first = sql.update(TABLE)
                        .set(REDEEMED_AT, now)
                        .where(HASH.eq(Secret.hash(code)), REDEEMED_AT.isNull())
                        .execute()
                == 1;
        if (!first) {
            signIns.revoke(sql, signIn.id());
            return Use.REUSED;
        }
        boolean late = sql.fetchExists(TABLE, HASH.eq(Secret.hash(code)).and(EXPIRES_AT.le(now)));
        return late ? Use.EXPIRED : Use.GOOD;
    }
}
