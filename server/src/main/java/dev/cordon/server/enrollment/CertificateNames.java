package dev.cordon.server.enrollment;

import java.security.cert.X509Certificate;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.security.auth.x500.X500Principal;

/** What the names in machine certificates say. Subject: {@code CN=<machine id>, O=<tenant id>}. */
final class CertificateNames {

    private static final Pattern GUID = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

    private CertificateNames() {}

    /** The tenant whose authority claims to have issued the certificate: the issuer's organization, if it is a GUID. */
    static Optional<String> tenantOfIssuer(X509Certificate certificate) {
        try {
            return new LdapName(certificate.getIssuerX500Principal().getName(X500Principal.RFC2253))
                    .getRdns().stream()
                            .filter(part -> part.getType().equalsIgnoreCase("O"))
                            .map(part -> String.valueOf(part.getValue()))
                            .filter(GUID.asMatchPredicate())
                            .findFirst();
        } catch (InvalidNameException e) {
            return Optional.empty();
        }
    }
}
