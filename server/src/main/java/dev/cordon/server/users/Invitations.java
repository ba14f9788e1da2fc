package dev.cordon.server.users;

import static dev.cordon.server.users.UserTables.Invitations.CREATED_AT;
import static dev.cordon.server.users.UserTables.Invitations.EXPIRES_AT;
import static dev.cordon.server.users.UserTables.Invitations.HASH;
import static dev.cordon.server.users.UserTables.Invitations.TABLE;
import static dev.cordon.server.users.UserTables.Invitations.TENANT_ID;
import static dev.cordon.server.users.UserTables.Invitations.USED_AT;
import static dev.cordon.server.users.UserTables.Invitations.USER_ID;

import dev.cordon.server.store.Instants;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Optional;
import org.jooq.DSLContext;

/**
 * One-time links with which a user chooses a password, so that nobody ever knows a password of somebody else. Only their
 * hash is kept. Methods run in the caller's transaction. Thread-safe.
 */
public final class Invitations {

    /** Where the link leads; its code follows. */
    public static final String PATH = "/signin/invitation/";

    private static final Duration LIFETIME = Duration.ofDays(3);
    private static final int BYTES = 32;

    private final SecureRandom random = new SecureRandom();
    private final InstantSource time;

    Invitations(InstantSource time) {
        this.time = time;
    }

    /** A new invitation, and the one moment in which its code can be read. */
    public record Created(String code, Instant expiresAt) {
        @Override
        public String toString() {
            return "Created[" + expiresAt + "]";
        }
    }

    /** @param userId empty: whoever comes becomes the tenant's first administrator */
    public record Invitation(String tenantId, Optional<String> userId) {}

    /** Invites a user; earlier invitations of the same user no longer hold. */
    public Created create(DSLContext sql, User user) {
        return create(sql, user.tenantId(), Optional.of(user.id()));
    }

    /** Invites a tenant's first administrator; earlier ones of this kind no longer hold. */
    public Created createForFirst(DSLContext sql, String tenantId) {
        return create(sql, tenantId, Optional.empty());
    }

    private Created create(DSLContext sql, String tenantId, Optional<String> userId) {
        sql.deleteFrom(TABLE)
                .where(TENANT_ID.eq(tenantId))
                .and(userId.map(USER_ID::eq).orElse(USER_ID.isNull()))
                .execute();
        var bytes = new byte[BYTES];
        random.nextBytes(bytes);
        var code = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        var now = time.instant();
        sql.insertInto(TABLE)
                .set(HASH, hash(code))
                .set(TENANT_ID, tenantId)
                .set(USER_ID, userId.orElse(null))
                .set(CREATED_AT, Instants.micros(now))
                .set(EXPIRES_AT, Instants.micros(now.plus(LIFETIME)))
                .execute();
        return new Created(code, Instants.instant(Instants.micros(now.plus(LIFETIME))));
    }

    /** The invitation, if it holds. */
    public Optional<Invitation> find(DSLContext sql, String code) {
        return sql.select(TENANT_ID, USER_ID)
                .from(TABLE)
                .where(HASH.eq(hash(code)), USED_AT.isNull(), EXPIRES_AT.gt(Instants.micros(time.instant())))
                .fetchOptional(row -> new Invitation(row.value1(), Optional.ofNullable(row.value2())));
    }

    /** Uses an invitation up; false if somebody else was faster. */
    public boolean use(DSLContext sql, String code) {
        return sql.update(TABLE)
                        .set(USED_AT, Instants.micros(time.instant()))
                        .where(HASH.eq(hash(code)), USED_AT.isNull())
                        .execute()
                == 1;
    }

    private static byte[] hash(String code) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(code.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("This Java lacks SHA-256, which every Java must have.", e);
        }
    }
}
