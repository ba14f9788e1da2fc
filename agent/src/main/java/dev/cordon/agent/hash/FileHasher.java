package dev.cordon.agent.hash;

import dev.cordon.protocol.foreign.CLibrary;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Hashes files in one pass, by libcrypto where the machine has it and by the run time's own classes otherwise.
 *
 * <p>Content is read by offset into a native buffer of 256 KiB, of a large file into others by a thread that reads while
 * this one hashes ({@link ReadAhead}); a file is never mapped, because one that is cut short meanwhile would end the
 * process (SIGBUS). The position of a descriptor is not moved. An interrupt of the thread ends the work between two reads
 * and leaves the thread interrupted.
 *
 * <p>For one thread at a time; make one for each worker and keep it, close it at the end.
 */
public final class FileHasher implements AutoCloseable {

    /** The most a caller can allow. */
    public static final long NO_LIMIT = Long.MAX_VALUE;

    private static final int BUFFER_BYTES = 256 * 1024;
    /** From here on it pays to start a thread. */
    private static final long LARGE_BYTES = 3L * 1024 * 1024;
    /** What this thread reads meanwhile. */
    private static final long START_BYTES = BUFFER_BYTES;

    private final boolean nativeHashes;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment buffer = arena.allocate(BUFFER_BYTES, 4096);
    private final MemorySegment errno = CLibrary.errnoRoom(arena);
    private final Map<HashAlgorithm, Digest> digests = new EnumMap<>(HashAlgorithm.class);
    private boolean closed;

    private FileHasher(boolean nativeHashes) {
        this.nativeHashes = nativeHashes;
    }

    /** The fastest this machine has. */
    public static FileHasher open() {
        return new FileHasher(true);
    }

    /** One that uses the run time's own classes only. */
    static FileHasher ofRuntime() {
        return new FileHasher(false);
    }

    /** Whether hashes are computed at the processor's speed here, or about ten times slower. */
    public static boolean fast() {
        return LibCrypto.library().isPresent();
    }

    /**
     * The hashes of an open file, a block device or whatever else can be read by offset.
     *
     * @param limit in bytes
     * @throws IOException if it cannot be read, or is larger than the limit
     * @throws InterruptedIOException if the thread was interrupted
     */
    public Hashes hash(int descriptor, Set<HashAlgorithm> algorithms, long limit) throws IOException {
        return hash(descriptor, algorithms, limit, () -> false);
    }

    /**
     * Like {@link #hash(int, Set, long)}, and ends early when somebody asks for it.
     *
     * @param stop asked between two reads
     * @throws InterruptedIOException if it was stopped, or the thread was interrupted
     */
    public Hashes hash(int descriptor, Set<HashAlgorithm> algorithms, long limit, BooleanSupplier stop)
            throws IOException {
        try (var content = new Content(descriptor)) {
            return pass(algorithms, limit, offset -> {
                if (stop.getAsBoolean()) {
                    throw new InterruptedIOException("hashing was stopped");
                }
                return content.read(offset);
            });
        }
    }

    /** Like {@link #hash(int, Set, long)}; the channel's position stays as it is. */
    public Hashes hash(FileChannel channel, Set<HashAlgorithm> algorithms, long limit) throws IOException {
        var target = buffer.asByteBuffer();
        return pass(algorithms, limit, offset -> buffer.asSlice(0, Math.max(0, channel.read(target.clear(), offset))));
    }

    /**
     * Like {@link #hash(int, Set, long)}, for the file under this name. Follows symbolic links; does not wait where the
     * name is a FIFO, whose reading fails.
     *
     * @throws java.nio.file.NoSuchFileException if there is none
     */
    public Hashes hash(Path file, Set<HashAlgorithm> algorithms, long limit) throws IOException {
        int descriptor = NativeFiles.open(file, errno);
        try {
            return hash(descriptor, algorithms, limit);
        } finally {
            NativeFiles.close(descriptor);
        }
    }

    private interface Source {
        /** What comes next, good until the next call; empty at the end. */
        MemorySegment read(long offset) throws IOException;
    }

    /** Of an open file. */
    private final class Content implements AutoCloseable {
        private final int descriptor;
        private @Nullable ReadAhead ahead;
        private long start = Long.MAX_VALUE;

        Content(int descriptor) {
            this.descriptor = descriptor;
        }

        MemorySegment read(long offset) throws IOException {
            if (ahead == null && offset >= LARGE_BYTES) {
                start = offset + START_BYTES;
                ahead = new ReadAhead(descriptor, start);
            }
            if (ahead != null && offset >= start) {
                return ahead.next();
            }
            var room = buffer.asSlice(0, Math.min(BUFFER_BYTES, start - offset));
            return room.asSlice(0, NativeFiles.read(descriptor, room, offset, errno));
        }

        @Override
        public void close() {
            if (ahead != null) {
                ahead.close();
            }
        }
    }

    private Hashes pass(Set<HashAlgorithm> algorithms, long limit, Source source) throws IOException {
        if (closed) {
            throw new IllegalStateException("the hasher is closed");
        }
        List<Digest> running = new ArrayList<>(3);
        for (var algorithm : algorithms) {
            var digest = digests.computeIfAbsent(algorithm, this::digest);
            digest.start();
            running.add(digest);
        }
        long size = 0;
        while (true) {
            if (Thread.currentThread().isInterrupted()) {
                throw new InterruptedIOException("hashing was interrupted");
            }
            MemorySegment piece = source.read(size);
            if (piece.byteSize() == 0) {
                break;
            }
            size += piece.byteSize();
            if (size > limit) {
                throw new IOException("larger than " + limit + " bytes");
            }
            for (var digest : running) {
                digest.update(piece, piece.byteSize());
            }
        }
        List<FileHash> values = new ArrayList<>(running.size());
        for (var digest : running) {
            values.add(digest.finish());
        }
        return new Hashes(size, values);
    }

    private Digest digest(HashAlgorithm algorithm) {
        return (nativeHashes ? LibCrypto.library() : java.util.Optional.<LibCrypto>empty())
                .flatMap(library -> library.digest(algorithm))
                .orElseGet(() -> new JdkDigest(algorithm));
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            digests.values().forEach(Digest::close);
            arena.close();
        }
    }
}
