package dev.cordon.agent.vault;

import dev.cordon.agent.files.FileCalls;
import dev.cordon.agent.files.Handle;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;

/**
 * Content in the vault: a header of 8 bytes, a salt of 32, then chunks of 64 KiB, each sealed with AES-256-GCM under a
 * key of the object's own. The nonce is the chunk's number, and the last chunk says that it is the last, so that chunks
 * can neither be swapped nor cut off (the STREAM construction of Hoang, Reyhanitabar, Rogaway and Vizár).
 *
 * <p>Works in buffers of one chunk, whatever the size. For one thread at a time.
 */
final class Chunks {

    private static final byte[] HEADER = "CORDONV1".getBytes(StandardCharsets.US_ASCII);
    private static final int SALT = 32;
    private static final int START = HEADER.length + SALT;
    private static final int CHUNK = 64 * 1024;
    private static final int TAG = 16;
    private static final int NONCE = 12;
    private static final String PURPOSE = "cordon vault content v1";

    private final FileCalls calls;
    private final VaultKey key;
    private final SecureRandom random;
    private final ByteBuffer plain = ByteBuffer.allocateDirect(CHUNK);
    private final ByteBuffer sealed = ByteBuffer.allocateDirect(CHUNK + TAG);
    private final byte[] open = new byte[CHUNK + TAG];
    private final byte[] shut = new byte[CHUNK + TAG];

    Chunks(FileCalls calls, VaultKey key, SecureRandom random) {
        this.calls = calls;
        this.key = key;
        this.random = random;
    }

    /** Seals what is in {@code from} into {@code into}; returns how much it was. */
    long seal(Handle from, Handle into) throws IOException {
        byte[] salt = new byte[SALT];
        random.nextBytes(salt);
        calls.write(into.descriptor(), ByteBuffer.wrap(concat(HEADER, salt)), 0);
        var secret = key.derive(salt, PURPOSE);
        long size = 0;
        long at = START;
        int length = readChunk(from, 0);
        for (long number = 0; ; number++) {
            plain.get(0, open, 0, length);
            int filled = length;
            size += filled;
            // a full chunk is the last one only if nothing follows it
            length = filled < CHUNK ? 0 : readChunk(from, size);
            boolean last = length == 0;
            int made = run(Cipher.ENCRYPT_MODE, secret, number, last, open, filled, shut);
            calls.write(into.descriptor(), sealed.clear().put(shut, 0, made).flip(), at);
            at += made;
            if (last) {
                return size;
            }
        }
    }

    /** Writes what is sealed in {@code from} to {@code into}; returns how much it was. */
    long unseal(Handle from, Handle into) throws IOException {
        return open(from, (chunk, offset) -> calls.write(into.descriptor(), chunk, offset));
    }

    /** Whether what is sealed in {@code from} is, byte for byte, what is in {@code original}. */
    boolean same(Handle from, Handle original, long size) throws IOException {
        boolean[] equal = {true};
        long length = open(from, (chunk, offset) -> {
            byte[] content = new byte[chunk.remaining()];
            chunk.get(content);
            int read = readChunk(original, offset);
            byte[] now = new byte[Math.min(read, content.length)];
            plain.get(0, now);
            equal[0] &= Arrays.equals(content, now);
        });
        return equal[0] && length == size;
    }

    /** All of a small content. */
    byte[] bytes(Handle from, int limit) throws IOException {
        byte[] content = new byte[limit];
        long length = open(from, (chunk, offset) -> {
            if (offset + chunk.remaining() > limit) {
                throw new IOException("the content in the vault is larger than it should be");
            }
            chunk.get(content, (int) offset, chunk.remaining());
        });
        return Arrays.copyOf(content, (int) length);
    }

    private interface Sink {
        void take(ByteBuffer chunk, long offset) throws IOException;
    }

    private long open(Handle from, Sink sink) throws IOException {
        var start = ByteBuffer.allocate(START);
        if (calls.read(from.descriptor(), start, 0) != START || !Arrays.equals(start.array(), 0, 8, HEADER, 0, 8)) {
            throw new IOException("the content in the vault is damaged: its header is missing");
        }
        var secret = key.derive(Arrays.copyOfRange(start.array(), HEADER.length, START), PURPOSE);
        long size = 0;
        long at = START;
        int length = readSealed(from, at);
        for (long number = 0; length > 0; number++) {
            sealed.get(0, shut, 0, length);
            int filled = length;
            at += filled;
            length = filled < CHUNK + TAG ? 0 : readSealed(from, at);
            int made = run(Cipher.DECRYPT_MODE, secret, number, length == 0, shut, filled, open);
            sink.take(ByteBuffer.wrap(open, 0, made), size);
            size += made;
        }
        if (at == START) {
            throw new IOException("the content in the vault is damaged: it ends too early");
        }
        return size;
    }

    private int readChunk(Handle from, long offset) throws IOException {
        return fill(from, plain, offset);
    }

    private int readSealed(Handle from, long offset) throws IOException {
        return fill(from, sealed, offset);
    }

    private int fill(Handle from, ByteBuffer buffer, long offset) throws IOException {
        buffer.clear();
        while (buffer.hasRemaining() && calls.read(from.descriptor(), buffer, offset + buffer.position()) > 0) {
            // until it is full or nothing is left
        }
        return buffer.position();
    }

    private static int run(int mode, SecretKey secret, long number, boolean last, byte[] in, int length, byte[] out)
            throws IOException {
        try {
            var cipher = Cipher.getInstance("AES/GCM/NoPadding");
            var nonce = ByteBuffer.allocate(NONCE).putInt(0).putLong(number).array();
            cipher.init(mode, secret, new GCMParameterSpec(TAG * 8, nonce));
            cipher.updateAAD(new byte[] {(byte) (last ? 1 : 0)});
            return cipher.doFinal(in, 0, length, out, 0);
        } catch (GeneralSecurityException e) {
            throw new IOException(
                    "the content in the vault is damaged, or the vault's key is not the one it was sealed with", e);
        }
    }

    private static byte[] concat(byte[] a, byte[] b) {
        byte[] both = Arrays.copyOf(a, a.length + b.length);
        System.arraycopy(b, 0, both, a.length, b.length);
        return both;
    }
}
