package dev.cordon.protocol.signature;

import static dev.cordon.protocol.foreign.CLibrary.UNREAD;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.cordon.protocol.foreign.CLibrary;
import java.lang.foreign.Arena;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.RSAKeyGenParameterSpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.Optional;

/**
 * Makes RSA key pairs with the public exponent 65537: by libcrypto where there is one, because the JDK takes between a
 * fifth of a second and a whole one as long as its code is cold, which it is at a server's first start. Stateless.
 */
public final class RsaKeyPairs {

    private static final int MOST_BYTES = 8_192;

    private RsaKeyPairs() {}

    /** @param bits length of the modulus, 2048 to 8192 */
    public static KeyPair make(int bits) {
        return fromLibrary(bits).orElseGet(() -> fromJdk(bits));
    }

    @SuppressWarnings("IllegalCatch") // method handles declare Throwable
    static Optional<KeyPair> fromLibrary(int bits) {
        try (var arena = Arena.ofConfined()) {
            var generate = LibCrypto.function("EVP_PKEY_Q_keygen", 4);
            var toPkcs8 = LibCrypto.function("EVP_PKEY2PKCS8", 1);
            var encode = LibCrypto.function("i2d_PKCS8_PRIV_KEY_INFO", 2);
            var freeInfo = LibCrypto.function("PKCS8_PRIV_KEY_INFO_free", 1);
            long key = generate.call(UNREAD, 0, 0, CLibrary.text(arena, "RSA"), bits);
            long info = 0;
            var encoded = arena.allocate(MOST_BYTES);
            try {
                info = key == 0 ? 0 : toPkcs8.call(UNREAD, key);
                if (info == 0) {
                    return Optional.empty();
                }
                int length = (int) encode.call(UNREAD, info, 0);
                if (length <= 0 || length > MOST_BYTES) {
                    return Optional.empty();
                }
                int written = (int) encode.call(UNREAD, info, CLibrary.reference(arena, encoded.address()));
                return Optional.of(pair(encoded.asSlice(0, written).toArray(JAVA_BYTE)));
            } finally {
                encoded.fill((byte) 0);
                freeInfo.call(UNREAD, info);
                LibCrypto.FREE_KEY.call(UNREAD, key);
            }
        } catch (Throwable e) {
            return Optional.empty();
        }
    }

    private static KeyPair pair(byte[] pkcs8) throws GeneralSecurityException {
        var factory = KeyFactory.getInstance("RSA");
        var key = (RSAPrivateCrtKey) factory.generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
        return new KeyPair(
                factory.generatePublic(new RSAPublicKeySpec(key.getModulus(), key.getPublicExponent())), key);
    }

    static KeyPair fromJdk(int bits) {
        try {
            var generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(new RSAKeyGenParameterSpec(bits, RSAKeyGenParameterSpec.F4));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java run time cannot make RSA keys of " + bits + " bits", e);
        }
    }
}
