package dev.cordon.cli.connection;

import java.io.IOException;
import java.io.InputStream;

/** A stream that is read in pieces, so that reading one byte is reading a piece of one. */
abstract class Bytes extends InputStream {

    @Override
    public abstract int read(byte[] bytes, int offset, int length) throws IOException;

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }
}
