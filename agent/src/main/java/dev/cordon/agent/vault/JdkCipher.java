package dev.cordon.agent.vault;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** By the run time's own classes: everywhere there, but slow where only the first compiler works. */
final class JdkCipher implements ChunkCipher {

    @Override
    public int seal(byte[] key, byte[] nonce, byte[] bound, MemorySegment in, int length, MemorySegment out) {
        try {
            return run(Cipher.ENCRYPT_MODE, key, nonce, bound, in, length, out);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java run time has AES-GCM", e);
        }
    }

    @Override
    public int open(byte[] key, byte[] nonce, byte[] bound, MemorySegment in, int length, MemorySegment out)
            throws IOException {
        try {
            return run(Cipher.DECRYPT_MODE, key, nonce, bound, in, length, out);
        } catch (GeneralSecurityException e) {
            throw new IOException("it does not check out", e);
        }
    }

    private static int run(
            int mode, byte[] key, byte[] nonce, byte[] bound, MemorySegment in, int length, MemorySegment out)
            throws GeneralSecurityException {
        var cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, new SecretKeySpec(key, "AES"), new GCMParameterSpec(TAG * 8, nonce));
        cipher.updateAAD(bound);
        byte[] result = cipher.doFinal(in.asSlice(0, length).toArray(JAVA_BYTE));
        MemorySegment.copy(result, 0, out, JAVA_BYTE, 0, result.length);
        return result.length;
    }
}
