package dev.cordon.server.identity;

import static dev.cordon.server.identity.CredentialTables.Federated.APPLICATION_ID;
import static dev.cordon.server.identity.CredentialTables.Federated.AUDIENCE;
import static dev.cordon.server.identity.CredentialTables.Federated.AUTHORITY;
import static dev.cordon.server.identity.CredentialTables.Federated.CREATED_AT;
import static dev.cordon.server.identity.CredentialTables.Federated.ID;
import static dev.cordon.server.identity.CredentialTables.Federated.ISSUER;
import static dev.cordon.server.identity.CredentialTables.Federated.JWKS_URI;
import static dev.cordon.server.identity.CredentialTables.Federated.NAME;
import static dev.cordon.server.identity.CredentialTables.Federated.SUBJECT;
import static dev.cordon.server.identity.CredentialTables.Federated.TABLE;
import static dev.cordon.server.identity.CredentialTables.Federated.TENANT_ID;

import dev.cordon.server.issuers.TrustedIssuer;
import dev.cordon.server.store.Instants;
import dev.cordon.server.web.ApiException;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Record;

/** The federated credentials of applications. Thread-safe. */
final class FederatedCredentials {

    private static final int MOST = 20;

    private final InstantSource time;

    FederatedCredentials(InstantSource time) {
        this.time = time;
    }

    /** @throws ApiException 400 for one that is there already, or an application that has too many */
    FederatedCredential add(
            DSLContext sql,
            Application application,
            String name,
            TrustedIssuer issuer,
            String subject,
            String audience) {
        var added = new FederatedCredential(Guid.random(), name, issuer, subject, audience);
        var known = all(sql, application);
        if (known.size() >= MOST) {
            throw ApiException.badRequest(
                    "The application has " + MOST + " federated credentials; delete one that is no longer used.");
        }
        if (known.stream().anyMatch(one -> isSame(one, added))) {
            throw ApiException.badRequest(
                    "The application has a federated credential for this issuer, subject and audience already.");
        }
        sql.insertInto(TABLE)
                .set(TENANT_ID, application.tenantId())
                .set(APPLICATION_ID, application.id())
                .set(ID, added.id())
                .set(NAME, name)
                .set(ISSUER, issuer.issuer())
                .set(SUBJECT, subject)
                .set(AUDIENCE, audience)
                .set(JWKS_URI, issuer.jwksUri().orElse(null))
                .set(AUTHORITY, issuer.authorityPem().orElse(null))
                .set(CREATED_AT, Instants.micros(time.instant()))
                .execute();
        return added;
    }

    /** The federated credentials of an application, newest first. */
    List<FederatedCredential> all(DSLContext sql, Application application) {
        return sql.select(ID, NAME, ISSUER, SUBJECT, AUDIENCE, JWKS_URI, AUTHORITY)
                .from(TABLE)
                .where(of(application))
                .orderBy(CREATED_AT.desc(), ID)
                .fetch(FederatedCredentials::credential);
    }

    /** Deletes one and tells whether there was one. */
    boolean delete(DSLContext sql, Application application, String credentialId) {
        return sql.deleteFrom(TABLE)
                        .where(of(application))
                        .and(ID.eq(Guid.parse(credentialId).orElse(credentialId)))
                        .execute()
                > 0;
    }

    private static boolean isSame(FederatedCredential one, FederatedCredential other) {
        return one.issuer().issuer().equals(other.issuer().issuer())
                && one.subject().equals(other.subject())
                && one.audience().equals(other.audience());
    }

    private static Condition of(Application application) {
        return TENANT_ID.eq(application.tenantId()).and(APPLICATION_ID.eq(application.id()));
    }

    private static FederatedCredential credential(Record row) {
        return new FederatedCredential(
                row.get(ID),
                row.get(NAME),
                new TrustedIssuer(
                        row.get(ISSUER),
                        Optional.ofNullable(row.get(JWKS_URI)),
                        Optional.ofNullable(row.get(AUTHORITY))),
                row.get(SUBJECT),
                row.get(AUDIENCE));
    }
}
