package dev.cordon.server.identity;

import com.nimbusds.jose.util.Base64;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jose.util.X509CertUtils;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Instant;

/**
 * A certificate with which an application signs its client assertions. Only the key in it counts: neither its issuer nor
 * its revocation is looked at, because an administrator registered this very certificate.
 *
 * @param startsAt before it, assertions are refused
 * @param expiresAt from then on, assertions are refused; never later than the certificate's own end
 * @param singleUse whether each assertion is accepted once only
 */
record ApplicationCertificate(
        String id, X509Certificate certificate, Instant startsAt, Instant expiresAt, boolean singleUse) {

    /** The thumbprint that older libraries send as {@code x5t} (RFC 7515, 4.1.7). */
    Base64URL sha1() {
        return thumbprint("SHA-1");
    }

    /** The thumbprint that newer libraries send as {@code x5t#S256} (RFC 7515, 4.1.8). */
    Base64URL sha256() {
        return X509CertUtils.computeSHA256Thumbprint(certificate);
    }

    /** The DER in Base64, as {@code x5c} carries it (RFC 7515, 4.1.6). */
    Base64 base64() {
        return Base64.encode(encoded());
    }

    byte[] encoded() {
        try {
            return certificate.getEncoded();
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException("The certificate cannot be encoded.", e);
        }
    }

    boolean holdsAt(Instant instant) {
        return !instant.isBefore(startsAt) && instant.isBefore(expiresAt);
    }

    private Base64URL thumbprint(String algorithm) {
        try {
            return Base64URL.encode(MessageDigest.getInstance(algorithm).digest(encoded()));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("This Java lacks " + algorithm + ", which every Java must have.", e);
        }
    }
}
