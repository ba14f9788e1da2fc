package dev.cordon.server.keys;

import dev.cordon.protocol.signature.RsaKeyPairs;
import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.NamedParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;

/** Makes key pairs and reads keys from the forms they are stored in: PKCS #8, SubjectPublicKeyInfo, X.509, all DER. */
final class KeyFormats {

    private KeyFormats() {}

    static KeyPair ed25519() {
        return generate("Ed25519", NamedParameterSpec.ED25519);
    }

    static KeyPair p256() {
        return generate("EC", new ECGenParameterSpec("secp256r1"));
    }

    static KeyPair rsa2048() {
        return RsaKeyPairs.make(2048);
    }

    private static KeyPair generate(String algorithm, AlgorithmParameterSpec parameters) {
        try {
            var generator = KeyPairGenerator.getInstance(algorithm);
            generator.initialize(parameters);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new KeyException("This Java runtime makes no " + algorithm + " keys. Use an unmodified JDK.", e);
        }
    }

    static PrivateKey privateKey(String algorithm, byte[] pkcs8) {
        try {
            return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
        } catch (GeneralSecurityException e) {
            throw unreadable(algorithm + " private key", e);
        }
    }

    static PublicKey publicKey(String algorithm, byte[] spki) {
        try {
            return KeyFactory.getInstance(algorithm).generatePublic(new X509EncodedKeySpec(spki));
        } catch (GeneralSecurityException e) {
            throw unreadable(algorithm + " public key", e);
        }
    }

    static X509Certificate certificate(byte[] der) {
        try {
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
        } catch (GeneralSecurityException e) {
            throw unreadable("certificate", e);
        }
    }

    private static KeyException unreadable(String what, Exception cause) {
        return new KeyException("A stored " + what + " cannot be read. Restore the database from a backup.", cause);
    }
}
