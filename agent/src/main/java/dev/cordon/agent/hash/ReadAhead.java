package dev.cordon.agent.hash;

import dev.cordon.protocol.foreign.CLibrary;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * Reads a large file on a thread of its own, ahead of the one who hashes it, so that a hash takes as long as hashing and
 * not as long as reading and hashing. For one thread, from an offset to the end.
 *
 * <p>To wake the reader costs the one who hashes some ten microseconds; therefore buffers are large, and given back eight
 * at a time. The reader itself makes the buffers and gives their memory back, because a first touch of a page takes
 * longer than reading it. It keeps off the processor that the hash is computed on: where both shared one, as the kernel had them
 * in half of the cases on a machine with two, they took turns after all.
 */
final class ReadAhead implements AutoCloseable {

    private static final int BUFFERS = 16;
    private static final int GIVEN_BACK_AT_ONCE = BUFFERS / 2;
    private static final long BUFFER_BYTES = 512 * 1024;
    private static final Duration LONGEST_END = Duration.ofSeconds(5);

    /** Among the empty buffers: there is no need for any more. */
    private static final MemorySegment NO_MORE = MemorySegment.NULL;

    private final BlockingQueue<MemorySegment> empty = new ArrayBlockingQueue<>(BUFFERS + 1);
    private final BlockingQueue<Piece> full = new ArrayBlockingQueue<>(BUFFERS + 1);
    private final int descriptor;
    private volatile int hashedOn = Processors.current();
    private final Thread thread;
    private final List<MemorySegment> used = new ArrayList<>(BUFFERS);
    private @Nullable Piece taken;
    private boolean ended;

    /** @param length 0 at the end of the file */
    private record Piece(
            MemorySegment buffer, long length, @Nullable IOException failure) {

        static Piece failed(IOException why) {
            return new Piece(MemorySegment.NULL, 0, why);
        }

        boolean last() {
            return length <= 0;
        }
    }

    ReadAhead(int descriptor, long offset) {
        this.descriptor = descriptor;
        thread = Thread.ofPlatform().name("read-ahead").daemon().start(() -> read(offset));
    }

    private void read(long offset) {
        try (var memory = Arena.ofShared()) {
            try {
                readAll(offset, memory);
            } catch (IOException e) {
                full.put(Piece.failed(e));
            } catch (RuntimeException | OutOfMemoryError e) {
                full.put(Piece.failed(new IOException("reading ahead failed", e)));
            }
            while (!empty.take().equals(NO_MORE)) {
                // the one who hashes still has buffers
            }
        } catch (InterruptedException e) {
            // nobody wants more
        }
    }

    private void readAll(long offset, Arena memory) throws IOException, InterruptedException {
        MemorySegment errno = CLibrary.errnoRoom(memory);
        var processors = new Processors(memory);
        long at = offset;
        for (int made = 0; ; ) {
            var buffer = made < BUFFERS ? null : empty.take();
            if (buffer == null) {
                buffer = memory.allocate(BUFFER_BYTES, 4096);
                made++;
            }
            processors.avoid(hashedOn);
            var piece = new Piece(buffer, NativeFiles.read(descriptor, buffer, at, errno), null);
            full.put(piece);
            if (piece.last()) {
                return;
            }
            at += piece.length();
        }
    }

    /** What comes next of the file, good until the next call; empty at its end. */
    MemorySegment next() throws IOException {
        if (taken != null) {
            used.add(taken.buffer());
            taken = null;
            if (used.size() == GIVEN_BACK_AT_ONCE) {
                empty.addAll(used);
                used.clear();
                hashedOn = Processors.current();
            }
        }
        try {
            var piece = full.take();
            ended = piece.last();
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

    /**
     * Nothing is read any more when this returns, unless a dead disk holds the reader up. He gives the memory back as
     * soon as no disk can write into it.
     */
    @Override
    public void close() {
        if (ended) {
            empty.add(NO_MORE);
            return;
        }
        thread.interrupt();
        boolean interrupted = Thread.interrupted();
        try {
            thread.join(LONGEST_END);
        } catch (InterruptedException e) {
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
