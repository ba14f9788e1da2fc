package dev.cordon.agent.vault;

import dev.cordon.agent.files.FileCallException;
import dev.cordon.agent.files.FileCalls;
import dev.cordon.agent.files.Handle;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import javax.crypto.KDF;
import javax.crypto.SecretKey;
import javax.crypto.spec.HKDFParameterSpec;

/**
 * The vault's key of 32 random bytes, made once, and the keys derived from it (HKDF, RFC 5869), one for each object so
 * that no nonce is used twice under one key. Immutable.
 */
final class VaultKey {

    static final byte[] NAME = "key".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] NEW_NAME = "key.new".getBytes(StandardCharsets.US_ASCII);
    private static final int BYTES = 32;

    private final byte[] key;

    private VaultKey(byte[] key) {
        this.key = key;
    }

    /** Reads it, or makes it where the vault has none. */
    static VaultKey open(FileCalls calls, Handle folder, SecureRandom random) throws IOException {
        try (var file = folder.file(NAME)) {
            return read(calls, file);
        } catch (FileCallException e) {
            if (!e.gone()) {
                throw e;
            }
        }
        removeHalfMade(calls, folder);
        byte[] fresh = new byte[BYTES];
        random.nextBytes(fresh);
        try (var file = folder.create(NEW_NAME)) {
            calls.write(file.descriptor(), ByteBuffer.wrap(fresh), 0);
            file.sync();
        }
        calls.renameToFree(folder.descriptor(), NEW_NAME, folder.descriptor(), NAME);
        folder.sync();
        return new VaultKey(fresh);
    }

    private static void removeHalfMade(FileCalls calls, Handle folder) throws FileCallException {
        try {
            calls.unlink(folder.descriptor(), NEW_NAME);
        } catch (FileCallException e) {
            if (!e.gone()) {
                throw e;
            }
        }
    }

    private static VaultKey read(FileCalls calls, Handle file) throws IOException {
        var room = ByteBuffer.allocate(BYTES + 1);
        int length = calls.read(file.descriptor(), room, 0);
        if (length != BYTES) {
            throw new IOException("the vault's key file has " + length + " bytes instead of " + BYTES
                    + ": put the right one back from a backup; without it nothing in the vault can be read");
        }
        byte[] key = new byte[BYTES];
        room.flip().get(key);
        return new VaultKey(key);
    }

    SecretKey derive(byte[] salt, String purpose) {
        try {
            var parameters = HKDFParameterSpec.ofExtract()
                    .addIKM(key)
                    .addSalt(salt)
                    .thenExpand(purpose.getBytes(StandardCharsets.US_ASCII), BYTES);
            return KDF.getInstance("HKDF-SHA256").deriveKey("AES", parameters);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java run time of this version has HKDF-SHA256", e);
        }
    }
}
