package dev.cordon.agent.hash;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * Reads a large file on a thread of its own, one buffer ahead of the one who hashes it, so that a hash takes as long as
 * hashing and not as long as reading and hashing. The buffers are large because each costs waking the reader, some ten
 * microseconds: by 256 KiB hashing ran at 87 % of the processor's rate, by 1 MiB at 98. For one thread, from an offset to
 * the end.
 */
final class ReadAhead implements AutoCloseable {

    private static final int BUFFERS = 2;
    private static final long BUFFER_BYTES = 1024 * 1024;
    private static final Duration LONGEST_END = Duration.ofSeconds(5);

    private final Arena arena = Arena.ofShared();

    private final MemorySegment errno = NativeFiles.errorRoom(arena);
    private final BlockingQueue<MemorySegment> empty = new ArrayBlockingQueue<>(BUFFERS);
    private final BlockingQueue<Piece> full = new ArrayBlockingQueue<>(BUFFERS);
    private final int descriptor;
    private final Thread thread;
    private @Nullable Piece taken;

    /** @param length 0 at the end of the file */
    private record Piece(
            MemorySegment buffer, long length, @Nullable IOException failure) {}

    ReadAhead(int descriptor, long offset) {
        this.descriptor = descriptor;
        for (int i = 0; i < BUFFERS; i++) {
            empty.add(arena.allocate(BUFFER_BYTES, 4096));
        }
        thread = Thread.ofPlatform().name("read-ahead").daemon().start(() -> read(offset));
    }

    private void read(long offset) {
        try {
            long at = offset;
            while (true) {
                var buffer = empty.take();
                Piece piece;
                try {
                    piece = new Piece(buffer, NativeFiles.read(descriptor, buffer, at, errno), null);
                } catch (IOException e) {
                    piece = new Piece(buffer, 0, e);
                }
                full.put(piece);
                if (piece.length() <= 0) {
                    return;
                }
                at += piece.length();
            }
        } catch (InterruptedException e) {
            // nobody wants more
        }
    }

    /** What comes next of the file, good until the next call; empty at its end. */
    MemorySegment next() throws IOException {
        if (taken != null) {
            empty.add(taken.buffer());
            taken = null;
        }
        try {
            var piece = full.take();
            if (piece.failure() != null) {
                throw piece.failure();
            }
            taken = piece;
            return piece.buffer().asSlice(0, piece.length());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("hashing was interrupted");
        }
    }

    /** Gives the memory back, unless a dead disk may still write into it. */
    @Override
    public void close() {
        thread.interrupt();
        boolean interrupted = Thread.interrupted();
        try {
            if (thread.join(LONGEST_END)) {
                arena.close();
            }
        } catch (InterruptedException e) {
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
