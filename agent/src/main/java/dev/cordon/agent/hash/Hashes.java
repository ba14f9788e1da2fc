package dev.cordon.agent.hash;

import java.util.List;
import java.util.Optional;

/**
 * What one pass over a file gave. Immutable.
 *
 * @param size bytes read
 * @param values one for each algorithm asked for
 */
public record Hashes(long size, List<FileHash> values) {

    public Hashes {
        values = List.copyOf(values);
    }

    /** The hash of this kind, if it was asked for. */
    public Optional<FileHash> of(HashAlgorithm algorithm) {
        return values.stream().filter(hash -> hash.algorithm() == algorithm).findFirst();
    }

    /** @throws IllegalStateException if SHA-256 was not asked for */
    public FileHash sha256() {
        return of(HashAlgorithm.SHA256).orElseThrow(() -> new IllegalStateException("SHA-256 was not asked for"));
    }

    /** Whether the file is the one with this hash; false also where hashes of its kind were not asked for. */
    public boolean matches(FileHash hash) {
        return values.contains(hash);
    }
}
