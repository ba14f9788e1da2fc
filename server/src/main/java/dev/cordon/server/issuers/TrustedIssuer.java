package dev.cordon.server.issuers;

import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.Optional;

/**
 * An OpenID Connect issuer that an administrator trusts. The server fetches from these URLs and from no others.
 *
 * @param issuer what its tokens carry as {@code iss}, compared character by character
 * @param jwksUri where its keys are; absent: where its discovery document says, which must be on the issuer's own host
 *     and port
 * @param authorityPem the authority that signed its TLS certificate; absent: those that Java trusts
 */
public record TrustedIssuer(String issuer, Optional<String> jwksUri, Optional<String> authorityPem) {

    private static final int LONGEST = 500;

    /** @throws IllegalArgumentException with a sentence that names the field */
    public TrustedIssuer {
        requireUrl("issuer", issuer);
        jwksUri.ifPresent(uri -> requireUrl("jwksUri", uri));
        authorityPem.ifPresent(TrustedIssuer::requireCertificates);
    }

    /** Where its discovery document is (OpenID Connect Discovery 1.0, 4). */
    URI discovery() {
        return URI.create((issuer.endsWith("/") ? issuer : issuer + "/") + ".well-known/openid-configuration");
    }

    /** Whether a URL has the issuer's scheme, host and port. */
    boolean sharesOrigin(URI other) {
        var own = URI.create(issuer);
        return own.getScheme().equalsIgnoreCase(other.getScheme())
                && other.getHost() != null
                && own.getHost().equalsIgnoreCase(other.getHost())
                && port(own) == port(other)
                && other.getUserInfo() == null;
    }

    private static int port(URI uri) {
        return uri.getPort() < 0 ? 443 : uri.getPort();
    }

    /** @throws IllegalArgumentException with a sentence that names the field */
    public static void requireUrl(String field, String text) {
        if (text.length() > LONGEST) {
            throw new IllegalArgumentException(field + ": is longer than " + LONGEST + " characters.");
        }
        try {
            var uri = new URI(text);
            if ("https".equalsIgnoreCase(uri.getScheme())
                    && uri.getHost() != null
                    && uri.getUserInfo() == null
                    && uri.getRawQuery() == null
                    && uri.getRawFragment() == null) {
                return;
            }
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(field + ": is no URL: " + e.getReason() + ".", e);
        }
        throw new IllegalArgumentException(field + ": must be an https URL without user, query and fragment.");
    }

    private static void requireCertificates(String pem) {
        try {
            var certificates = CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)));
            if (!certificates.isEmpty()) {
                return;
            }
        } catch (CertificateException e) {
            throw new IllegalArgumentException("authority: holds no readable PEM certificate.", e);
        }
        throw new IllegalArgumentException("authority: holds no PEM certificate.");
    }
}
