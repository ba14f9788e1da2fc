package dev.cordon.server.keys;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** Makes self-signed X.509 certificates (RFC 5280). */
public final class SelfSigned {

    /** Machines and clients whose clock is a little behind must not refuse a fresh certificate. */
    private static final Duration CLOCK_SLACK = Duration.ofHours(1);

    private static final SecureRandom RANDOM = new SecureRandom();

    private SelfSigned() {}

    /** An authority that signs end entities only, with a P-256 key. */
    public static X509Certificate authority(KeyPair keys, X500Name subject, Instant now, Duration lifetime) {
        return certificate(keys, subject, now, lifetime, true, "SHA256withECDSA");
    }

    /** A certificate that only carries an RSA signing key. */
    static X509Certificate signer(KeyPair keys, X500Name subject, Instant now, Duration lifetime) {
        return certificate(keys, subject, now, lifetime, false, "SHA256withRSA");
    }

    private static X509Certificate certificate(
            KeyPair keys, X500Name subject, Instant now, Duration lifetime, boolean authority, String algorithm) {
        try {
            var extensions = new JcaX509ExtensionUtils();
            var builder = new JcaX509v3CertificateBuilder(
                    subject,
                    new BigInteger(127, RANDOM).setBit(126),
                    Date.from(now.minus(CLOCK_SLACK)),
                    Date.from(now.plus(lifetime)),
                    subject,
                    keys.getPublic());
            builder.addExtension(
                    Extension.basicConstraints,
                    true,
                    authority ? new BasicConstraints(0) : new BasicConstraints(false));
            builder.addExtension(
                    Extension.keyUsage,
                    true,
                    new KeyUsage(authority ? KeyUsage.keyCertSign | KeyUsage.cRLSign : KeyUsage.digitalSignature));
            builder.addExtension(
                    Extension.subjectKeyIdentifier, false, extensions.createSubjectKeyIdentifier(keys.getPublic()));
            return new JcaX509CertificateConverter()
                    .getCertificate(builder.build(new JcaContentSignerBuilder(algorithm).build(keys.getPrivate())));
        } catch (IOException | GeneralSecurityException | OperatorCreationException e) {
            throw new KeyException("The certificate for " + subject + " could not be made.", e);
        }
    }
}
