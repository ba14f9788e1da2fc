package dev.cordon.server.federation;

import static dev.cordon.server.federation.FederationTables.Identities.CREATED_AT;
import static dev.cordon.server.federation.FederationTables.Identities.ISSUER;
import static dev.cordon.server.federation.FederationTables.Identities.MANAGED;
import static dev.cordon.server.federation.FederationTables.Identities.SUBJECT;
import static dev.cordon.server.federation.FederationTables.Identities.TABLE;
import static dev.cordon.server.federation.FederationTables.Identities.TENANT_ID;
import static dev.cordon.server.federation.FederationTables.Identities.USER_ID;

import dev.cordon.server.store.Instants;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jooq.Condition;
import org.jooq.DSLContext;

/** Who at an issuer is which user: one person there, one user here. Methods run in the caller's transaction. Thread-safe. */
final class OutsideIdentities {

    private final InstantSource time;

    OutsideIdentities(InstantSource time) {
        this.time = time;
    }

    /** @param managed whether the issuer made the user, and says at each sign-in which roles it has */
    record Link(String subject, String userId, boolean managed) {}

    void add(DSLContext sql, SignInIssuer issuer, Link link) {
        sql.insertInto(TABLE)
                .set(TENANT_ID, issuer.tenantId())
                .set(ISSUER, issuer.issuer().issuer())
                .set(SUBJECT, link.subject())
                .set(USER_ID, link.userId())
                .set(MANAGED, link.managed())
                .set(CREATED_AT, Instants.micros(time.instant()))
                .execute();
    }

    Optional<Link> ofSubject(DSLContext sql, SignInIssuer issuer, String subject) {
        return fetch(sql, issuer, SUBJECT.eq(subject)).stream().findFirst();
    }

    Optional<Link> ofUser(DSLContext sql, SignInIssuer issuer, String userId) {
        return fetch(sql, issuer, USER_ID.eq(userId)).stream().findFirst();
    }

    /** Every link of an issuer, the oldest first. */
    List<Link> all(DSLContext sql, SignInIssuer issuer) {
        return fetch(sql, issuer, org.jooq.impl.DSL.noCondition());
    }

    void delete(DSLContext sql, SignInIssuer issuer, String userId) {
        sql.deleteFrom(TABLE)
                .where(
                        TENANT_ID.eq(issuer.tenantId()),
                        ISSUER.eq(issuer.issuer().issuer()),
                        USER_ID.eq(userId))
                .execute();
    }

    private static List<Link> fetch(DSLContext sql, SignInIssuer issuer, Condition which) {
        return sql.select(SUBJECT, USER_ID, MANAGED)
                .from(TABLE)
                .where(
                        TENANT_ID.eq(issuer.tenantId()),
                        ISSUER.eq(issuer.issuer().issuer()),
                        which)
                .orderBy(CREATED_AT, SUBJECT)
                .fetch(row -> new Link(row.value1(), row.value2(), row.value3()));
    }
}
