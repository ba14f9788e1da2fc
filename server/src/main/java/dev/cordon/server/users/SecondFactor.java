package dev.cordon.server.users;

import static dev.cordon.server.users.UserTables.Users.TABLE;
import static dev.cordon.server.users.UserTables.Users.TOTP_LAST_STEP;
import static dev.cordon.server.users.UserTables.Users.TOTP_SECRET;

import dev.cordon.server.keys.KeyVault;
import dev.cordon.server.store.Database;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.OptionalLong;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;

/**
 * The second factor of users that is typed: the code of an authenticator application, whose secret is wrapped by the
 * master key, or a recovery code in its place. Wrong codes count as wrong passwords do, and a code works once. Thread-safe.
 */
public final class SecondFactor {

    private final Database database;
    private final KeyVault vault;
    private final LockOut lockOut;
    private final RecoveryCodes recovery;
    private final InstantSource time;

    SecondFactor(Database database, KeyVault vault, InstantSource time) {
        this.database = database;
        this.vault = vault;
        this.lockOut = new LockOut(time);
        this.recovery = new RecoveryCodes(time);
        this.time = time;
    }

    /**
     * A secret for an authenticator application, not yet the user's.
     *
     * @param secret in base 32, to be typed
     * @param wrapped the same, wrapped for this user, to come back with the first code
     */
    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    public record Offer(String secret, byte[] wrapped) {
        @Override
        public String toString() {
            return "Offer";
        }
    }

    public Offer offer(User user) {
        var secret = Totp.newSecret();
        return new Offer(Totp.base32(secret), vault.wrap(secret, context(user)));
    }

    /** The secret of an offer, to be shown again. */
    public String shown(User user, byte[] wrapped) {
        return Totp.base32(vault.unwrap(wrapped, context(user)));
    }

    /** What an authenticator application reads from a QR code, or is opened with on the same device. */
    public String uri(User user, Offer offer) {
        return "otpauth://totp/Cordon:" + URLEncoder.encode(user.userPrincipalName(), StandardCharsets.UTF_8)
                + "?secret=" + offer.secret() + "&issuer=Cordon";
    }

    /** Takes the authenticator application away. */
    public void removeTotp(DSLContext sql, User user) {
        sql.update(TABLE)
                .set(TOTP_SECRET, (byte @Nullable []) null)
                .where(Users.is(user))
                .execute();
    }

    /** Takes an offer on, if the code shows that the application has the secret. Never replaces one that is there. */
    public boolean enroll(User user, byte[] wrapped, String code) {
        var step = Totp.step(vault.unwrap(wrapped, context(user)), code, time.instant(), 0);
        return step.isPresent()
                && database.write(sql -> sql.update(TABLE)
                                .set(TOTP_SECRET, wrapped)
                                .set(TOTP_LAST_STEP, step.getAsLong())
                                .where(Users.is(user), TOTP_SECRET.isNull())
                                .execute()
                        == 1);
    }

    /**
     * Whether a code of the authenticator application is right, now, for the first time; or is a recovery code that was
     * not used. False too while the account is locked.
     */
    public boolean check(User user, String code) {
        return database.write(sql -> {
            if (lockOut.begin(sql, user).isPresent()) {
                return false;
            }
            if (RecoveryCodes.looksLikeOne(code)) {
                boolean right = recovery.use(sql, user, code);
                if (right) {
                    lockOut.succeeded(sql, user);
                }
                return right;
            }
            var step = step(sql, user, code);
            if (step.isEmpty()) {
                return false;
            }
            boolean first = sql.update(TABLE)
                            .set(TOTP_LAST_STEP, step.getAsLong())
                            .where(Users.is(user), TOTP_LAST_STEP.lt(step.getAsLong()))
                            .execute()
                    == 1;
            if (first) {
                lockOut.succeeded(sql, user);
            }
            return first;
        });
    }

    private OptionalLong step(DSLContext sql, User user, String code) {
        var row = sql.select(TOTP_SECRET, TOTP_LAST_STEP)
                .from(TABLE)
                .where(Users.is(user))
                .fetchOne();
        if (row == null || row.value1() == null) {
            return OptionalLong.empty();
        }
        return Totp.step(vault.unwrap(row.value1(), context(user)), code, time.instant(), row.value2());
    }

    private static String context(User user) {
        return "totp secret of " + user.tenantId() + "/" + user.id();
    }
}
