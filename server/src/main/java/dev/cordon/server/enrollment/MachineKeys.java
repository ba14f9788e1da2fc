package dev.cordon.server.enrollment;

import dev.cordon.server.web.ApiException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECFieldFp;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;

/** Reads the public keys that machines bring, P-256 only, and checks that they hold the private half. Stateless. */
final class MachineKeys {

    private static final ECParameterSpec P256 = p256();

    private MachineKeys() {}

    /**
     * Reads a SubjectPublicKeyInfo.
     *
     * @throws ApiException 400 for anything but the one encoding of a point on P-256; the machine's id is a hash over it
     */
    static ECPublicKey read(byte[] spki) {
        try {
            if (KeyFactory.getInstance("EC").generatePublic(new X509EncodedKeySpec(spki)) instanceof ECPublicKey key
                    && isP256(key.getParams())
                    && isOnCurve(key.getW())
                    && Arrays.equals(key.getEncoded(), spki)) {
                return key;
            }
        } catch (GeneralSecurityException e) {
            throw notP256(e);
        }
        throw notP256(null);
    }

    /** Whether the proof is a signature by this key over this very token and key. */
    static boolean proves(ECPublicKey key, String token, byte[] proof) {
        return signed(key, "cordon enroll v1\0" + token + "\0", proof);
    }

    /** Whether the proof is a signature by this key over a wish for a new certificate, at this time, and the key. */
    static boolean provesRenewal(ECPublicKey key, String tenantId, String machineId, String at, byte[] proof) {
        return signed(key, "cordon renew v1\0" + tenantId + "\0" + machineId + "\0" + at + "\0", proof);
    }

    private static boolean signed(ECPublicKey key, String text, byte[] proof) {
        try {
            var signature = Signature.getInstance("SHA256withECDSA");
            signature.initVerify(key);
            signature.update(text.getBytes(StandardCharsets.UTF_8));
            signature.update(key.getEncoded());
            return signature.verify(proof);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    private static boolean isP256(ECParameterSpec given) {
        return given.getCurve().equals(P256.getCurve())
                && given.getGenerator().equals(P256.getGenerator())
                && given.getOrder().equals(P256.getOrder())
                && given.getCofactor() == P256.getCofactor();
    }

    private static boolean isOnCurve(ECPoint point) {
        if (point.equals(ECPoint.POINT_INFINITY)) {
            return false;
        }
        var p = ((ECFieldFp) P256.getCurve().getField()).getP();
        var x = point.getAffineX();
        var y = point.getAffineY();
        var right = x.modPow(BigInteger.valueOf(3), p)
                .add(P256.getCurve().getA().multiply(x))
                .add(P256.getCurve().getB())
                .mod(p);
        return x.compareTo(p) < 0 && y.compareTo(p) < 0 && y.multiply(y).mod(p).equals(right);
    }

    private static ApiException notP256(@org.jspecify.annotations.Nullable Exception cause) {
        var error = ApiException.invalidRequestBody(
                "publicKey: must be a P-256 key as SubjectPublicKeyInfo (named curve, uncompressed point) in base64.");
        if (cause != null) {
            error.initCause(cause);
        }
        return error;
    }

    private static ECParameterSpec p256() {
        try {
            var parameters = AlgorithmParameters.getInstance("EC");
            parameters.init(new ECGenParameterSpec("secp256r1"));
            return parameters.getParameterSpec(ECParameterSpec.class);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java run time does not know P-256", e);
        }
    }
}
