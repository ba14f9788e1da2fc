package dev.cordon.server.signin;

import static dev.cordon.server.signin.SignInTables.Devices.APPLICATION_ID;
import static dev.cordon.server.signin.SignInTables.Devices.DECLINED;
import static dev.cordon.server.signin.SignInTables.Devices.EXPIRES_AT;
import static dev.cordon.server.signin.SignInTables.Devices.HASH;
import static dev.cordon.server.signin.SignInTables.Devices.REDEEMED_AT;
import static dev.cordon.server.signin.SignInTables.Devices.SCOPE;
import static dev.cordon.server.signin.SignInTables.Devices.SIGN_IN_ID;
import static dev.cordon.server.signin.SignInTables.Devices.TABLE;
import static dev.cordon.server.signin.SignInTables.Devices.TENANT_ID;
import static dev.cordon.server.signin.SignInTables.Devices.USER_CODE;

import dev.cordon.server.identity.Application;
import dev.cordon.server.store.Instants;
import dev.cordon.server.users.SignIn;
import dev.cordon.server.users.SignIns;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Optional;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Record;

/**
 * Device codes (RFC 8628): a long one that the device polls with, a short one that its user types elsewhere. Methods run
 * in the caller's transaction. Thread-safe.
 */
final class DeviceCodes {

    static final Duration LIFETIME = Duration.ofMinutes(15);

    /** No vowels, so that it spells nothing, and nothing that looks like something else (RFC 8628, 6.1). */
    private static final String LETTERS = "BCDFGHJKLMNPQRSTVWXZ";

    private static final int LENGTH = 9;

    private final SecureRandom random = new SecureRandom();
    private final SignIns signIns;
    private final InstantSource time;

    DeviceCodes(SignIns signIns, InstantSource time) {
        this.signIns = signIns;
        this.time = time;
    }

    /** A device that waits for its user. */
    record Waiting(String tenantId, String applicationId, String userCode, String scope) {}

    /** A new pair of codes, and the one moment in which the long one can be read. */
    record Created(String deviceCode, String userCode) {
        @Override
        public String toString() {
            return "Created";
        }
    }

    Created create(DSLContext sql, Application application, String scope) {
        var deviceCode = Secret.random();
        var userCode = userCode();
        sql.insertInto(TABLE)
                .set(HASH, Secret.hash(deviceCode))
                .set(USER_CODE, userCode)
                .set(TENANT_ID, application.tenantId())
                .set(APPLICATION_ID, application.id())
                .set(SCOPE, scope)
                .set(EXPIRES_AT, Instants.micros(time.instant().plus(LIFETIME)))
                .set(DECLINED, false)
                .execute();
        return new Created(deviceCode, userCode);
    }

    /** The device that shows a user this code, in any case, with or without blanks and dashes. */
    Optional<Waiting> find(DSLContext sql, String typed) {
        return sql.select(TENANT_ID, APPLICATION_ID, USER_CODE, SCOPE)
                .from(TABLE)
                .where(open(typed))
                .fetchOptional(row -> new Waiting(row.value1(), row.value2(), row.value3(), row.value4()));
    }

    /** Lets a device in; false if it no longer waits. */
    boolean approve(DSLContext sql, String userCode, SignIn signIn) {
        return sql.update(TABLE)
                        .set(SIGN_IN_ID, signIn.id())
                        .where(open(userCode))
                        .execute()
                == 1;
    }

    void decline(DSLContext sql, String userCode) {
        sql.update(TABLE).set(DECLINED, true).where(open(userCode)).execute();
    }

    /** What a device learns when it asks. */
    sealed interface Poll {
        record Pending() implements Poll {}

        record Declined() implements Poll {}

        record Expired() implements Poll {}

        record Unknown() implements Poll {}

        record Approved(SignIn signIn) implements Poll {}
    }

    /** The application and tenant that a device code was made for. */
    Optional<Waiting> peek(DSLContext sql, String deviceCode) {
        return sql.select(TENANT_ID, APPLICATION_ID, USER_CODE, SCOPE)
                .from(TABLE)
                .where(HASH.eq(Secret.hash(deviceCode)))
                .fetchOptional(row -> new Waiting(row.value1(), row.value2(), row.value3(), row.value4()));
    }

    /** Asks for what came of a code; one that was approved is used up by it. */
    Poll poll(DSLContext sql, String deviceCode) {
        Record row = sql.select(DECLINED, EXPIRES_AT, SIGN_IN_ID, REDEEMED_AT)
                .from(TABLE)
                .where(HASH.eq(Secret.hash(deviceCode)))
                .fetchOne();
        if (row == null || row.get(REDEEMED_AT) != null) {
            return new Poll.Unknown();
        }
        if (row.get(DECLINED)) {
            return new Poll.Declined();
        }
        if (row.get(EXPIRES_AT) <= Instants.micros(time.instant())) {
            return new Poll.Expired();
        }
        var signInId = row.get(SIGN_IN_ID);
        if (signInId == null) {
            return new Poll.Pending();
        }
        int redeemed = sql.update(TABLE)
                .set(REDEEMED_AT, Instants.micros(time.instant()))
                .where(HASH.eq(Secret.hash(deviceCode)), REDEEMED_AT.isNull())
                .execute();
        if (redeemed == 0) {
            return new Poll.Unknown();
        }
        return new Poll.Approved(signIns.find(sql, signInId).orElseThrow());
    }

    private Condition open(String typed) {
        var code = typed.toUpperCase(Locale.ROOT).replaceAll("[\\s-]", "");
        return USER_CODE
                .eq(code)
                .and(EXPIRES_AT.gt(Instants.micros(time.instant())))
                .and(DECLINED.isFalse())
                .and(SIGN_IN_ID.isNull());
    }

    private String userCode() {
        var code = new StringBuilder(LENGTH);
        for (int i = 0; i < LENGTH; i++) {
            code.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
        }
        return code.toString();
    }
}
