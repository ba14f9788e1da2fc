package dev.cordon.server.identity;

import static dev.cordon.server.identity.CredentialTables.Certificates.APPLICATION_ID;
import static dev.cordon.server.identity.CredentialTables.Certificates.CREATED_AT;
import static dev.cordon.server.identity.CredentialTables.Certificates.DER;
import static dev.cordon.server.identity.CredentialTables.Certificates.EXPIRES_AT;
import static dev.cordon.server.identity.CredentialTables.Certificates.ID;
import static dev.cordon.server.identity.CredentialTables.Certificates.SHA256;
import static dev.cordon.server.identity.CredentialTables.Certificates.SINGLE_USE;
import static dev.cordon.server.identity.CredentialTables.Certificates.STARTS_AT;
import static dev.cordon.server.identity.CredentialTables.Certificates.TABLE;
import static dev.cordon.server.identity.CredentialTables.Certificates.TENANT_ID;

import com.nimbusds.jose.util.X509CertUtils;
import dev.cordon.server.store.Instants;
import dev.cordon.server.web.ApiException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Record;

/**
 * The certificates of applications. An application may have several at once, so that one can replace another without a
 * gap. Thread-safe.
 */
final class ApplicationCertificates {

    private static final int MOST = 20;

    private final InstantSource time;

    ApplicationCertificates(InstantSource time) {
        this.time = time;
    }

    /**
     * Registers a certificate.
     *
     * @param startsAt when it starts to hold; absent: when it says itself
     * @param expiresAt when it stops to hold; absent: when it says itself
     * @throws ApiException 400 for times outside of the certificate's own, one that is over, one that is there already,
     *     or an application that has too many
     */
    ApplicationCertificate add(
            DSLContext sql,
            Application application,
            X509Certificate certificate,
            Optional<Instant> startsAt,
            Optional<Instant> expiresAt,
            boolean singleUse) {
        var begin = certificate.getNotBefore().toInstant();
        var end = certificate.getNotAfter().toInstant();
        var added = new ApplicationCertificate(
                Guid.random(), certificate, startsAt.orElse(begin), expiresAt.orElse(end), singleUse);
        if (added.startsAt().isBefore(begin) || added.expiresAt().isAfter(end)) {
            throw ApiException.badRequest(
                    "startsAt, expiresAt: must lie within the certificate's own time, " + begin + " to " + end + ".");
        }
        if (!added.startsAt().isBefore(added.expiresAt())) {
            throw ApiException.badRequest("expiresAt: must be after startsAt.");
        }
        if (!time.instant().isBefore(added.expiresAt())) {
            throw ApiException.badRequest("expiresAt: the certificate is over; make a new one.");
        }
        var known = all(sql, application);
        if (known.size() >= MOST) {
            throw ApiException.badRequest(
                    "The application has " + MOST + " certificates; delete one that is no longer used.");
        }
        if (known.stream().anyMatch(one -> one.certificate().equals(certificate))) {
            throw ApiException.badRequest("certificate: the application has it already.");
        }
        sql.insertInto(TABLE)
                .set(TENANT_ID, application.tenantId())
                .set(APPLICATION_ID, application.id())
                .set(ID, added.id())
                .set(DER, added.encoded())
                .set(SHA256, added.sha256().toString())
                .set(STARTS_AT, Instants.micros(added.startsAt()))
                .set(EXPIRES_AT, Instants.micros(added.expiresAt()))
                .set(SINGLE_USE, singleUse)
                .set(CREATED_AT, Instants.micros(time.instant()))
                .execute();
        return added;
    }

    /** The certificates of an application, expired ones included, newest first. */
    List<ApplicationCertificate> all(DSLContext sql, Application application) {
        return sql.select(ID, DER, STARTS_AT, EXPIRES_AT, SINGLE_USE)
                .from(TABLE)
                .where(of(application))
                .orderBy(CREATED_AT.desc(), ID)
                .fetch(ApplicationCertificates::certificate);
    }

    /** Deletes a certificate and tells whether there was one. */
    boolean delete(DSLContext sql, Application application, String certificateId) {
        return sql.deleteFrom(TABLE)
                        .where(of(application))
                        .and(ID.eq(Guid.parse(certificateId).orElse(certificateId)))
                        .execute()
                > 0;
    }

    private static Condition of(Application application) {
        return TENANT_ID.eq(application.tenantId()).and(APPLICATION_ID.eq(application.id()));
    }

    private static ApplicationCertificate certificate(Record row) {
        var certificate = X509CertUtils.parse(row.get(DER));
        if (certificate == null) {
            throw new IllegalStateException("A stored certificate cannot be read. Restore the database from a backup.");
        }
        return new ApplicationCertificate(
                row.get(ID),
                certificate,
                Instants.instant(row.get(STARTS_AT)),
                Instants.instant(row.get(EXPIRES_AT)),
                row.get(SINGLE_USE));
    }
}
