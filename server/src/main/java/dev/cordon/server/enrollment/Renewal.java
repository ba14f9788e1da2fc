package dev.cordon.server.enrollment;

import com.google.protobuf.ByteString;
import dev.cordon.protocol.MachineId;
import dev.cordon.server.web.ApiException;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

/**
 * Gives a machine that is enrolled its next certificate, for a proof that it holds its key. The old one need not be
 * valid still: a machine that was switched off for long comes back, unless its certificates were revoked. Thread-safe.
 *
 * <p>A request that somebody else repeats gains nothing: the certificate is of use only with the machine's key.
 */
final class Renewal {

    /** How far the time in a request may be from the server's. */
    static final Duration TOLERANCE = Duration.ofMinutes(10);

    private final MachineCertificates certificates;
    private final InstantSource time;

    Renewal(MachineCertificates certificates, InstantSource time) {
        this.certificates = certificates;
        this.time = time;
    }

    /**
     * What a machine brings.
     *
     * @param at the time of the request, ISO-8601 in UTC, as the proof has it
     */
    record Request(String tenantId, String machineId, ECPublicKey key, String at, ByteString proof) {}

    /**
     * The certificate and the authority that issued it.
     *
     * @throws ApiException 403 if the proof, its time or the machine's standing does not allow it
     */
    List<X509Certificate> renew(Request request) {
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
        var renewed = certificates.renew(request.tenantId(), machine, request.key());
        if (renewed.isEmpty()) {
            throw refused("The machine is not enrolled, or its certificates were revoked. Enroll it again.");
        }
        return renewed;
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
