package dev.cordon.server.identity;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.util.Base64;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A client's certificate with its key, and assertions signed with it. */
public record TestCertificate(KeyPair keys, X509Certificate certificate) {

    public static TestCertificate rsa(Instant from, Duration lifetime) {
        return rsa(2048, from, lifetime);
    }

    static TestCertificate rsa(int bits, Instant from, Duration lifetime) {
        try {
            var generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(bits);
            return of(generator.generateKeyPair(), "SHA256withRSA", from, lifetime);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    static TestCertificate of(KeyPair keys, String algorithm, Instant from, Duration lifetime) {
        try {
            var name = new X500Name("CN=playbooks.example.com");
            var builder = new JcaX509v3CertificateBuilder(
                    name, BigInteger.ONE, Date.from(from), Date.from(from.plus(lifetime)), name, keys.getPublic());
            return new TestCertificate(
                    keys,
                    new JcaX509CertificateConverter()
                            .getCertificate(
                                    builder.build(new JcaContentSignerBuilder(algorithm).build(keys.getPrivate()))));
        } catch (GeneralSecurityException | OperatorCreationException e) {
            throw new IllegalStateException(e);
        }
    }

    public String pem() {
        return "-----BEGIN CERTIFICATE-----\n" + base64() + "\n-----END CERTIFICATE-----\n";
    }

    Base64 base64() {
        return Base64.encode(der());
    }

    Base64URL thumbprint(String algorithm) {
        try {
            return Base64URL.encode(MessageDigest.getInstance(algorithm).digest(der()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A header that names the certificate with this {@code x5t}. */
    @SuppressWarnings("deprecation") // older libraries send nothing else
    static JWSHeader.Builder x5t(JWSHeader.Builder header, Base64URL sha1) {
        return header.x509CertThumbprint(sha1);
    }

    /** A header that names this certificate in all three ways. */
    JWSHeader.Builder header(JWSAlgorithm algorithm) {
        return x5t(new JWSHeader.Builder(algorithm), thumbprint("SHA-1"))
                .x509CertSHA256Thumbprint(thumbprint("SHA-256"))
                .x509CertChain(List.of(base64()));
    }

    String sign(JWSHeader header, JWTClaimsSet claims) {
        try {
            var jwt = new SignedJWT(header, claims);
            jwt.sign(new RSASSASigner(keys.getPrivate()));
            return jwt.serialize();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private byte[] der() {
        try {
            return certificate.getEncoded();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
