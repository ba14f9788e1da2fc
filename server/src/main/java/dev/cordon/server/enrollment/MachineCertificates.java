package dev.cordon.server.enrollment;

import static dev.cordon.server.enrollment.EnrollmentTables.Certificates.DER;
import static dev.cordon.server.enrollment.EnrollmentTables.Certificates.EXPIRES_AT;
import static dev.cordon.server.enrollment.EnrollmentTables.Certificates.ISSUED_AT;
import static dev.cordon.server.enrollment.EnrollmentTables.Certificates.MACHINE_ID;
import static dev.cordon.server.enrollment.EnrollmentTables.Certificates.REVOKED_AT;
import static dev.cordon.server.enrollment.EnrollmentTables.Certificates.SERIAL;
import static dev.cordon.server.enrollment.EnrollmentTables.Certificates.TABLE;
import static dev.cordon.server.enrollment.EnrollmentTables.Certificates.TENANT_ID;

import dev.cordon.gateway.MachineAuthenticator;
import dev.cordon.gateway.MachineRef;
import dev.cordon.protocol.MachineId;
import dev.cordon.server.audit.AuditLog;
import dev.cordon.server.keys.TenantKeys;
import dev.cordon.server.machines.Machines;
import dev.cordon.server.store.Database;
import dev.cordon.server.store.Instants;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;

/**
 * Issues the certificates of machines, and tells at the gateway which machine a certificate belongs to.
 *
 * <p>A certificate counts if it is, byte for byte, one that was issued and not revoked, its tenant's authority has signed
 * it, it is within its validity, and its machine is in the inventory and onboarded. A positive answer is kept for
 * {@link #FRESH}, so that a revocation bites within that time even where another server wrote it; a revocation by this
 * object bites at once. Thread-safe.
 */
public final class MachineCertificates implements MachineAuthenticator {

    static final Duration LIFETIME = Duration.ofDays(365);

    /** How long an answer may be repeated without looking again. */
    static final Duration FRESH = Duration.ofSeconds(3);

    /** A machine that asks again within this time, because the answer was lost, gets the same certificate. */
    private static final Duration AGAIN = Duration.ofDays(1);

    private static final int MOST_KNOWN = 20_000;

    private final Database database;
    private final TenantKeys keys;
    private final Machines machines;
    private final AuditLog audit;
    private final InstantSource time;
    private final ConcurrentMap<X509Certificate, Known> known = new ConcurrentHashMap<>();

    private record Known(MachineRef machine, Instant lookedUp) {}

    private record Found(MachineRef machine, X509Certificate authority) {}

    public MachineCertificates(
            Database database, TenantKeys keys, Machines machines, AuditLog audit, InstantSource time) {
        this.database = database;
        this.keys = keys;
        this.machines = machines;
        this.audit = audit;
        this.time = time;
    }

    @Override
    public Optional<MachineRef> authenticate(X509Certificate certificate) {
        var now = time.instant();
        if (now.isBefore(certificate.getNotBefore().toInstant())
                || now.isAfter(certificate.getNotAfter().toInstant())) {
            return Optional.empty();
        }
        var before = known.get(certificate);
        if (before != null && now.isBefore(before.lookedUp().plus(FRESH))) {
            return Optional.of(before.machine());
        }
        var machine = issuedTo(certificate);
        remember(certificate, machine, now);
        return machine;
    }

    @Override
    public Optional<MachineRef> lapsed(X509Certificate certificate) {
        return time.instant().isAfter(certificate.getNotAfter().toInstant()) ? issuedTo(certificate) : Optional.empty();
    }

    private Optional<MachineRef> issuedTo(X509Certificate certificate) {
        return CertificateNames.tenantOfIssuer(certificate)
                .flatMap(tenant -> database.read(sql -> lookUp(sql, tenant, certificate)))
                .filter(found -> signedBy(certificate, found.authority()))
                .map(Found::machine);
    }

    @Override
    public List<X509Certificate> renew(MachineRef machine, X509Certificate shown) {
        return renew(machine.tenantId(), MachineId.of(shown.getPublicKey()), shown.getPublicKey());
    }

    /** The machine's next certificate, then its issuer; empty if it is not enrolled or was revoked. */
    List<X509Certificate> renew(String tenantId, MachineId machine, PublicKey key) {
        return database.write(sql -> {
            if (!trusts(sql, tenantId, machine) || !onboarded(sql, tenantId, machine.value())) {
                return List.of();
            }
            var certificate = newestSince(sql, tenantId, machine, time.instant().minus(AGAIN))
                    .orElseGet(() -> issueNext(sql, tenantId, machine, key));
            return List.of(certificate, keys.machineAuthority(sql, tenantId).certificate());
        });
    }

