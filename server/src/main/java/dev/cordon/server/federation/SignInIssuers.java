package dev.cordon.server.federation;

import static dev.cordon.server.federation.FederationTables.Issuers.AUTHORITY;
import static dev.cordon.server.federation.FederationTables.Issuers.CLIENT_ID;
import static dev.cordon.server.federation.FederationTables.Issuers.CLIENT_SECRET;
import static dev.cordon.server.federation.FederationTables.Issuers.CREATED_AT;
import static dev.cordon.server.federation.FederationTables.Issuers.DISPLAY_NAME;
import static dev.cordon.server.federation.FederationTables.Issuers.ENABLED;
import static dev.cordon.server.federation.FederationTables.Issuers.ID;
import static dev.cordon.server.federation.FederationTables.Issuers.ISSUER;
import static dev.cordon.server.federation.FederationTables.Issuers.JWKS_URI;
import static dev.cordon.server.federation.FederationTables.Issuers.RULES;
import static dev.cordon.server.federation.FederationTables.Issuers.TABLE;
import static dev.cordon.server.federation.FederationTables.Issuers.TENANT_ID;

import dev.cordon.server.identity.Guid;
import dev.cordon.server.issuers.TrustedIssuer;
import dev.cordon.server.store.Instants;
import dev.cordon.server.web.ApiException;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jooq.DSLContext;
import org.jooq.Record;

/** The issuers at which people sign in. Methods run in the caller's transaction. Thread-safe. */
public final class SignInIssuers {

    private static final int MOST = 10;

    private final InstantSource time;

    SignInIssuers(InstantSource time) {
        this.time = time;
    }

    /** @throws ApiException 400 if there are too many, or this one is there */
    void add(DSLContext sql, SignInIssuer added) {
        var all = all(sql, added.tenantId());
        if (all.size() >= MOST) {
            throw ApiException.badRequest("The tenant has " + MOST + " issuers to sign in at; delete one.");
        }
        requireNew(all, added);
        sql.insertInto(TABLE)
                .set(TENANT_ID, added.tenantId())
                .set(ID, added.id())
                .set(DISPLAY_NAME, added.displayName())
                .set(ENABLED, added.enabled())
                .set(ISSUER, added.issuer().issuer())
                .set(JWKS_URI, added.issuer().jwksUri().orElse(null))
                .set(AUTHORITY, added.issuer().authorityPem().orElse(null))
                .set(CLIENT_ID, added.clientId())
                .set(CLIENT_SECRET, added.secret().orElse(null))
                .set(RULES, added.rules().text())
                .set(CREATED_AT, Instants.micros(time.instant()))
                .execute();
    }

    /** Changes all but the issuer itself. */
    void change(DSLContext sql, SignInIssuer changed) {
        requireNew(
                all(sql, changed.tenantId()).stream()
                        .filter(one -> !one.id().equals(changed.id()))
                        .toList(),
                changed);
        sql.update(TABLE)
                .set(DISPLAY_NAME, changed.displayName())
                .set(ENABLED, changed.enabled())
                .set(JWKS_URI, changed.issuer().jwksUri().orElse(null))
                .set(AUTHORITY, changed.issuer().authorityPem().orElse(null))
                .set(CLIENT_ID, changed.clientId())
                .set(CLIENT_SECRET, changed.secret().orElse(null))
                .set(RULES, changed.rules().text())
                .where(TENANT_ID.eq(changed.tenantId()), ID.eq(changed.id()))
                .execute();
    }

    private static void requireNew(List<SignInIssuer> others, SignInIssuer one) {
        if (others.stream()
                .anyMatch(other -> other.issuer().issuer().equals(one.issuer().issuer())
                        && other.clientId().equals(one.clientId()))) {
            throw ApiException.badRequest("issuer, clientId: this pair is there already.");
        }
        if (others.stream().anyMatch(other -> other.displayName().equalsIgnoreCase(one.displayName()))) {
            throw ApiException.badRequest("displayName: another issuer is shown by this name.");
        }
    }

    void delete(DSLContext sql, SignInIssuer issuer) {
        sql.deleteFrom(TABLE)
                .where(TENANT_ID.eq(issuer.tenantId()), ID.eq(issuer.id()))
                .execute();
    }

    /** Those of a tenant, by name. */
    public List<SignInIssuer> all(DSLContext sql, String tenantId) {
        return sql.selectFrom(TABLE)
                .where(TENANT_ID.eq(tenantId))
                .orderBy(DISPLAY_NAME)
                .fetch(SignInIssuers::issuer);
    }

    /** The issuer with this id, of whichever tenant. */
    Optional<SignInIssuer> find(DSLContext sql, String id) {
        return sql.selectFrom(TABLE).where(ID.eq(Guid.parse(id).orElse(id))).fetch(SignInIssuers::issuer).stream()
                .findFirst();
    }

    public Optional<SignInIssuer> find(DSLContext sql, String tenantId, String id) {
        return sql.selectFrom(TABLE)
                .where(TENANT_ID.eq(tenantId), ID.eq(Guid.parse(id).orElse(id)))
                .fetchOptional(SignInIssuers::issuer);
    }

    private static SignInIssuer issuer(Record row) {
        return new SignInIssuer(
                row.get(TENANT_ID),
                row.get(ID),
                row.get(DISPLAY_NAME),
                row.get(ENABLED),
                new TrustedIssuer(
                        row.get(ISSUER),
                        Optional.ofNullable(row.get(JWKS_URI)),
                        Optional.ofNullable(row.get(AUTHORITY))),
                row.get(CLIENT_ID),
                Optional.ofNullable(row.get(CLIENT_SECRET)),
                SignInRules.parse(row.get(RULES)));
    }
}
