package dev.cordon.agent.collection;

import java.io.IOException;
import java.io.OutputStream;

/** Lets so many bytes through, counts them, and swallows the rest. For one thread. */
final class CappedOutput extends OutputStream {

    private final OutputStream to;
    private final long most;
    private long written;
    private boolean cut;

    CappedOutput(OutputStream to, long most) {
        this.to = to;
        this.most = most;
    }

    long written() {
        return written;
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
            written += fitting;
        }
        cut |= fitting < length;
    }

    @Override
    public void flush() throws IOException {
        to.flush();
    }
}
