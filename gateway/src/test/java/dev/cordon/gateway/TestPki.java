package dev.cordon.gateway;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import java.util.concurrent.atomic.AtomicLong;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** Keys and certificates for tests. */
public final class TestPki {

    private static final AtomicLong SERIAL = new AtomicLong();

    private TestPki() {}

    /** A key with its certificate and the certificate's issuer. */
    public record Credential(PrivateKey key, X509Certificate certificate, X509Certificate issuer) {}

    /** An authority of its own. */
    public static Credential authority(String name) {
        var keys = keys();
        var certificate = sign("CN=" + name, keys.getPublic(), "CN=" + name, keys.getPrivate(), true);
        return new Credential(keys.getPrivate(), certificate, certificate);
    }

    public static Credential issue(Credential authority, String name) {
        var keys = keys();
        var issuer = authority.certificate().getSubjectX500Principal().getName();
        var certificate = sign("CN=" + name, keys.getPublic(), issuer, authority.key(), false);
        return new Credential(keys.getPrivate(), certificate, authority.certificate());
    }

    public static KeyPair keys() {
        try {
            var generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static X509Certificate sign(
            String subject, PublicKey key, String issuer, PrivateKey signer, boolean authority) {
        try {
            var now = Instant.now();
            var builder = new JcaX509v3CertificateBuilder(
                            new X500Name(issuer),
                            BigInteger.valueOf(SERIAL.incrementAndGet()),
                            Date.from(now.minus(1, ChronoUnit.HOURS)),
                            Date.from(now.plus(1, ChronoUnit.DAYS)),
                            new X500Name(subject),
                            key)
                    .addExtension(Extension.basicConstraints, true, new BasicConstraints(authority));
            return new JcaX509CertificateConverter()
                    .getCertificate(builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(signer)));
        } catch (GeneralSecurityException | IOException | OperatorCreationException e) {
            throw new IllegalStateException(e);
        }
    }
}
