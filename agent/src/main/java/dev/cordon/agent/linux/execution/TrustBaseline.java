package dev.cordon.agent.linux.execution;

import dev.cordon.agent.execution.ExecutionException;
import dev.cordon.agent.hash.FileHash;
import dev.cordon.agent.hash.FileHashSet;
import dev.cordon.agent.hash.FileHasher;
import dev.cordon.agent.hash.HashAlgorithm;
import dev.cordon.agent.log.Log;
import dev.cordon.agent.storage.DurableFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;

/**
 * What is trusted because an installed package brought it: the SHA-256 of its programs and libraries as they lie on the
 * disk when the machine is restricted. A file that is no longer what its package installed, by the package's own check
 * value, is not trusted. What was found is kept in the state directory, so that an agent that is started again does not
 * trust what was put there meanwhile.
 */
final class TrustBaseline {

    private static final int HASH_BYTES = 32;
    private static final long MOST_BYTES = 64L << 20;

    private final Path kept;
    private final List<PackageDatabase> databases;
    private final Log log;

    TrustBaseline(Path stateDirectory, List<PackageDatabase> databases, Log log) {
        this.kept = stateDirectory.resolve("execution.trust");
        this.databases = databases;
        this.log = log;
    }

    static TrustBaseline ofThisMachine(Path stateDirectory, Log log) {
        return new TrustBaseline(stateDirectory, PackageDatabase.ofThisMachine(), log);
    }

    /** What is missing to know what installed packages brought. */
    List<String> missing() {
        return databases.isEmpty()
                ? List.of("No package database was found (dpkg or rpm): a restriction trusts only the hashes and paths"
                        + " that its order names.")
                : List.of();
    }

    /**
     * @param again use what was kept, if it is there and whole
     * @param scripts also files that only interpreters open
     */
    FileHashSet capture(boolean again, boolean scripts) throws ExecutionException, InterruptedException {
        try {
            if (again) {
                var before = read();
                if (before != null) {
                    return before;
                }
                log.warn("trust-captured-anew", "reason", "what was kept of it is missing or damaged");
            }
            var found = lookUp(scripts);
            write(found);
            return found;
        } catch (IOException e) {
            throw new ExecutionException("what is trusted could not be looked up: " + e.getMessage(), e);
        }
    }

    private FileHashSet lookUp(boolean scripts) throws IOException, InterruptedException {
        long start = System.nanoTime();
        List<FileHash> trusted = new ArrayList<>();
        int[] changed = {0};
        try (var hasher = FileHasher.open()) {
            for (var database : databases) {
                database.forEach(scripts, installed -> {
                    if (Thread.currentThread().isInterrupted()) {
                        throw new java.io.InterruptedIOException("the lookup was interrupted");
                    }
                    var algorithms = EnumSet.of(HashAlgorithm.SHA256);
                    installed.check().ifPresent(check -> algorithms.add(check.algorithm()));
                    try {
                        var hashes = hasher.hash(installed.path(), algorithms, FileHasher.NO_LIMIT);
                        if (installed.check().map(hashes::matches).orElse(true)) {
                            trusted.add(hashes.sha256());
                        } else {
                            changed[0]++;
                            log.warn("installed-file-changed", "file", installed.path());
                        }
                    } catch (java.io.InterruptedIOException e) {
                        throw e;
                    } catch (IOException e) {
                        log.debug("installed-file-not-read", "file", installed.path());
                    }
                });
            }
        } catch (java.io.InterruptedIOException e) {
            Thread.interrupted();
            throw new InterruptedException(e.getMessage());
        }
        log.info(
                "trust-captured",
                "files",
                trusted.size(),
                "changed",
                changed[0],
                "millis",
                (System.nanoTime() - start) / 1_000_000);
        return FileHashSet.of(trusted);
    }

    /** The kept hashes one after the other, and the SHA-256 of them all. */
    private void write(FileHashSet hashes) throws IOException {
        byte[] bytes = new byte[(hashes.size() + 1) * HASH_BYTES];
        int[] at = {0};
        hashes.forEach(hash -> {
            System.arraycopy(hash.bytes(), 0, bytes, at[0], HASH_BYTES);
            at[0] += HASH_BYTES;
        });
        System.arraycopy(check(bytes, at[0]), 0, bytes, at[0], HASH_BYTES);
        DurableFiles.replace(kept, bytes);
    }

    private @org.jspecify.annotations.Nullable FileHashSet read() throws IOException {
        byte[] bytes;
        try {
            if (Files.size(kept) > MOST_BYTES) {
                return null;
            }
            bytes = Files.readAllBytes(kept);
        } catch (NoSuchFileException e) {
            return null;
        }
        int end = bytes.length - HASH_BYTES;
        if (end < 0
                || end % HASH_BYTES != 0
                || !MessageDigest.isEqual(check(bytes, end), Arrays.copyOfRange(bytes, end, bytes.length))) {
            return null;
        }
        List<FileHash> hashes = new ArrayList<>(end / HASH_BYTES);
        for (int at = 0; at < end; at += HASH_BYTES) {
            hashes.add(FileHash.of(Arrays.copyOfRange(bytes, at, at + HASH_BYTES)));
        }
        return FileHashSet.of(hashes);
    }

    void forget() throws IOException {
        DurableFiles.delete(kept);
    }

    private static byte[] check(byte[] bytes, int end) {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            digest.update(bytes, 0, end);
            return digest.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java run time has SHA-256", e);
        }
    }
}
