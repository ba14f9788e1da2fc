package dev.cordon.agent.collection;

import java.io.IOException;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Lets so many bytes through, counts and hashes them, and swallows the rest. For one thread. */
final class CappedOutput extends OutputStream {

    private final OutputStream to;
    private final long most;
    private final MessageDigest digest = sha256();
    private long written;
    private boolean cut;

    CappedOutput(OutputStream to, long most) {
        this.to = to;
        this.most = most;
    }

    long written() {
        return written;
    }

    /** The SHA-256 of what was let through; to be asked once, at the end. */
    String hash() {
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java run time has SHA-256", e);
        }
    }

    /** Whether anything was swallowed. */
    boolean cut() {
        return cut;
    }

    @Override
    public void write(int octet) throws IOException {
        write(new byte[] {(byte) octet}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        int fitting = (int) Math.min(length, most - written);
        if (fitting > 0) {
            to.write(bytes, offset, fitting);
            digest.update(bytes, offset, fitting);
            written += fitting;
        }
        cut |= fitting < length;
    }

    @Override
    public void flush() throws IOException {
        to.flush();
    }
}
