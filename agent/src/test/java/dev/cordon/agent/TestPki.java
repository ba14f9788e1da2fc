package dev.cordon.agent;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.jspecify.annotations.Nullable;

/** A key with its certificate: an authority, or what one has issued. */
public record TestPki(KeyPair keys, X509Certificate certificate) {

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Duration HOUR = Duration.ofHours(1);

    /** An authority of its own. */
    public static TestPki authority(String name) {
        var keys = newKeys();
        var subject = new X500Principal("CN=" + name);
        var now = Instant.now();
        var builder = new JcaX509v3CertificateBuilder(
                subject, serial(), Date.from(now.minus(HOUR)), Date.from(now.plus(HOUR)), subject, keys.getPublic());
        return new TestPki(keys, sign(builder, keys, new BasicConstraints(true), null));
    }

    /** A server's certificate for one host name. */
    public TestPki server(String host) {
        var leaf = newKeys();
        var now = Instant.now();
        var builder = new JcaX509v3CertificateBuilder(
                certificate.getSubjectX500Principal(),
                serial(),
                Date.from(now.minus(HOUR)),
                Date.from(now.plus(HOUR)),
                new X500Principal("CN=server"),
                leaf.getPublic());
        var names = new GeneralNames(new GeneralName(GeneralName.dNSName, host));
        return new TestPki(leaf, sign(builder, keys, new BasicConstraints(false), names));
    }

    /** A machine's certificate. */
    public X509Certificate machine(PublicKey key, Instant from, Instant until) {
        var builder = new JcaX509v3CertificateBuilder(
                certificate.getSubjectX500Principal(),
                serial(),
                Date.from(from),
                Date.from(until),
                new X500Principal("CN=machine"),
                key);
        return sign(builder, keys, new BasicConstraints(false), null);
    }

    public static KeyPair newKeys() {
        try {
            var generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static BigInteger serial() {
        return new BigInteger(64, RANDOM).add(BigInteger.ONE);
    }

    private static X509Certificate sign(
            JcaX509v3CertificateBuilder builder,
            KeyPair issuer,
            BasicConstraints constraints,
            @Nullable GeneralNames names) {
        try {
            builder.addExtension(Extension.basicConstraints, true, constraints);
            if (names != null) {
                builder.addExtension(Extension.subjectAlternativeName, false, names);
            }
            var signer = new JcaContentSignerBuilder("SHA256withECDSA").build(issuer.getPrivate());
            return new JcaX509CertificateConverter().getCertificate(builder.build(signer));
        } catch (GeneralSecurityException | CertIOException | OperatorCreationException e) {
            throw new AssertionError(e);
        }
    }
}
