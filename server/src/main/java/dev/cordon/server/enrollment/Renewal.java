package dev.cordon.server.enrollment;

import com.google.protobuf.ByteString;
import dev.cordon.protocol.MachineId;
import dev.cordon.server.audit.AuditLog;
import dev.cordon.server.keys.TenantKeys;
import dev.cordon.server.machines.Machines;
import dev.cordon.server.store.Database;
import dev.cordon.server.web.ApiException;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import org.jooq.DSLContext;

/**
 * Gives a machine that is enrolled its next certificate, for a proof that it holds its key. The old one need not be
 * valid still: a machine that was switched off for long comes back, unless its certificates were revoked. Thread-safe.
 *
 * <p>A machine that asks again within {@link #AGAIN}, because the answer was lost, gets the same certificate. A request
 * that somebody else repeats gains nothing: the certificate is of use only with the machine's key.
 */
final class Renewal {

    /** How far the time in a request may be from the server's. */
    static final Duration TOLERANCE = Duration.ofMinutes(10);

    private static final Duration AGAIN = Duration.ofDays(1);

    private final Database database;
    private final MachineCertificates certificates;
    private final Machines machines;
    private final TenantKeys keys;
    private final AuditLog audit;
    private final InstantSource time;

    Renewal(
            Database database,
            MachineCertificates certificates,
            Machines machines,
            TenantKeys keys,
            AuditLog audit,
            InstantSource time) {
        this.database = database;
        this.certificates = certificates;
        this.machines = machines;
        this.keys = keys;
        this.audit = audit;
        this.time = time;
    }

    /**
     * What a machine brings.
     *
     * @param at the time of the request, ISO-8601 in UTC, as the proof has it
     */
    record Request(String tenantId, String machineId, ECPublicKey key, String at, ByteString proof) {}

    /** A certificate and the authority that issued it. */
    record Renewed(X509Certificate certificate, X509Certificate authority) {}

    /** @throws ApiException 403 if the proof, its time or the machine's standing does not allow it */
    Renewed renew(Request request) {
        var machine = MachineId.of(request.key());
        if (!machine.value().equals(request.machineId())
                || !MachineKeys.provesRenewal(
                        request.key(),
                        request.tenantId(),
                        request.machineId(),
                        request.at(),
                        request.proof().toByteArray())) {
            throw refused("The proof is no signature by the machine's key over this machine and time.");
        }
        requireFresh(request.at());
        return database.write(sql -> {
            if (!enrolled(sql, request.tenantId(), machine)) {
                throw refused("The machine is not enrolled, or its certificates were revoked. Enroll it again.");
            }
            var certificate = recent(sql, request.tenantId(), machine)
                    .orElseGet(() -> issue(sql, request.tenantId(), machine, request.key()));
            return new Renewed(
                    certificate, keys.machineAuthority(sql, request.tenantId()).certificate());
        });
    }

    private boolean enrolled(DSLContext sql, String tenantId, MachineId machine) {
        return certificates.trusts(sql, tenantId, machine)
                && machines.find(sql, tenantId, machine.value())
                        .filter(found -> found.onboardingStatus().equals("Onboarded"))
                        .isPresent();
    }

    private Optional<X509Certificate> recent(DSLContext sql, String tenantId, MachineId machine) {
        return certificates.newestSince(sql, tenantId, machine, time.instant().minus(AGAIN));
    }

    private X509Certificate issue(DSLContext sql, String tenantId, MachineId machine, ECPublicKey key) {
        var certificate = certificates.issue(sql, tenantId, machine, key);
        audit.append(
                sql,
                tenantId,
                "machine:" + machine,
                "machine.certificate_renewed",
                "machine:" + machine,
                Map.of("serial", certificate.getSerialNumber().toString(16)));
        return certificate;
    }

    private void requireFresh(String at) {
        try {
            var apart = Duration.between(Instant.parse(at), time.instant()).abs();
            if (apart.compareTo(TOLERANCE) <= 0) {
                return;
            }
        } catch (DateTimeException | ArithmeticException e) {
            var error = ApiException.invalidRequestBody("Request body is incorrect: at must be a time in ISO-8601.");
            error.initCause(e);
            throw error;
        }
        throw refused("The request's time differs from the server's by more than " + TOLERANCE.toMinutes()
                + " minutes. Set the machine's clock.");
    }

    private static ApiException refused(String message) {
        return new ApiException(403, "DisallowedOperation", message);
    }
}
