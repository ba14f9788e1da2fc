package dev.cordon.protocol.signature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cordon.protocol.signature.Signatures.Algorithm;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SignaturesTest {

    private static final byte[] MESSAGE = "what was signed".getBytes(StandardCharsets.UTF_8);
    private static final Signatures JDK = new JdkSignatures();
    private static final Signatures NATIVE = LibCryptoSignatures.load().orElseThrow();

    @ParameterizedTest
    @EnumSource(Algorithm.class)
    void whenOneSignsThenBothAccept(Algorithm algorithm) throws Exception {
        var pair = pair(algorithm);
        for (var signer : List.of(JDK, NATIVE)) {
            var signature = signer.sign(algorithm, pair.getPrivate(), MESSAGE);
            for (var verifier : List.of(JDK, NATIVE)) {
                assertThat(verifier.verify(algorithm, pair.getPublic(), MESSAGE, signature))
                        .as("%s by %s", signer.name(), verifier.name())
                        .isTrue();
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Algorithm.class)
    void whenAnythingIsDifferentThenBothRefuse(Algorithm algorithm) throws Exception {
        var pair = pair(algorithm);
        var signature = JDK.sign(algorithm, pair.getPrivate(), MESSAGE);
        var other = MESSAGE.clone();
        other[3] ^= 1;
        for (var verifier : List.of(JDK, NATIVE)) {
            assertThat(verifier.verify(algorithm, pair.getPublic(), other, signature))
                    .isFalse();
            assertThat(verifier.verify(algorithm, pair(algorithm).getPublic(), MESSAGE, signature))
                    .isFalse();
            for (int at = 0; at < signature.length; at++) {
                var bent = signature.clone();
                bent[at] ^= 0x10;
                assertThat(verifier.verify(algorithm, pair.getPublic(), MESSAGE, bent))
                        .as("%s, byte %d", verifier.name(), at)
                        .isFalse();
            }
            assertThat(verifier.verify(algorithm, pair.getPublic(), MESSAGE, new byte[0]))
                    .isFalse();
            assertThat(verifier.verify(algorithm, pair.getPublic(), MESSAGE, new byte[200]))
                    .isFalse();
        }
    }

    /** RFC 8032, section 7.1, test 3. */
    @Test
    void whenSignedWithAKnownKeyThenTheSignatureIsTheKnownOne() throws Exception {
        var seed = "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7";
        var key = KeyFactory.getInstance("Ed25519")
                .generatePrivate(
                        new PKCS8EncodedKeySpec(HexFormat.of().parseHex("302e020100300506032b657004220420" + seed)));
        var expected = "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
                + "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a";
        for (var signer : List.of(JDK, NATIVE)) {
            assertThat(HexFormat.of()
                            .formatHex(signer.sign(
                                    Algorithm.ED25519, key, HexFormat.of().parseHex("af82"))))
                    .isEqualTo(expected);
        }
    }

    @Test
    void whenTheKeyIsOfAnotherKindThenNothingIsSigned() throws Exception {
        var key = pair(Algorithm.ECDSA_P256).getPrivate();
        for (var signer : List.of(JDK, NATIVE)) {
            assertThatThrownBy(() -> signer.sign(Algorithm.ED25519, key, MESSAGE))
                    .isInstanceOf(IllegalStateException.class);
        }
    }

    private static KeyPair pair(Algorithm algorithm) throws GeneralSecurityException {
        if (algorithm == Algorithm.ED25519) {
            return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        }
        if (algorithm == Algorithm.RSA_SHA256) {
            return RsaKeyPairs.make(2048);
        }
        var generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        return generator.generateKeyPair();
    }
}
