package dev.cordon.server.objects;

import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Set;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * An encrypted file that grows at its end and can be read from anywhere. It is cut into segments of 64 KiB, each sealed
 * with AES-256-GCM under a fresh random nonce and bound to the file's id and its own place, so that segments can neither
 * be changed nor moved. A last segment that is not full is sealed anew with every write; one that was torn by a power
 * cut does not open and is dropped, since it was never reported as stored. Confined to one thread.
 */
final class SealedFile implements AutoCloseable {

    static final int SEGMENT = 64 * 1024;

    private static final int NONCE = 12;
    private static final int TAG = 16;
    private static final int SEALED = NONCE + SEGMENT + TAG;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final FileChannel channel;
    private final SecretKeySpec key;
    private final String id;
    private final byte[] tail = new byte[SEGMENT];
    private long whole;
    private int tailLength;

    private SealedFile(FileChannel channel, byte[] key, String id) {
        this.channel = channel;
        this.key = new SecretKeySpec(key, "AES");
        this.id = id;
    }

    /** Opens a file to append to it; a missing one is made, readable for its owner only. */
    static SealedFile append(Path path, byte[] key, String id) throws IOException {
        var channel = FileChannel.open(
                path,
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try {
            var file = new SealedFile(channel, key, id);
            file.findEnd();
            return file;
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    static SealedFile read(Path path, byte[] key, String id) throws IOException {
        return new SealedFile(FileChannel.open(path, StandardOpenOption.READ), key, id);
    }

    /** Bytes of content that are here. */
    long length() {
        return whole * SEGMENT + tailLength;
    }

    void append(ByteBuffer data) throws IOException {
        while (data.hasRemaining()) {
            int part = Math.min(data.remaining(), SEGMENT - tailLength);
            data.get(tail, tailLength, part);
            tailLength += part;
            if (tailLength == SEGMENT) {
                write(whole, seal(whole, SEGMENT));
                whole++;
                tailLength = 0;
            }
        }
    }

    /** Everything that was appended is on disk when this returns. */
    void force() throws IOException {
        if (tailLength > 0) {
            write(whole, seal(whole, tailLength));
        }
        channel.force(true);
    }

    /** Writes a part of the content; fails if the file does not hold all of it, unchanged. */
    void copy(long from, long length, OutputStream to) throws IOException {
        long left = length;
        for (long segment = from / SEGMENT; left > 0; segment++) {
            var plain = open(segment);
            int start = (int) Math.max(0, from - segment * SEGMENT);
            int part = (int) Math.min(left, plain.length - start);
            if (part <= 0) {
                throw new EOFException("the stored object is shorter than it was");
            }
            to.write(plain, start, part);
            left -= part;
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    private void findEnd() throws IOException {
        long size = channel.size();
        whole = size / SEALED;
        int rest = (int) (size % SEALED);
        if (rest > NONCE + TAG) {
            try {
                var plain = open(whole);
                System.arraycopy(plain, 0, tail, 0, plain.length);
                tailLength = plain.length;
            } catch (BrokenSealException e) {
                tailLength = 0;
            }
        }
        // a full segment that was torn is the last one too
        while (tailLength == 0 && whole > 0 && !opens(whole - 1)) {
            whole--;
        }
    }

    private boolean opens(long segment) throws IOException {
        try {
            open(segment);
            return true;
        } catch (BrokenSealException e) {
            return false;
        }
    }

    private void write(long segment, ByteBuffer sealed) throws IOException {
        long at = segment * SEALED;
        while (sealed.hasRemaining()) {
            at += channel.write(sealed, at);
        }
    }

    private ByteBuffer seal(long segment, int length) {
        var nonce = new byte[NONCE];
        RANDOM.nextBytes(nonce);
        try {
            var cipher = cipher(Cipher.ENCRYPT_MODE, nonce, segment);
            var sealed = ByteBuffer.allocate(NONCE + length + TAG).put(nonce);
            cipher.doFinal(ByteBuffer.wrap(tail, 0, length), sealed);
            return sealed.flip();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-GCM does not work in this Java runtime", e);
        }
    }

    private byte[] open(long segment) throws IOException {
        var sealed = ByteBuffer.allocate(SEALED);
        long at = segment * SEALED;
        while (sealed.hasRemaining()) {
            int read = channel.read(sealed, at + sealed.position());
            if (read < 0) {
                break;
            }
        }
        sealed.flip();
        if (sealed.remaining() <= NONCE + TAG) {
            throw new EOFException("the stored object is shorter than it was");
        }
        var nonce = new byte[NONCE];
        sealed.get(nonce);
        try {
            return cipher(Cipher.DECRYPT_MODE, nonce, segment).doFinal(sealed.array(), NONCE, sealed.limit() - NONCE);
        } catch (AEADBadTagException e) {
            throw new BrokenSealException("the stored object was changed, or another key encrypted it", e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-GCM does not work in this Java runtime", e);
        }
    }

    private Cipher cipher(int mode, byte[] nonce, long segment) throws GeneralSecurityException {
        var cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key, new GCMParameterSpec(TAG * 8, nonce));
        cipher.updateAAD(("object " + id + "/" + segment).getBytes(StandardCharsets.US_ASCII));
        return cipher;
    }

    /** A segment does not open. */
    static final class BrokenSealException extends IOException {
        private static final long serialVersionUID = 1L;

        BrokenSealException(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
