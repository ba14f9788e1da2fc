package dev.cordon.agent.finder;

import dev.cordon.agent.files.FileCallException;
import dev.cordon.agent.files.FileCalls;
import dev.cordon.agent.files.Handle;
import dev.cordon.agent.files.RawPath;
import dev.cordon.agent.files.Stat;
import dev.cordon.agent.hash.FileHash;
import dev.cordon.agent.hash.HashAlgorithm;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * Remembers on disk which file had which hash, so that no file is read twice: a table of buckets of 4 KiB, one of which
 * is in memory at a time. A file is known again by device, inode, size, change time and modification time, all of them
 * equal; order does not matter, so that a clock that jumps does no harm. What changed within the last two seconds is not
 * remembered, because a write right after could leave the same times behind.
 *
 * <p>It is a memory, not a truth: a full bucket forgets, a bucket that a crash tore does not check out and is empty, and
 * whatever is forgotten is read again. Half a million files in at most 64 MiB.
 *
 * <p>For one thread at a time.
 */
public final class HashIndex implements AutoCloseable {

    private static final int BUCKETS = 16_384;
    private static final int BUCKET = 4_096;
    private static final int SLOT = 128;
    private static final int SLOTS = BUCKET / SLOT - 1;
    private static final int FORMAT = 0x43485831;
    private static final int HASHES = 56;
    private static final int RACY_SECONDS = 2;

    private final Handle file;
    private final InstantSource clock;
    private final ByteBuffer bucket = ByteBuffer.allocateDirect(BUCKET);
    private long loaded = -1;

    private HashIndex(Handle file, InstantSource clock) {
        this.file = file;
        this.clock = clock;
    }

    /** Opens or makes the index in the agent's state directory. */
    public static HashIndex open(Path stateDirectory, FileCalls calls, InstantSource clock) throws IOException {
        byte[] name = "hash-index".getBytes(StandardCharsets.US_ASCII);
        try (var folder = Handle.folder(calls, RawPath.of(stateDirectory.toRealPath()))) {
            Handle file;
            try {
                file = new Handle(calls, calls.openExisting(folder.descriptor(), name));
            } catch (FileCallException e) {
                if (!e.gone()) {
                    throw e;
                }
                file = folder.create(name);
            }
            return new HashIndex(file, clock);
        }
    }

    /** The hash of this kind, if the file is known and unchanged. */
    public Optional<FileHash> find(Stat stat, HashAlgorithm algorithm) throws IOException {
        load(stat);
        int slot = slot(stat);
        if (slot < 0 || (bucket.getInt(slot + 48) & bit(algorithm)) == 0) {
            return Optional.empty();
        }
        byte[] hash = new byte[algorithm.bytes()];
        bucket.get(slot + HASHES + offset(algorithm), hash);
        return Optional.of(FileHash.of(hash));
    }

    /** Remembers it, unless the file changed a moment ago. */
    public void put(Stat stat, FileHash hash) throws IOException {
        long now = clock.instant().getEpochSecond();
        if (stat.changed().seconds() > now - RACY_SECONDS) {
            return;
        }
        load(stat);
        int slot = slot(stat);
        if (slot < 0) {
            slot = free(stat);
            bucket.put(slot, new byte[SLOT]);
            bucket.putLong(slot, stat.device())
                    .putLong(slot + 8, stat.inode())
                    .putLong(slot + 16, stat.size())
                    .putLong(slot + 24, stat.changed().seconds())
                    .putLong(slot + 32, stat.modified().seconds())
                    .putInt(slot + 40, stat.changed().nanos())
                    .putInt(slot + 44, stat.modified().nanos());
        }
        var algorithm = hash.algorithm();
        bucket.putInt(slot + 48, bucket.getInt(slot + 48) | bit(algorithm));
        bucket.put(slot + HASHES + offset(algorithm), hash.bytes());
        bucket.putInt(0, FORMAT).putInt(4, check());
        file.calls().write(file.descriptor(), bucket.duplicate().clear(), loaded * BUCKET);
    }

    private void load(Stat stat) throws IOException {
        long number =
                Long.remainderUnsigned(((stat.inode() * 31 + stat.device()) * 0x9E3779B97F4A7C15L) >>> 20, BUCKETS);
        if (number == loaded) {
            return;
        }
        loaded = -1;
        bucket.clear();
        while (bucket.hasRemaining()
                && file.calls().read(file.descriptor(), bucket, number * BUCKET + bucket.position()) > 0) {
            // until the bucket is full
        }
        boolean good = !bucket.hasRemaining() && bucket.getInt(0) == FORMAT && bucket.getInt(4) == check();
        if (!good) {
            bucket.clear().put(new byte[BUCKET]);
        }
        bucket.clear();
        loaded = number;
    }

    private int check() {
        var crc = new CRC32C();
        crc.update(bucket.duplicate().clear().position(8));
        return (int) crc.getValue();
    }

    private int slot(Stat stat) {
        for (int i = 1; i <= SLOTS; i++) {
            int at = i * SLOT;
            if (bucket.getLong(at + 8) == stat.inode()
                    && bucket.getLong(at) == stat.device()
                    && bucket.getInt(at + 48) != 0
                    && bucket.getLong(at + 16) == stat.size()
                    && bucket.getLong(at + 24) == stat.changed().seconds()
                    && bucket.getLong(at + 32) == stat.modified().seconds()
                    && bucket.getInt(at + 40) == stat.changed().nanos()
                    && bucket.getInt(at + 44) == stat.modified().nanos()) {
                return at;
            }
        }
        return -1;
    }

    /** A slot for it: the one it had before it changed, an empty one, or one that is forgotten now. */
    private int free(Stat stat) {
        int empty = -1;
        for (int i = 1; i <= SLOTS; i++) {
            int at = i * SLOT;
            if (bucket.getInt(at + 48) == 0) {
                empty = empty < 0 ? at : empty;
            } else if (bucket.getLong(at + 8) == stat.inode() && bucket.getLong(at) == stat.device()) {
                return at;
            }
        }
        if (empty >= 0) {
            return empty;
        }
        int next = bucket.getInt(8) % SLOTS;
        bucket.putInt(8, next + 1);
        return (next + 1) * SLOT;
    }

    private static int bit(HashAlgorithm algorithm) {
        return switch (algorithm) {
            case SHA256 -> 1;
            case SHA1 -> 2;
            case MD5 -> 4;
        };
    }

    private static int offset(HashAlgorithm algorithm) {
        return switch (algorithm) {
            case SHA256 -> 0;
            case SHA1 -> 32;
            case MD5 -> 52;
        };
    }

    @Override
    public void close() {
        file.close();
    }
}
