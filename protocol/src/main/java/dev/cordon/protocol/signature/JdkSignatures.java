package dev.cordon.protocol.signature;

import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;

/** The JDK's own providers: about a millisecond an operation, more before the code is hot. */
final class JdkSignatures implements Signatures {

    @Override
    public byte[] sign(Algorithm algorithm, PrivateKey key, byte[] message) {
        try {
            var signature = Signature.getInstance(algorithm.jdkName());
            signature.initSign(key);
            signature.update(message);
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("signing with " + algorithm.jdkName() + " failed", e);
        }
    }

    @Override
    public boolean verify(Algorithm algorithm, PublicKey key, byte[] message, byte[] given) {
        try {
            var signature = Signature.getInstance(algorithm.jdkName());
            signature.initVerify(key);
            signature.update(message);
            return signature.verify(given);
        } catch (SignatureException e) {
            return false;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("checking with " + algorithm.jdkName() + " failed", e);
        }
    }

    @Override
    public String name() {
        return "JDK";
    }
}
