package dev.cordon.server.actions;

import dev.cordon.server.actions.ActionTables.UsedKey;
import dev.cordon.server.web.ApiException;
import dev.cordon.server.web.Caller;
import java.util.Arrays;
import java.util.Optional;
import org.jooq.DSLContext;

/**
 * The {@code Idempotency-Key}s of callers: the same caller, key and request give the same action, however often and from
 * however many threads it is sent. Kept for {@link Expiry#KEYS_KEPT}. Stateless.
 */
final class IdempotencyKeys {

    private static final int LONGEST = 255;

    private IdempotencyKeys() {}

    /** @throws ApiException 400 if it is empty, too long, or not printable ASCII */
    static String check(String key) {
        if (key.isBlank() || key.length() > LONGEST || key.chars().anyMatch(c -> c < 0x20 || c > 0x7e)) {
            throw ApiException.invalidInput(
                    "The header Idempotency-Key must have 1 to " + LONGEST + " printable ASCII characters.");
        }
        return key;
    }

    /**
     * The action that this request made before.
     *
     * @throws ApiException 400 if the key came with another request
     */
    static Optional<String> actionOf(DSLContext sql, Caller caller, String key, byte[] requestHash) {
        return sql.select(UsedKey.ACTION_ID, UsedKey.REQUEST_HASH)
                .from(UsedKey.TABLE)
                .where(
                        UsedKey.TENANT_ID.eq(caller.tenantId()),
                        UsedKey.REQUESTOR_ID.eq(caller.subjectId()),
                        UsedKey.KEY.eq(key))
                .fetchOptional(row -> {
                    if (!Arrays.equals(row.value2(), requestHash)) {
                        throw ApiException.invalidInput(
                                "The Idempotency-Key was used before with another request. Use a new key for each.");
                    }
                    return row.value1();
                });
    }

    /** Remembers the action that a request made. */
    static void remember(
            DSLContext sql, Caller caller, String key, byte[] requestHash, String actionId, long createdAt) {
        int added = sql.insertInto(UsedKey.TABLE)
                .set(UsedKey.TENANT_ID, caller.tenantId())
                .set(UsedKey.REQUESTOR_ID, caller.subjectId())
                .set(UsedKey.KEY, key)
                .set(UsedKey.REQUEST_HASH, requestHash)
                .set(UsedKey.ACTION_ID, actionId)
                .set(UsedKey.CREATED_AT, createdAt)
                .onConflictDoNothing()
                .execute();
        if (added == 0) {
            throw new TakenMeanwhile();
        }
    }

    /** Forgets the keys from before this time, in microseconds. */
    static int forget(DSLContext sql, long before) {
        return sql.deleteFrom(UsedKey.TABLE)
                .where(UsedKey.CREATED_AT.lt(before))
                .execute();
    }

    /** Another transaction was faster with this key; what it made is visible to the next attempt. */
    static final class TakenMeanwhile extends RuntimeException {
        private static final long serialVersionUID = 1L;

        TakenMeanwhile() {
            super("the Idempotency-Key was taken by a concurrent request", null, false, false);
        }
    }
}
