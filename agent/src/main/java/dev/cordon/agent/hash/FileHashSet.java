package dev.cordon.agent.hash;

import java.util.Arrays;
import java.util.Collection;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * Many hashes in little memory: 16, 20 or 32 bytes each, no object. Immutable; a change makes a new set in one pass.
 *
 * <p>Each kind is one array of sorted values, searched by halves: 17 comparisons for 100,000.
 */
public final class FileHashSet {

    /** None at all. */
    public static final FileHashSet EMPTY = new FileHashSet(new EnumMap<>(HashAlgorithm.class));

    private final Map<HashAlgorithm, byte[]> sorted;

    private FileHashSet(Map<HashAlgorithm, byte[]> sorted) {
        this.sorted = sorted;
    }

    public static FileHashSet of(Collection<FileHash> hashes) {
        return EMPTY.with(hashes, Set.of());
    }

    /** This set and the added ones, without the removed ones; what is in both is in. */
    public FileHashSet with(Collection<FileHash> added, Collection<FileHash> removed) {
        var next = new EnumMap<HashAlgorithm, byte[]>(HashAlgorithm.class);
        for (var algorithm : HashAlgorithm.values()) {
            var merged = merge(algorithm, ofKind(added, algorithm), ofKind(removed, algorithm));
            if (merged.length > 0) {
                next.put(algorithm, merged);
            }
        }
        return new FileHashSet(next);
    }

    private static SortedSet<FileHash> ofKind(Collection<FileHash> hashes, HashAlgorithm algorithm) {
        var kind = new TreeSet<FileHash>();
        for (var hash : hashes) {
            if (hash.algorithm() == algorithm) {
                kind.add(hash);
            }
        }
        return kind;
    }

    private byte[] merge(HashAlgorithm algorithm, SortedSet<FileHash> added, SortedSet<FileHash> removed) {
        int width = algorithm.bytes();
        byte[] old = values(algorithm);
        if (added.isEmpty() && removed.isEmpty()) {
            return old;
        }
        byte[] merged = new byte[old.length + added.size() * width];
        int length = 0;
        int at = 0;
        var rest = added.iterator();
        FileHash next = rest.hasNext() ? rest.next() : null;
        while (at < old.length || next != null) {
            int order = at == old.length ? 1 : next == null ? -1 : next.compare(old, at) < 0 ? 1 : -1;
            if (order < 0) {
                boolean again = next != null && next.compare(old, at) == 0;
                if (!again && (removed.isEmpty() || !removed.contains(hashAt(old, at, width)))) {
                    System.arraycopy(old, at, merged, length, width);
                    length += width;
                }
                at += width;
            } else if (next != null) {
                next.copyTo(merged, length);
                length += width;
                next = rest.hasNext() ? rest.next() : null;
            }
        }
        return Arrays.copyOf(merged, length);
    }

    private byte[] values(HashAlgorithm algorithm) {
        return sorted.getOrDefault(algorithm, new byte[0]);
    }

    private static FileHash hashAt(byte[] values, int at, int width) {
        return FileHash.of(Arrays.copyOfRange(values, at, at + width));
    }

    public boolean contains(FileHash hash) {
        byte[] values = sorted.get(hash.algorithm());
        if (values == null) {
            return false;
        }
        int width = hash.algorithm().bytes();
        int low = 0;
        int high = values.length / width - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int order = hash.compare(values, middle * width);
            if (order == 0) {
                return true;
            }
            if (order < 0) {
                high = middle - 1;
            } else {
                low = middle + 1;
            }
        }
        return false;
    }

    /** Whether one of these is in the set. */
    public boolean containsAny(Hashes hashes) {
        for (var hash : hashes.values()) {
            if (contains(hash)) {
                return true;
            }
        }
        return false;
    }

    /** The kinds of hashes in the set: what has to be computed of a file to know whether it is meant. */
    public Set<HashAlgorithm> algorithms() {
        return sorted.isEmpty() ? Set.of() : EnumSet.copyOf(sorted.keySet());
    }

    public int size() {
        int size = 0;
        for (var entry : sorted.entrySet()) {
            size += entry.getValue().length / entry.getKey().bytes();
        }
        return size;
    }

    public boolean isEmpty() {
        return sorted.isEmpty();
    }

    /** Gives each hash once, kind after kind, in ascending order. */
    public void forEach(Consumer<FileHash> taker) {
        sorted.forEach((algorithm, values) -> {
            for (int at = 0; at < values.length; at += algorithm.bytes()) {
                taker.accept(hashAt(values, at, algorithm.bytes()));
            }
        });
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof FileHashSet set
                && Arrays.stream(HashAlgorithm.values())
                        .allMatch(algorithm -> Arrays.equals(values(algorithm), set.values(algorithm)));
    }

    @Override
    public int hashCode() {
        int code = 0;
        for (var algorithm : HashAlgorithm.values()) {
            code = 31 * code + Arrays.hashCode(values(algorithm));
        }
        return code;
    }

    @Override
    public String toString() {
        return size() + " hashes";
    }
}
