package dev.cordon.server.identity;

import static dev.cordon.server.identity.IdentityTables.Secrets.APPLICATION_ID;
import static dev.cordon.server.identity.IdentityTables.Secrets.EXPIRES_AT;
import static dev.cordon.server.identity.IdentityTables.Secrets.HASH;
import static dev.cordon.server.identity.IdentityTables.Secrets.HINT;
import static dev.cordon.server.identity.IdentityTables.Secrets.ID;
import static dev.cordon.server.identity.IdentityTables.Secrets.STARTS_AT;
import static dev.cordon.server.identity.IdentityTables.Secrets.TABLE;
import static dev.cordon.server.identity.IdentityTables.Secrets.TENANT_ID;

import dev.cordon.server.store.Instants;
import dev.cordon.server.web.ApiException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.jooq.DSLContext;
import org.jooq.Record;

/**
 * The client secrets of applications. An application may have several at once, so that one can replace another without a
 * gap.
 *
 * <p>A secret is 256 random bits, so one round of SHA-256 keeps it: there is nothing to guess, and a slow hash would
 * only make the token endpoint slow. Thread-safe.
 */
public final class ApplicationSecrets {

    /** How long a secret lives unless said otherwise. */
    public static final Duration DEFAULT_LIFETIME = Duration.ofDays(180);

    private static final Duration LONGEST_LIFETIME = Duration.ofDays(3650);
    private static final int MOST = 20;
    private static final int HINT_LENGTH = 3;
    private static final int RANDOM_BYTES = 32;

    private final SecureRandom random = new SecureRandom();
    private final InstantSource time;

    public ApplicationSecrets(InstantSource time) {
        this.time = time;
    }

    /**
     * Makes a secret that holds from now on.
     *
     * @throws ApiException 400 for a lifetime out of bounds or an application that has too many secrets
     */
    public ApplicationSecret.Created create(DSLContext sql, Application application, Duration lifetime) {
        return create(sql, application, Optional.empty(), lifetime);
    }

    /**
     * Makes a secret that holds from a time to come, so that it can be handed out before.
     *
     * @param from absent: from now on; a time that has passed counts as now
     * @throws ApiException 400 as above, and for a start that is too far away
     */
    ApplicationSecret.Created create(
            DSLContext sql, Application application, Optional<Instant> from, Duration lifetime) {
        if (!lifetime.isPositive() || lifetime.compareTo(LONGEST_LIFETIME) > 0) {
            throw ApiException.badRequest("lifetimeDays: must be from 1 to " + LONGEST_LIFETIME.toDays() + ".");
        }
        if (all(sql, application).size() >= MOST) {
            throw ApiException.badRequest(
                    "The application has " + MOST + " secrets; delete one that is no longer used.");
        }
        var bytes = new byte[RANDOM_BYTES];
        random.nextBytes(bytes);
        var secret = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        var now = time.instant();
        var start = from.filter(now::isBefore).orElse(now);
        if (start.isAfter(now.plus(LONGEST_LIFETIME))) {
            throw ApiException.badRequest("startsAt: is more than " + LONGEST_LIFETIME.toDays() + " days away.");
        }
        return new ApplicationSecret.Created(insert(sql, application, secret, start, start.plus(lifetime)), secret);
    }

    /** Keeps a given secret. */
    ApplicationSecret insert(
            DSLContext sql, Application application, String secret, Instant startsAt, Instant expiresAt) {
        var id = Guid.random();
        var hint = secret.substring(0, HINT_LENGTH);
        sql.insertInto(TABLE)
                .set(TENANT_ID, application.tenantId())
                .set(APPLICATION_ID, application.id())
                .set(ID, id)
                .set(HASH, hash(secret))
                .set(HINT, hint)
                .set(STARTS_AT, Instants.micros(startsAt))
                .set(EXPIRES_AT, Instants.micros(expiresAt))
                .execute();
        return new ApplicationSecret(
                id, hint, Instants.instant(Instants.micros(startsAt)), Instants.instant(Instants.micros(expiresAt)));
    }

    /** The secrets of an application, expired ones included, newest first. */
    public List<ApplicationSecret> all(DSLContext sql, Application application) {
        return sql.select(ID, HINT, STARTS_AT, EXPIRES_AT)
                .from(TABLE)
                .where(TENANT_ID.eq(application.tenantId()))
                .and(APPLICATION_ID.eq(application.id()))
                .orderBy(STARTS_AT.desc(), ID)
                .fetch(ApplicationSecrets::secret);
    }

    /** Deletes a secret and tells whether there was one. */
    public boolean delete(DSLContext sql, Application application, String secretId) {
        return sql.deleteFrom(TABLE)
                        .where(TENANT_ID.eq(application.tenantId()))
                        .and(APPLICATION_ID.eq(application.id()))
                        .and(ID.eq(Guid.parse(secretId).orElse(secretId)))
                        .execute()
                > 0;
    }

    /**
     * A secret as it is stored.
     *
     * @param hash its SHA-256
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared as a whole
    record Kept(ApplicationSecret secret, byte[] hash) {
        @Override
        public String toString() {
            return "Kept[" + secret.id() + "]";
        }
    }

    /** What a presented secret is worth. */
    enum Match {
        HOLDS,
        EXPIRED,
        WRONG
    }

    /**
     * Compares a presented secret with all of the application's, each in constant time. One that is known but expired is
     * told apart, because the operator needs to know.
     */
    Match match(List<Kept> known, String presented) {
        var hash = hash(presented);
        var now = time.instant();
        var match = Match.WRONG;
        for (var one : known) {
            if (MessageDigest.isEqual(one.hash(), hash)) {
                if (one.secret().holdsAt(now)) {
                    match = Match.HOLDS;
                } else if (match == Match.WRONG && !now.isBefore(one.secret().expiresAt())) {
                    match = Match.EXPIRED;
                }
            }
        }
        return match;
    }

    /** What a presented secret is compared with. */
    List<Kept> kept(DSLContext sql, Application application) {
        return sql.select(ID, HINT, STARTS_AT, EXPIRES_AT, HASH)
                .from(TABLE)
                .where(TENANT_ID.eq(application.tenantId()))
                .and(APPLICATION_ID.eq(application.id()))
                .fetch(row -> new Kept(secret(row), row.get(HASH)));
    }

    private static ApplicationSecret secret(Record row) {
        return new ApplicationSecret(
                row.get(ID),
                row.get(HINT),
                Instants.instant(row.get(STARTS_AT)),
                Instants.instant(row.get(EXPIRES_AT)));
    }

    private static byte[] hash(String secret) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("This Java lacks SHA-256, which every Java must have.", e);
        }
    }
}
