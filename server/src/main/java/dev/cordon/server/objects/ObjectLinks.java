package dev.cordon.server.objects;

import dev.cordon.server.audit.AuditLog;
import dev.cordon.server.objects.ObjectTables.Links;
import dev.cordon.server.objects.ObjectTables.Objects;
import dev.cordon.server.store.Instants;
import dev.cordon.server.web.Caller;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jooq.DSLContext;

/**
 * Links that open one object for a short time. A link's secret, 256 random bits, stands in the link and nowhere else;
 * the store has its hash. Methods run in the caller's transaction. Thread-safe.
 */
final class ObjectLinks {

    private final AuditLog audit;
    private final InstantSource time;
    private final SecureRandom random = new SecureRandom();

    ObjectLinks(AuditLog audit, InstantSource time) {
        this.audit = audit;
        this.time = time;
    }

    /**
     * A fresh link.
     *
     * @param secret what opens it
     */
    record Link(String id, String secret, Instant expiresAt) {
        @Override
        public String toString() {
            return "Link[" + id + "]";
        }
    }

    Link issue(DSLContext sql, Caller caller, StoredObject object, Duration lifetime) {
        var bytes = new byte[32];
        random.nextBytes(bytes);
        var now = time.instant();
        var link = new Link(
                UUID.randomUUID().toString(),
                Base64.getUrlEncoder().withoutPadding().encodeToString(bytes),
                now.plus(lifetime));
        sql.insertInto(Links.TABLE)
                .set(Links.ID, link.id())
                .set(Links.TENANT_ID, object.tenantId())
                .set(Links.OBJECT_ID, object.id())
                .set(Links.SECRET_HASH, hash(link.secret()))
                .set(Links.REQUESTOR, caller.actor())
                .set(Links.CREATED_AT, Instants.micros(now))
                .set(Links.EXPIRES_AT, Instants.micros(link.expiresAt()))
                .execute();
        audit.append(
                sql,
                object.tenantId(),
                caller.actor(),
                "object.link-issued",
                "object:" + object.id(),
                Map.of("link", link.id(), "actionId", object.actionId(), "lifetimeSeconds", lifetime.toSeconds()));
        return link;
    }

    /** The object that a link opens now; nothing if the secret is wrong, or the link's time is over or was ended. */
    Optional<StoredObject> open(DSLContext sql, String linkId, String secret) {
        return sql.select(StoredObject.COLUMNS)
                .select(Links.SECRET_HASH)
                .from(Links.TABLE)
                .join(Objects.TABLE)
                .on(Objects.ID.eq(Links.OBJECT_ID))
                .where(Links.ID.eq(linkId), Links.REVOKED_AT.isNull())
                .and(Links.EXPIRES_AT.gt(Instants.micros(time.instant())))
                .fetchOptional()
                .filter(row -> MessageDigest.isEqual(row.get(Links.SECRET_HASH), hash(secret)))
                .map(StoredObject::of)
                .filter(StoredObject::isWhole);
    }

    /** Ends all links to an object that still work, and tells how many there were. */
    int revoke(DSLContext sql, StoredObject object) {
        long now = Instants.micros(time.instant());
        return sql.update(Links.TABLE)
                .set(Links.REVOKED_AT, now)
                .where(Links.OBJECT_ID.eq(object.id()), Links.REVOKED_AT.isNull(), Links.EXPIRES_AT.gt(now))
                .execute();
    }

    private static byte[] hash(String secret) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java run time has no SHA-256", e);
        }
    }
}
