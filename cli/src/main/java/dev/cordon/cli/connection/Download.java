package dev.cordon.cli.connection;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.util.function.LongConsumer;

/** What a link leads to, as it arrives. For one thread. */
public final class Download implements AutoCloseable {

    private static final int PIECE = 64 * 1024;

    private final URI link;
    private final Connection.Stream stream;

    Download(URI link, Connection.Stream stream) {
        this.link = link;
        this.stream = stream;
    }

    /** In bytes; -1 if the server did not say. */
    public long size() {
        return stream.length();
    }

    /**
     * Copies all of it.
     *
     * @param progress is told how many bytes have arrived
     * @throws UnreachableException if it ends too early, or nothing comes for a minute
     * @throws IOException if it cannot be written
     */
    public long copyTo(OutputStream out, LongConsumer progress) throws IOException {
        byte[] piece = new byte[PIECE];
        long copied = 0;
        for (int read = next(piece); read >= 0; read = next(piece)) {
            out.write(piece, 0, read);
            copied += read;
            progress.accept(copied);
        }
        if (size() >= 0 && copied != size()) {
            throw UnreachableException.of(link, new IOException("only " + copied + " of " + size() + " bytes came"));
        }
        return copied;
    }

    private int next(byte[] piece) {
        try {
            return stream.body().read(piece);
        } catch (IOException e) {
            throw UnreachableException.of(link, e);
        }
    }

    @Override
    public void close() {
        stream.close();
    }
}
