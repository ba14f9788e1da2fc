package dev.cordon.agent.vault;

import dev.cordon.agent.files.FileCalls;
import dev.cordon.agent.files.Handle;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;

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
    private static final int TAG = ChunkCipher.TAG;
    private static final String PURPOSE = "cordon vault content v1";

    private final FileCalls calls;
    private final VaultKey key;
    private final SecureRandom random;
    private final ChunkCipher cipher;
    private final ByteBuffer plain = ByteBuffer.allocateDirect(CHUNK + TAG);
    private final ByteBuffer sealed = ByteBuffer.allocateDirect(CHUNK + TAG);
    private final ByteBuffer compared = ByteBuffer.allocateDirect(CHUNK);

    Chunks(FileCalls calls, VaultKey key, SecureRandom random, ChunkCipher cipher) {
        this.calls = calls;
        this.key = key;
        this.random = random;
        this.cipher = cipher;
    }

    /** Seals what is in {@code from} into {@code into}; returns how much it was. */
    long seal(Handle from, Handle into) throws IOException {
        byte[] salt = new byte[SALT];
        random.nextBytes(salt);
        calls.write(into.descriptor(), ByteBuffer.wrap(concat(HEADER, salt)), 0);
        byte[] secret = key.derive(salt, PURPOSE).getEncoded();
        long size = 0;
        long at = START;
        boolean last = false;
        for (long number = 0; !last; number++) {
            int length = fill(from, plain.clear().limit(CHUNK), size);
            size += length;
            // a full chunk is the last one only if nothing follows it
            last = length < CHUNK || fill(from, compared.clear().limit(1), size) == 0;
            int made = cipher.seal(
                    secret,
                    nonce(number),
                    bound(last),
                    MemorySegment.ofBuffer(plain.clear()),
                    length,
                    MemorySegment.ofBuffer(sealed.clear()));
            calls.write(into.descriptor(), sealed.clear().limit(made), at);
            at += made;
        }
        return size;
    }

    /** Writes what is sealed in {@code from} to {@code into}; returns how much it was. */
    long unseal(Handle from, Handle into) throws IOException {
        return open(from, (chunk, offset) -> calls.write(into.descriptor(), chunk, offset));
    }

    /** Whether what is sealed in {@code from} is, byte for byte, what is in {@code original}. */
    boolean same(Handle from, Handle original, long size) throws IOException {
        boolean[] equal = {true};
        long length = open(from, (chunk, offset) -> {
            int read = fill(original, compared.clear().limit(chunk.remaining()), offset);
            equal[0] &= read == chunk.remaining() && compared.flip().mismatch(chunk) < 0;
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
        byte[] secret = key.derive(Arrays.copyOfRange(start.array(), HEADER.length, START), PURPOSE)
                .getEncoded();
        long end = from.stat().size();
        long size = 0;
        long at = START;
        long number = 0;
        do {
            int length = fill(from, sealed.clear(), at);
            at += length;
            int made;
            try {
                made = cipher.open(
                        secret,
                        nonce(number++),
                        bound(at >= end),
                        MemorySegment.ofBuffer(sealed.clear()),
                        length,
                        MemorySegment.ofBuffer(plain.clear()));
            } catch (IOException e) {
                throw new IOException(
                        "the content in the vault is damaged, or the vault's key is not the one it was sealed with", e);
            }
            sink.take(plain.clear().limit(made), size);
            size += made;
        } while (at < end);
        return size;
    }

    private int fill(Handle from, ByteBuffer buffer, long offset) throws IOException {
        while (buffer.hasRemaining() && calls.read(from.descriptor(), buffer, offset + buffer.position()) > 0) {
            // until it is full or nothing is left
        }
        return buffer.position();
    }

    private static byte[] nonce(long number) {
        return ByteBuffer.allocate(ChunkCipher.NONCE).putInt(0).putLong(number).array();
    }

    private static byte[] bound(boolean last) {
        return new byte[] {(byte) (last ? 1 : 0)};
    }

    private static byte[] concat(byte[] a, byte[] b) {
        byte[] both = Arrays.copyOf(a, a.length + b.length);
        System.arraycopy(b, 0, both, a.length, b.length);
        return both;
    }
}
