package dev.cordon.protocol.signature;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.RSAKeyGenParameterSpec;
import java.util.List;
import org.junit.jupiter.api.Test;

class RsaKeyPairsTest {

    @Test
    void whenAPairIsMadeThenItIsOfTheLengthAskedForAndSigns() throws Exception {
        for (var pair : List.of(RsaKeyPairs.fromLibrary(2048).orElseThrow(), RsaKeyPairs.fromJdk(2048))) {
            var key = (RSAPublicKey) pair.getPublic();
            assertThat(key.getModulus().bitLength()).isEqualTo(2048);
            assertThat(key.getPublicExponent()).isEqualTo(RSAKeyGenParameterSpec.F4);
            var signature = Signature.getInstance("SHA256withRSA");
            signature.initSign(pair.getPrivate());
            signature.update("text".getBytes(StandardCharsets.UTF_8));
            var signed = signature.sign();
            signature.initVerify(key);
            signature.update("text".getBytes(StandardCharsets.UTF_8));
            assertThat(signature.verify(signed)).isTrue();
        }
        assertThat(RsaKeyPairs.make(2048).getPublic())
                .isNotEqualTo(RsaKeyPairs.make(2048).getPublic());
    }
}