    private X509Certificate issueNext(DSLContext sql, String tenantId, MachineId machine, PublicKey key) {
        var certificate = issue(sql, tenantId, machine, key);
        audit.append(
                sql,
                tenantId,
                "machine:" + machine,
                "machine.certificate_renewed",
                "machine:" + machine,
                Map.of("serial", serial(certificate)));
        return certificate;
    }

    /** Issues a certificate for an enrolled machine and keeps it. Runs in the caller's transaction. */
    X509Certificate issue(DSLContext sql, String tenantId, MachineId machine, PublicKey key) {
        var authority = keys.machineAuthority(sql, tenantId);
        var certificate = MachineCertificate.issue(authority, tenantId, machine, key, time.instant(), LIFETIME);
        sql.insertInto(TABLE)
                .set(TENANT_ID, tenantId)
                .set(MACHINE_ID, machine.value())
                .set(SERIAL, serial(certificate))
                .set(DER, der(certificate))
                .set(ISSUED_AT, Instants.micros(time.instant()))
                .set(EXPIRES_AT, Instants.micros(certificate.getNotAfter().toInstant()))
                .execute();
        return certificate;
    }

    /** A machine's newest certificate that was not revoked, if it was issued at this time or later. */
    Optional<X509Certificate> newestSince(DSLContext sql, String tenantId, MachineId machine, Instant since) {
        return sql.select(DER)
                .from(TABLE)
                .where(DSL.and(
                        TENANT_ID.eq(tenantId),
                        MACHINE_ID.eq(machine.value()),
                        REVOKED_AT.isNull(),
                        ISSUED_AT.ge(Instants.micros(since))))
                .orderBy(ISSUED_AT.desc())
                .limit(1)
                .fetchOptional(DER)
                .map(MachineCertificate::read);
    }

    /** Whether a machine has been enrolled and has at least one certificate that was not revoked. */
    boolean trusts(DSLContext sql, String tenantId, MachineId machine) {
        return sql.fetchExists(TABLE, TENANT_ID.eq(tenantId), MACHINE_ID.eq(machine.value()), REVOKED_AT.isNull());
    }

    /**
     * Revokes every certificate of a machine; its connection ends at its next heartbeat at the latest, and it cannot
     * connect again until it is enrolled anew with a use of a token. Runs in the caller's transaction.
     *
     * @return how many certificates were revoked
     */
    public int revoke(DSLContext sql, String tenantId, String actor, String machineId) {
        int revoked = sql.update(TABLE)
                .set(REVOKED_AT, Instants.micros(time.instant()))
                .where(TENANT_ID.eq(tenantId), MACHINE_ID.eq(machineId), REVOKED_AT.isNull())
                .execute();
        if (revoked > 0) {
            audit.append(
                    sql,
                    tenantId,
                    actor,
                    "machine.certificates_revoked",
                    "machine:" + machineId,
                    Map.of("certificates", revoked));
        }
        forget(new MachineRef(tenantId, machineId));
        return revoked;
    }

    private void forget(MachineRef machine) {
        known.values().removeIf(entry -> entry.machine().equals(machine));
    }

    private Optional<Found> lookUp(DSLContext sql, String tenantId, X509Certificate certificate) {
        return sql.select(MACHINE_ID, DER)
                .from(TABLE)
                .where(DSL.and(TENANT_ID.eq(tenantId), SERIAL.eq(serial(certificate)), REVOKED_AT.isNull()))
                .fetchOptional()
                .filter(row -> Arrays.equals(row.get(DER), der(certificate)))
                .map(row -> row.get(MACHINE_ID))
                .filter(machineId -> onboarded(sql, tenantId, machineId))
                .map(machineId -> new Found(
                        new MachineRef(tenantId, machineId),
                        keys.machineAuthority(sql, tenantId).certificate()));
    }

    private boolean onboarded(DSLContext sql, String tenantId, String machineId) {
        return machines.find(sql, tenantId, machineId)
                .filter(machine -> machine.onboardingStatus().equals(Machines.ONBOARDED))
                .isPresent();
    }

    private void remember(X509Certificate certificate, Optional<MachineRef> machine, Instant now) {
        if (machine.isEmpty()) {
            known.remove(certificate);
            return;
        }
        if (known.size() >= MOST_KNOWN) {
            known.clear();
        }
        known.put(certificate, new Known(machine.get(), now));
    }

    private static boolean signedBy(X509Certificate certificate, X509Certificate authority) {
        try {
            certificate.verify(authority.getPublicKey());
            return true;
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    private static String serial(X509Certificate certificate) {
        return certificate.getSerialNumber().toString(16);
    }

    private static byte[] der(X509Certificate certificate) {
        try {
            return certificate.getEncoded();
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException("a parsed certificate has no encoding", e);
        }
    }
}
