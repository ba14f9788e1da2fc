package dev.cordon.server.tls;

import dev.cordon.server.keys.SelfSigned;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Date;
import java.util.HexFormat;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** The server's own certificate authority: ECDSA on P-256, for server certificates only (RFC 5280). */
record Authority(X509Certificate certificate, PrivateKey key) {

    private static final SecureRandom RANDOM = new SecureRandom();

    /** Agents and clients keep it for long; it is replaced by hand, not by time. */
    private static final Duration LIFETIME = Duration.ofDays(20 * 365);

    /** Apple's systems refuse server certificates that live longer than 825 days. */
    private static final Duration SERVER_LIFETIME = Duration.ofDays(800);

    private static final Duration CLOCK_SLACK = Duration.ofHours(1);

    static Authority create(Instant now) {
        var keys = keyPair();
        return new Authority(certificate(keys, now), keys.getPrivate());
    }

    /** The number in the name tells authorities of several servers apart in a client's trust store. */
    private static X509Certificate certificate(KeyPair keys, Instant now) {
        var number = new byte[4];
        RANDOM.nextBytes(number);
        var name = new X500Name("CN=Cordon server authority " + HexFormat.of().formatHex(number));
        return SelfSigned.authority(keys, name, now, LIFETIME);
    }

    boolean issued(X509Certificate other) {
        try {
            other.verify(certificate.getPublicKey());
            return true;
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    X509Certificate issue(PublicKey serverKey, Collection<String> hosts, Instant now) {
        var names = hosts.stream()
                .map(host ->
                        new GeneralName(HostNames.isAddress(host) ? GeneralName.iPAddress : GeneralName.dNSName, host))
                .toArray(GeneralName[]::new);
        try {
            var extensions = new JcaX509ExtensionUtils();
            var builder = new JcaX509v3CertificateBuilder(
                    certificate,
                    new BigInteger(127, RANDOM).setBit(126),
                    Date.from(now.minus(CLOCK_SLACK)),
                    Date.from(now.plus(SERVER_LIFETIME)),
                    new X500Name("CN=Cordon server"),
                    serverKey);
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
            builder.addExtension(
                    Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth));
            builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(names));
            builder.addExtension(
                    Extension.authorityKeyIdentifier, false, extensions.createAuthorityKeyIdentifier(certificate));
            builder.addExtension(
                    Extension.subjectKeyIdentifier, false, extensions.createSubjectKeyIdentifier(serverKey));
            return new JcaX509CertificateConverter()
                    .getCertificate(builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(key)));
        } catch (IOException | GeneralSecurityException | OperatorCreationException e) {
            throw new TlsException("The server certificate could not be made.", e);
        }
    }

    static KeyPair keyPair() {
        try {
            var generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new TlsException("This Java runtime makes no P-256 keys. Use an unmodified JDK.", e);
        }
    }

    @Override
    public String toString() {
        return "Authority[" + certificate.getSubjectX500Principal() + "]";
    }
}
