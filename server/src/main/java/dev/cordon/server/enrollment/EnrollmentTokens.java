package dev.cordon.server.enrollment;

import static dev.cordon.server.enrollment.EnrollmentTables.Tokens.CREATED_AT;
import static dev.cordon.server.enrollment.EnrollmentTables.Tokens.DESCRIPTION;
import static dev.cordon.server.enrollment.EnrollmentTables.Tokens.EXPIRES_AT;
import static dev.cordon.server.enrollment.EnrollmentTables.Tokens.HASH;
import static dev.cordon.server.enrollment.EnrollmentTables.Tokens.ID;
import static dev.cordon.server.enrollment.EnrollmentTables.Tokens.MAX_USES;
import static dev.cordon.server.enrollment.EnrollmentTables.Tokens.REVOKED_AT;
import static dev.cordon.server.enrollment.EnrollmentTables.Tokens.TABLE;
import static dev.cordon.server.enrollment.EnrollmentTables.Tokens.TENANT_ID;
import static dev.cordon.server.enrollment.EnrollmentTables.Tokens.USES;

import dev.cordon.server.audit.AuditLog;
import dev.cordon.server.store.Instants;
import dev.cordon.server.web.ApiException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.impl.DSL;

/** The enrollment tokens of each tenant. Methods run in the caller's transaction. Thread-safe. */
public final class EnrollmentTokens {

    static final int MOST_USES = 100_000;
    static final Duration LONGEST_LIFETIME = Duration.ofDays(366);
    static final int LONGEST_DESCRIPTION = 256;

    private static final List<Field<?>> COLUMNS =
            List.of(TENANT_ID, ID, DESCRIPTION, MAX_USES, USES, CREATED_AT, EXPIRES_AT, REVOKED_AT);

    private final AuditLog audit;
    private final InstantSource time;
    private final String authoritySha256;

    /** @param authoritySha256 lower-case hex SHA-256 of the server authority's certificate; part of every token's text */
    public EnrollmentTokens(AuditLog audit, InstantSource time, String authoritySha256) {
        this.audit = audit;
        this.time = time;
        this.authoritySha256 = authoritySha256;
    }

    /** A token that was just made, with its text, which is not kept. */
    public record Created(EnrollmentToken token, String text) {
        @Override
        public String toString() {
            return "Created[" + token + "]";
        }
    }

    /**
     * Makes a token.
     *
     * @throws ApiException 400 for limits that are out of range
     */
    public Created create(
            DSLContext sql, String tenantId, String actor, String description, int maxUses, Duration lifetime) {
        if (description.length() > LONGEST_DESCRIPTION || description.chars().anyMatch(Character::isISOControl)) {
            throw ApiException.badRequest(
                    "description: at most " + LONGEST_DESCRIPTION + " characters, without control characters.");
        }
        if (maxUses < 1 || maxUses > MOST_USES) {
            throw ApiException.badRequest("maxUses: between 1 and " + MOST_USES + ".");
        }
        if (!lifetime.isPositive() || lifetime.compareTo(LONGEST_LIFETIME) > 0) {
            throw ApiException.badRequest("lifetimeMinutes: between 1 and " + LONGEST_LIFETIME.toMinutes() + ".");
        }
        var text = TokenText.fresh(UUID.randomUUID().toString(), authoritySha256);
        long now = Instants.micros(time.instant());
        var token = new EnrollmentToken(
                tenantId,
                text.id(),
                description,
                maxUses,
                0,
                Instants.instant(now),
                Instants.instant(now).plus(lifetime),
                Optional.empty());
        sql.insertInto(TABLE)
                .set(TENANT_ID, tenantId)
                .set(ID, token.id())
                .set(HASH, text.hash())
                .set(DESCRIPTION, description)
                .set(MAX_USES, maxUses)
                .set(USES, 0)
                .set(CREATED_AT, now)
                .set(EXPIRES_AT, Instants.micros(token.expiresAt()))
                .execute();
        audit.append(
                sql,
                tenantId,
                actor,
                "enrollment_token.created",
                subject(token.id()),
                Map.of(
                        "description",
                        description,
                        "maxUses",
                        maxUses,
                        "expiresAt",
                        token.expiresAt().toString()));
        return new Created(token, text.text());
    }

    /** All tokens of the tenant, newest first. */
    public List<EnrollmentToken> all(DSLContext sql, String tenantId) {
        return sql.select(COLUMNS)
                .from(TABLE)
                .where(TENANT_ID.eq(tenantId))
                .orderBy(CREATED_AT.desc(), ID)
                .fetch(EnrollmentTokens::token);
    }

    public Optional<EnrollmentToken> find(DSLContext sql, String tenantId, String id) {
        return sql.select(COLUMNS).from(TABLE).where(is(tenantId, id)).fetchOptional(EnrollmentTokens::token);
    }

    /** Makes a token useless from now on; one that is revoked already stays as it is. False if there is no such token. */
    public boolean revoke(DSLContext sql, String tenantId, String actor, String id) {
        int revoked = sql.update(TABLE)
                .set(REVOKED_AT, Instants.micros(time.instant()))
                .where(is(tenantId, id).and(REVOKED_AT.isNull()))
                .execute();
        if (revoked == 1) {
            audit.append(sql, tenantId, actor, "enrollment_token.revoked", subject(id), Map.of());
            return true;
        }
        return sql.fetchExists(TABLE, is(tenantId, id));
    }

    /**
     * The token that this text is of. The id alone tells nothing: without the right secret the answer is the same as for
     * a token that does not exist.
     */
    Optional<EnrollmentToken> authenticate(DSLContext sql, TokenText text) {
        return sql.select(COLUMNS)
                .select(HASH)
                .from(TABLE)
                .where(ID.eq(text.id()))
                .fetchOptional()
                .filter(row -> MessageDigest.isEqual(row.get(HASH), text.hash()))
                .map(EnrollmentTokens::token);
    }

    /** Makes everyone else who uses this token wait for the end of the transaction, and reads it afresh. */
    EnrollmentToken lock(DSLContext sql, EnrollmentToken token) {
        sql.update(TABLE)
                .set(USES, USES)
                .where(is(token.tenantId(), token.id()))
                .execute();
        return find(sql, token.tenantId(), token.id()).orElseThrow();
    }

    /** Counts a use of a locked token. */
    void use(DSLContext sql, EnrollmentToken token) {
        sql.update(TABLE)
                .set(USES, USES.plus(1))
                .where(is(token.tenantId(), token.id()))
                .execute();
    }

    static String subject(String id) {
        return "enrollment_token:" + id;
    }

    private static Condition is(String tenantId, String id) {
        return DSL.and(TENANT_ID.eq(tenantId), ID.eq(id));
    }

    private static EnrollmentToken token(Record row) {
        return new EnrollmentToken(
                row.get(TENANT_ID),
                row.get(ID),
                row.get(DESCRIPTION),
                row.get(MAX_USES),
                row.get(USES),
                Instants.instant(row.get(CREATED_AT)),
                Instants.instant(row.get(EXPIRES_AT)),
                Optional.ofNullable(row.get(REVOKED_AT)).map(Instants::instant));
    }
}
