package dev.cordon.cli.connection;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;

/** What a link leads to, as it arrives. For one thread. */
public final class Download implements AutoCloseable {

    private static final Duration SILENCE = Duration.ofSeconds(60);
    private static final int PIECE = 64 * 1024;

    private final URI link;
    private final InputStream stream;
    private final long size;
    private final AtomicLong lastByte = new AtomicLong(System.nanoTime());

    Download(URI link, InputStream stream, long size) {
        this.link = link;
        this.stream = stream;
        this.size = size;
    }

    /** In bytes; -1 if the server did not say. */
    public long size() {
        return size;
    }

    /**
     * Copies all of it.
     *
     * @param progress is told how many bytes have arrived
     * @throws UnreachableException if it ends too early, or nothing comes for a minute
     * @throws IOException if it cannot be written
     */
    public long copyTo(OutputStream out, LongConsumer progress) throws IOException {
        Thread watch = Thread.ofVirtual().start(this::watch);
        try {
            byte[] piece = new byte[PIECE];
            long copied = 0;
            for (int read = next(piece); read >= 0; read = next(piece)) {
                out.write(piece, 0, read);
                copied += read;
                lastByte.set(System.nanoTime());
                progress.accept(copied);
            }
            if (size >= 0 && copied != size) {
                throw UnreachableException.of(link, new IOException("only " + copied + " of " + size + " bytes came"));
            }
            return copied;
        } finally {
            watch.interrupt();
        }
    }

    private int next(byte[] piece) {
        try {
            return stream.read(piece);
        } catch (IOException e) {
            throw UnreachableException.of(link, e);
        }
    }

    /** Ends the connection when the server has fallen silent. */
    private void watch() {
        try {
            while (System.nanoTime() - lastByte.get() < SILENCE.toNanos()) {
                Thread.sleep(Duration.ofSeconds(1));
            }
            close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        try {
            stream.close();
        } catch (IOException e) {
            throw UnreachableException.of(link, e);
        }
    }
}
