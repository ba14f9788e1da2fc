package dev.cordon.agent.scan;

import dev.cordon.agent.hash.FileHash;
import dev.cordon.agent.hash.HashAlgorithm;
import dev.cordon.agent.hash.Hashes;
import dev.cordon.agent.scan.SignatureLines.Signature;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Hashes a scan looks for, at eight bytes each: the first eight of the hash, sorted. What these find is looked up in
 * full where it came from, which happens only for files that are found, or once in 10<sup>13</sup> files. Where every
 * signature of a kind names its size, only files of such a size need to be hashed. Immutable once read.
 */
final class HashSignatures {

    /** The name of the signature of the file that tests the engine. */
    static final String PROOF = "Cordon.Proof";

    private static final int MOST = 500_000;

    private final BlockedFiles blocked;
    private final List<Path> files;
    private final FileHash proof;
    private final Map<HashAlgorithm, Keys> keys = new EnumMap<>(HashAlgorithm.class);
    private int blockedCount;
    private int count;
    private int left;
    private int wrongLines;

    private HashSignatures(BlockedFiles blocked, List<Path> files, FileHash proof) {
        this.blocked = blocked;
        this.proof = proof;
        this.files = List.copyOf(files);
    }

    /**
     * @param files {@code .hdb} and {@code .hsb}
     * @param proof of the file that tests the engine; not counted
     */
    static HashSignatures read(BlockedFiles blocked, List<Path> files, FileHash proof) throws IOException {
        var signatures = new HashSignatures(blocked, files, proof);
        signatures.keys(proof).add(new Signature(proof, Signature.ANY_SIZE, PROOF));
        blocked.forEach(hash -> {
            signatures.blockedCount++;
            signatures.add(new Signature(hash, Signature.ANY_SIZE, ""));
        });
        for (Path file : files) {
            signatures.wrongLines += SignatureLines.read(file, signatures::add);
        }
        signatures.keys.values().forEach(Keys::sort);
        return signatures;
    }

    /** The name under which a blocked file is reported. */
    static String nameOf(FileHash blocked) {
        return "Cordon.BlockedFile." + blocked.hex().substring(0, 16);
    }

    private void add(Signature signature) {
        if (count == MOST) {
            left++;
            return;
        }
        count++;
        keys(signature.hash()).add(signature);
    }

    private Keys keys(FileHash hash) {
        return keys.computeIfAbsent(hash.algorithm(), algorithm -> new Keys());
    }

    int blockedFiles() {
        return blockedCount;
    }

    int fromFiles() {
        return count - Math.min(count, blockedCount);
    }

    /** How many were left out because there are more than memory is meant for. */
    int leftOut() {
        return left;
    }

    int wrongLines() {
        return wrongLines;
    }

    /** Which hashes of a file of this size can be among these; often none. */
    Set<HashAlgorithm> algorithms(long size) {
        Set<HashAlgorithm> needed = EnumSet.noneOf(HashAlgorithm.class);
        keys.forEach((algorithm, of) -> {
            if (of.concernsSize(size)) {
                needed.add(algorithm);
            }
        });
        return needed;
    }

    /** The name of the signature that one of these hashes has, if there is one. */
    Optional<String> match(Hashes hashes) throws IOException {
        for (FileHash hash : hashes.values()) {
            var of = keys.get(hash.algorithm());
            if (of != null && of.contains(hash)) {
                var name = find(hash, hashes.size());
                if (name.isPresent()) {
                    return name;
                }
            }
        }
        return Optional.empty();
    }

    private Optional<String> find(FileHash wanted, long size) throws IOException {
        if (wanted.equals(proof)) {
            return Optional.of(PROOF);
        }
        String[] name = new String[1];
        blocked.forEach(hash -> {
            if (hash.equals(wanted)) {
                name[0] = nameOf(hash);
            }
        });
        for (Path file : files) {
            if (name[0] != null) {
                break;
            }
            SignatureLines.read(file, signature -> {
                if (signature.hash().equals(wanted) && signature.fits(size)) {
                    name[0] = signature.name();
                }
            });
        }
        return Optional.ofNullable(name[0]);
    }

    private static final class Keys {
        private long[] values = new long[64];
        private long[] sizes = new long[0];
        private int count;
        private int sized;

        void add(Signature signature) {
            if (count == values.length) {
                values = Arrays.copyOf(values, count * 2);
            }
            values[count++] = key(signature.hash());
            if (signature.size() != Signature.ANY_SIZE) {
                if (sized == sizes.length) {
                    sizes = Arrays.copyOf(sizes, Math.max(64, sized * 2));
                }
                sizes[sized++] = signature.size();
            }
        }

        void sort() {
            Arrays.sort(values, 0, count);
            Arrays.sort(sizes, 0, sized);
        }

        boolean concernsSize(long size) {
            return sized < count || Arrays.binarySearch(sizes, 0, sized, size) >= 0;
        }

        boolean contains(FileHash hash) {
            return Arrays.binarySearch(values, 0, count, key(hash)) >= 0;
        }

        private static long key(FileHash hash) {
            return ByteBuffer.wrap(hash.bytes()).getLong();
        }
    }
}
