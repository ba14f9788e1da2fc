package dev.cordon.server.users;

import static dev.cordon.server.users.UserTables.Challenges.BROWSER;
import static dev.cordon.server.users.UserTables.Challenges.EXPIRES_AT;
import static dev.cordon.server.users.UserTables.Challenges.HASH;
import static dev.cordon.server.users.UserTables.Challenges.PURPOSE;
import static dev.cordon.server.users.UserTables.Challenges.TABLE;

import dev.cordon.server.store.Instants;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import org.jooq.DSLContext;

/**
 * Challenges for authenticators (Web Authentication Level 3, 13.4.3): random, for one purpose, one browser, one use and a
 * few minutes. Methods run in the caller's transaction. Thread-safe.
 */
final class PasskeyChallenges {

    static final Duration LIFETIME = Duration.ofMinutes(5);
    private static final int BYTES = 32;

    private final SecureRandom random = new SecureRandom();
    private final InstantSource time;

    PasskeyChallenges(InstantSource time) {
        this.time = time;
    }

    byte[] create(DSLContext sql, PasskeyCeremony ceremony) {
        var challenge = new byte[BYTES];
        random.nextBytes(challenge);
        sql.insertInto(TABLE)
                .set(HASH, sha256(challenge))
                .set(PURPOSE, ceremony.purpose().name())
                .set(BROWSER, ceremony.browser())
                .set(EXPIRES_AT, Instants.micros(time.instant().plus(LIFETIME)))
                .execute();
        return challenge;
    }

    /** Uses a challenge up; false if there is none for this purpose and browser, or its time is over. */
    boolean use(DSLContext sql, PasskeyCeremony ceremony, byte[] challenge) {
        return sql.deleteFrom(TABLE)
                        .where(
                                HASH.eq(sha256(challenge)),
                                PURPOSE.eq(ceremony.purpose().name()),
                                BROWSER.eq(ceremony.browser()),
                                EXPIRES_AT.gt(Instants.micros(time.instant())))
                        .execute()
                == 1;
    }

    static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("This Java lacks SHA-256, which every Java must have.", e);
        }
    }
}
