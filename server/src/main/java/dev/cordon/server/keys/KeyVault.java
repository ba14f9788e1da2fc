package dev.cordon.server.keys;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Wraps what must not be readable in the database with the data directory's master key: AES-256-GCM (NIST SP 800-38D)
 * with a random 96-bit nonce each. The context, for example the row's key, is bound in as associated data, so that
 * wrapped bytes moved to another row do not unwrap. Thread-safe.
 */
public final class KeyVault {

    private static final int KEY_BYTES = 32;
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;
    private static final byte VERSION = 1;

    private final Path file;
    private final SecretKey key;
    private final SecureRandom random;

    private KeyVault(Path file, byte[] key, SecureRandom random) {
        this.file = file;
        this.key = new SecretKeySpec(key, "AES");
        this.random = random;
    }

    /**
     * Opens the vault with the master key in this file; a missing file is made.
     *
     * @throws KeyException if the file cannot be read or written, or does not hold a master key
     */
    public static KeyVault open(Path masterKeyFile) {
        var random = new SecureRandom();
        try {
            return new KeyVault(masterKeyFile, read(masterKeyFile), random);
        } catch (NoSuchFileException e) {
            var fresh = new byte[KEY_BYTES];
            random.nextBytes(fresh);
            try {
                PrivateFile.write(masterKeyFile, fresh);
            } catch (IOException failed) {
                throw new KeyException(
                        "The master key " + masterKeyFile + " cannot be written: " + failed.getMessage()
                                + ". Make its directory writable for the user the server runs as.",
                        failed);
            }
            return new KeyVault(masterKeyFile, fresh, random);
        } catch (IOException e) {
            throw new KeyException(
                    "The master key " + masterKeyFile + " cannot be read: " + e.getMessage()
                            + ". Make it readable for the user the server runs as, and for nobody else.",
                    e);
        }
    }

    private static byte[] read(Path file) throws IOException {
        if (Files.size(file) != KEY_BYTES) {
            throw new KeyException(
                    "The master key " + file + " is damaged: it is not " + KEY_BYTES
                            + " bytes long. Restore it from a backup; without it the private keys in the database are lost.",
                    null);
        }
        return Files.readAllBytes(file);
    }

    /** Encrypts and authenticates; the same context is needed to unwrap. */
    public byte[] wrap(byte[] plain, String context) {
        var nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        try {
            var cipher = cipher(Cipher.ENCRYPT_MODE, nonce, context);
            var sealed = cipher.doFinal(plain);
            return ByteBuffer.allocate(1 + NONCE_BYTES + sealed.length)
                    .put(VERSION)
                    .put(nonce)
                    .put(sealed)
                    .array();
        } catch (GeneralSecurityException e) {
            throw new KeyException("AES-GCM does not work in this Java runtime. Use an unmodified JDK.", e);
        }
    }

    /**
     * Gives back what was wrapped.
     *
     * @throws KeyException if the bytes were changed, belong to another context, or were wrapped by another master key
     */
    public byte[] unwrap(byte[] wrapped, String context) {
        if (wrapped.length < 1 + NONCE_BYTES + TAG_BITS / 8 || wrapped[0] != VERSION) {
            throw mismatch(context, null);
        }
        try {
            var cipher = cipher(Cipher.DECRYPT_MODE, Arrays.copyOfRange(wrapped, 1, 1 + NONCE_BYTES), context);
            return cipher.doFinal(wrapped, 1 + NONCE_BYTES, wrapped.length - 1 - NONCE_BYTES);
        } catch (AEADBadTagException e) {
            throw mismatch(context, e);
        } catch (GeneralSecurityException e) {
            throw new KeyException("AES-GCM does not work in this Java runtime. Use an unmodified JDK.", e);
        }
    }

    private Cipher cipher(int mode, byte[] nonce, String context) throws GeneralSecurityException {
        var cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(context.getBytes(StandardCharsets.UTF_8));
        return cipher;
    }

    private KeyException mismatch(String context, @Nullable Exception cause) {
        return new KeyException(
                "The master key " + file + " does not open " + context
                        + " in the database. Restore the master.key that belongs to this database; nothing was changed.",
                cause);
    }
}
