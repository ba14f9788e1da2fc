package dev.cordon.agent.channel;

import java.io.IOException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertificateException;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;

/**
 * Says what lies behind a connection that TLS refused, and what to do about it: the Java run time tells the name of an
 * alert or of a check only. Stateless.
 */
final class TlsTrouble {

    private static final Pattern ALERT = Pattern.compile("Received fatal alert: (\\w+)");

    /** What a peer says (RFC 8446, section 6.2) that does not take the certificate it was shown. */
    private static final Set<String> OF_THE_CERTIFICATE = Set.of(
            "bad_certificate",
            "unsupported_certificate",
            "certificate_revoked",
            "certificate_expired",
            "certificate_unknown",
            "unknown_ca",
            "access_denied",
            "certificate_required");

    private TlsTrouble() {}

    /** In plain words; empty if TLS was not what failed. */
    static Optional<String> of(IOException failure) {
        if (!(failure instanceof SSLException)) {
            return Optional.empty();
        }
        var alert = ALERT.matcher(String.valueOf(failure.getMessage()));
        if (alert.find() && OF_THE_CERTIFICATE.contains(alert.group(1))) {
            return Optional.of(
                    "the gateway refuses this machine's certificate: the server knows no such machine, or has"
                            + " revoked its certificate. If that stays so, enroll it again");
        }
        return ofTheGateway(failure);
    }

    private static Optional<String> ofTheGateway(Throwable failure) {
        for (var at = failure; at != null; at = at.getCause()) {
            if (at instanceof CertPathBuilderException
                    || (at instanceof CertPathValidatorException path && !outOfTime(path))) {
                return Optional.of("the gateway's certificate is not from the authority that this machine was enrolled"
                        + " with, so nothing was said to it. Is that the right server? If it was set up anew, enroll this"
                        + " machine again");
            }
            if (at instanceof CertificateException && at.getCause() == null) {
                return Optional.of("the gateway's certificate is not for the host that was asked for ("
                        + at.getMessage() + "). Start the server with that host's name as one of its --host");
            }
        }
        return Optional.empty();
    }

    private static boolean outOfTime(CertPathValidatorException path) {
        return path.getReason() == BasicReason.EXPIRED || path.getReason() == BasicReason.NOT_YET_VALID;
    }
}
