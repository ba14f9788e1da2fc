package dev.cordon.server.users;

import static dev.cordon.server.users.UserTables.RecoveryCodes.HASH;
import static dev.cordon.server.users.UserTables.RecoveryCodes.TABLE;
import static dev.cordon.server.users.UserTables.RecoveryCodes.TENANT_ID;
import static dev.cordon.server.users.UserTables.RecoveryCodes.USED_AT;
import static dev.cordon.server.users.UserTables.RecoveryCodes.USER_ID;

import dev.cordon.server.store.Instants;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jooq.Condition;
import org.jooq.DSLContext;

/**
 * One-time codes that stand in for a second factor that is gone. They are 80 random bits, so that a fast hash keeps them
 * well enough. Methods run in the caller's transaction. Thread-safe.
 */
public final class RecoveryCodes {

    static final int COUNT = 10;
    private static final int BYTES = 10;

    private final SecureRandom random = new SecureRandom();
    private final InstantSource time;

    RecoveryCodes(InstantSource time) {
        this.time = time;
    }

    /** New codes in place of all earlier ones; the one moment in which they can be read. */
    public List<String> create(DSLContext sql, User user) {
        sql.deleteFrom(TABLE).where(of(user)).execute();
        var codes = new ArrayList<String>();
        for (int i = 0; i < COUNT; i++) {
            var bytes = new byte[BYTES];
            random.nextBytes(bytes);
            var code = Totp.base32(bytes);
            codes.add(code.replaceAll("(.{4})(?=.)", "$1-"));
            sql.insertInto(TABLE)
                    .set(TENANT_ID, user.tenantId())
                    .set(USER_ID, user.id())
                    .set(HASH, hash(code))
                    .execute();
        }
        return List.copyOf(codes);
    }

    /** How many are left. */
    public int left(DSLContext sql, User user) {
        return sql.fetchCount(TABLE, of(user).and(USED_AT.isNull()));
    }

    /** Uses a code up; false if it is none, or was used. */
    boolean use(DSLContext sql, User user, String code) {
        return sql.update(TABLE)
                        .set(USED_AT, Instants.micros(time.instant()))
                        .where(of(user), HASH.eq(hash(plain(code))), USED_AT.isNull())
                        .execute()
                == 1;
    }

    /** Whether a text is long enough to be one, so that it is not taken for the code of an authenticator application. */
    static boolean looksLikeOne(String code) {
        return plain(code).length() == BYTES * 8 / 5;
    }

    private static String plain(String code) {
        return code.replaceAll("[\\s-]", "").toUpperCase(Locale.ROOT);
    }

    private static byte[] hash(String code) {
        return PasskeyChallenges.sha256(code.getBytes(StandardCharsets.US_ASCII));
    }

    private static Condition of(User user) {
        return TENANT_ID.eq(user.tenantId()).and(USER_ID.eq(user.id()));
    }
}
