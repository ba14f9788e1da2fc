package dev.cordon.server.identity;

import static dev.cordon.server.identity.CredentialTables.OutsideIssuers.AUDIENCE;
import static dev.cordon.server.identity.CredentialTables.OutsideIssuers.AUTHORITY;
import static dev.cordon.server.identity.CredentialTables.OutsideIssuers.CREATED_AT;
import static dev.cordon.server.identity.CredentialTables.OutsideIssuers.ID;
import static dev.cordon.server.identity.CredentialTables.OutsideIssuers.ISSUER;
import static dev.cordon.server.identity.CredentialTables.OutsideIssuers.JWKS_URI;
import static dev.cordon.server.identity.CredentialTables.OutsideIssuers.MAPPING;
import static dev.cordon.server.identity.CredentialTables.OutsideIssuers.TABLE;
import static dev.cordon.server.identity.CredentialTables.OutsideIssuers.TENANT_ID;

import dev.cordon.server.issuers.TrustedIssuer;
import dev.cordon.server.store.Instants;
import dev.cordon.server.web.ApiException;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jooq.DSLContext;
import org.jooq.Record;

/** The outside issuers of all tenants. An issuer with an audience leads to one tenant only. Thread-safe. */
final class OutsideIssuers {

    private static final int MOST = 20;

    private final Tenants tenants;
    private final InstantSource time;

    OutsideIssuers(Tenants tenants, InstantSource time) {
        this.tenants = tenants;
        this.time = time;
    }

    /** @throws ApiException 400 if the pair is taken, the issuer is this server, or the tenant has too many */
    OutsideIssuer add(DSLContext sql, String tenantId, TrustedIssuer issuer, String audience, ClaimMapping mapping) {
        var all = all(sql);
        if (all.stream().filter(one -> one.tenantId().equals(tenantId)).count() >= MOST) {
            throw ApiException.badRequest("The tenant has " + MOST + " outside issuers; delete one.");
        }
        if (all.stream()
                .anyMatch(one -> one.issuer().issuer().equals(issuer.issuer())
                        && one.audience().equals(audience))) {
            throw ApiException.badRequest("issuer, audience: a tenant of this server has this pair already;"
                    + " tokens must lead to one tenant. Ask for tokens with an audience of their own.");
        }
        if (tenants.all(sql).stream()
                .anyMatch(tenant -> AccessTokens.issuer(tenant.id()).equals(issuer.issuer()))) {
            throw ApiException.badRequest("issuer: is this server itself.");
        }
        var added = new OutsideIssuer(tenantId, Guid.random(), issuer, audience, mapping);
        sql.insertInto(TABLE)
                .set(TENANT_ID, tenantId)
                .set(ID, added.id())
                .set(ISSUER, issuer.issuer())
                .set(AUDIENCE, audience)
                .set(JWKS_URI, issuer.jwksUri().orElse(null))
                .set(AUTHORITY, issuer.authorityPem().orElse(null))
                .set(MAPPING, mapping.text())
                .set(CREATED_AT, Instants.micros(time.instant()))
                .execute();
        return added;
    }

    /** Those of all tenants, oldest first. */
    List<OutsideIssuer> all(DSLContext sql) {
        return sql.select(TENANT_ID, ID, ISSUER, AUDIENCE, JWKS_URI, AUTHORITY, MAPPING)
                .from(TABLE)
                .orderBy(CREATED_AT, ID)
                .fetch(OutsideIssuers::issuer);
    }

    /** Deletes one and tells whether there was one. */
    boolean delete(DSLContext sql, String tenantId, String issuerId) {
        return sql.deleteFrom(TABLE)
                        .where(TENANT_ID.eq(tenantId))
                        .and(ID.eq(Guid.parse(issuerId).orElse(issuerId)))
                        .execute()
                > 0;
    }

    private static OutsideIssuer issuer(Record row) {
        return new OutsideIssuer(
                row.get(TENANT_ID),
                row.get(ID),
                new TrustedIssuer(
                        row.get(ISSUER),
                        Optional.ofNullable(row.get(JWKS_URI)),
                        Optional.ofNullable(row.get(AUTHORITY))),
                row.get(AUDIENCE),
                ClaimMapping.parse(row.get(MAPPING)));
    }
}
