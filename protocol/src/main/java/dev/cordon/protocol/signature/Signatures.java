package dev.cordon.protocol.signature;

import java.security.Key;
import java.security.PrivateKey;
import java.security.PublicKey;

/**
 * Signs and checks. Both implementations make and take the same bytes, so that either side of a channel may use either.
 * Safe for use by many threads.
 */
public sealed interface Signatures permits JdkSignatures, LibCryptoSignatures {

    /** @throws IllegalStateException if this run time cannot sign with such a key */
    byte[] sign(Algorithm algorithm, PrivateKey key, byte[] message);

    /** Whether the signature is of this message by this key; a signature that is no signature at all is not. */
    boolean verify(Algorithm algorithm, PublicKey key, byte[] message, byte[] signature);

    /** For logs and checks: which library works. */
    String name();

    /** The fastest of this machine; looked for once. */
    static Signatures best() {
        return Best.FOUND;
    }

    /** The two algorithms of the protocol, and that of access tokens. */
    enum Algorithm {
        /** RFC 8032, pure Ed25519. */
        ED25519("Ed25519"),
        /** ECDSA over P-256 with SHA-256, DER encoded. */
        ECDSA_P256("SHA256withECDSA"),
        /** RSASSA-PKCS1-v1_5 with SHA-256 (RFC 8017, 8.2), which JWTs call RS256. */
        RSA_SHA256("SHA256withRSA");

        private final String jdkName;

        Algorithm(String jdkName) {
            this.jdkName = jdkName;
        }

        /** Whether a key is of the kind that the algorithm needs, by the names that the JDK's providers give. */
        boolean takes(Key key) {
            return switch (this) {
                case ED25519 ->
                    key.getAlgorithm().equals("EdDSA") || key.getAlgorithm().equals("Ed25519");
                case ECDSA_P256 -> key.getAlgorithm().equals("EC");
                case RSA_SHA256 -> key.getAlgorithm().equals("RSA");
            };
        }

        String jdkName() {
            return jdkName;
        }
    }

    /** Holds what {@link #best} found. */
    final class Best {
        private static final Signatures FOUND =
                LibCryptoSignatures.load().<Signatures>map(it -> it).orElseGet(JdkSignatures::new);

        private Best() {}
    }
}
