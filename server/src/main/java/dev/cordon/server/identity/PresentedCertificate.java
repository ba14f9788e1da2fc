package dev.cordon.server.identity;

import dev.cordon.server.web.ApiException;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAPublicKey;
import java.util.Base64;
import java.util.Locale;

/** Reads the certificate that an administrator registers: PEM, or the Base64 of its DER. Stateless. */
final class PresentedCertificate {

    /** Characters of the text; a certificate with a 4096-bit key and a chain of names is far below. */
    static final int LONGEST = 16 * 1024;

    private static final String BEGIN = "-----BEGIN CERTIFICATE-----";
    private static final String END = "-----END CERTIFICATE-----";

    /** Below it a key can be factored; above it a check takes too long. */
    private static final int LEAST_BITS = 2048;

    private static final int MOST_BITS = 8192;

    private PresentedCertificate() {}

    /** @throws ApiException 400 if the text is anything but one certificate with an RSA key of a usual size */
    static X509Certificate parse(String text) {
        if (text.toUpperCase(Locale.ROOT).contains("PRIVATE KEY")) {
            throw wrong("holds a private key, which must not leave its owner; send the certificate alone, and count"
                    + " the key as known to others.");
        }
        var certificate = certificate(der(text));
        if (!(certificate.getPublicKey() instanceof RSAPublicKey key)) {
            throw wrong("has no RSA key; client assertions are signed with RS256 or PS256.");
        }
        int bits = key.getModulus().bitLength();
        if (bits < LEAST_BITS || bits > MOST_BITS) {
            throw wrong("has an RSA key of " + bits + " bits; use " + LEAST_BITS + " to " + MOST_BITS + ".");
        }
        return certificate;
    }

    private static byte[] der(String text) {
        var base64 = text;
        int begin = text.indexOf(BEGIN);
        if (begin >= 0) {
            int end = text.indexOf(END, begin);
            if (end < 0 || text.indexOf(BEGIN, begin + 1) >= 0) {
                throw wrong("must hold exactly one certificate.");
            }
            base64 = text.substring(begin + BEGIN.length(), end);
        }
        try {
            return Base64.getDecoder().decode(base64.replaceAll("\\s", ""));
        } catch (IllegalArgumentException e) {
            throw wrong("is neither PEM nor Base64.");
        }
    }

    private static X509Certificate certificate(byte[] der) {
        try {
            var factory = CertificateFactory.getInstance("X.509");
            var certificate = (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(der));
            if (certificate.getEncoded().length != der.length) {
                throw wrong("holds more than a certificate.");
            }
            return certificate;
        } catch (CertificateException e) {
            var kind = new String(der, 0, Math.min(der.length, 5), StandardCharsets.ISO_8859_1);
            throw wrong(kind.startsWith("-----") ? "is encoded twice." : "is not an X.509 certificate.");
        }
    }

    private static ApiException wrong(String what) {
        return ApiException.badRequest("certificate: " + what);
    }
}
