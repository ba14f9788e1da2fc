package dev.cordon.server.enrollment;

import dev.cordon.protocol.MachineId;
import dev.cordon.server.keys.MachineAuthority;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** Makes the certificate by which a machine proves itself at the gateway (RFC 5280): client authentication only. */
final class MachineCertificate {

    /** A machine whose clock is a little behind must not refuse its own fresh certificate. */
    private static final Duration CLOCK_SLACK = Duration.ofHours(1);

    /** RFC 5280 section 4.1.2.2 allows at most 20 bytes, and the number is positive. */
    private static final int SERIAL_BITS = 159;

    private static final SecureRandom RANDOM = new SecureRandom();

    private MachineCertificate() {}

    /** The certificate that these bytes, once issued here, are. */
    static X509Certificate read(byte[] der) {
        try {
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
        } catch (CertificateException e) {
            throw new IllegalStateException("a stored certificate cannot be read", e);
        }
    }

    static X509Certificate issue(
            MachineAuthority authority,
            String tenantId,
            MachineId machine,
            PublicKey key,
            Instant now,
            Duration lifetime) {
        try {
            var issuer = new JcaX509CertificateHolder(authority.certificate()).getSubject();
            var subject = new X500NameBuilder(BCStyle.INSTANCE)
                    .addRDN(BCStyle.O, tenantId)
                    .addRDN(BCStyle.CN, machine.value())
                    .build();
            var extensions = new JcaX509ExtensionUtils();
            var builder = new JcaX509v3CertificateBuilder(
                            issuer,
                            new BigInteger(SERIAL_BITS, RANDOM).add(BigInteger.ONE),
                            Date.from(now.minus(CLOCK_SLACK)),
                            Date.from(now.plus(lifetime)),
                            subject,
                            key)
                    .addExtension(Extension.basicConstraints, true, new BasicConstraints(false))
                    .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature))
                    .addExtension(Extension.extendedKeyUsage, true, new ExtendedKeyUsage(KeyPurposeId.id_kp_clientAuth))
                    .addExtension(
                            Extension.authorityKeyIdentifier,
                            false,
                            extensions.createAuthorityKeyIdentifier(authority.certificate()))
                    .addExtension(Extension.subjectKeyIdentifier, false, extensions.createSubjectKeyIdentifier(key));
            var signer = new JcaContentSignerBuilder("SHA256withECDSA").build(authority.key());
            return new JcaX509CertificateConverter().getCertificate(builder.build(signer));
        } catch (GeneralSecurityException | IOException | OperatorCreationException e) {
            throw new IllegalStateException("no certificate could be made for machine " + machine, e);
        }
    }
}
