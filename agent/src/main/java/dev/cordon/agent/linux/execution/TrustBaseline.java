package dev.cordon.agent.linux.execution;

import dev.cordon.agent.execution.ExecutionException;
import dev.cordon.agent.hash.FileHash;
import dev.cordon.agent.hash.FileHashSet;
import dev.cordon.agent.hash.FileHasher;
import dev.cordon.agent.hash.HashAlgorithm;
import dev.cordon.agent.log.Log;
import dev.cordon.agent.storage.DurableFiles;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is trusted because an installed package brought it: programs and libraries that are on the disk when the machine
 * is restricted, by the check value that their package has of them; a few have none, and are trusted by their SHA-256 as
 * they are at that moment. A file that is no longer what its package installed has another hash and is not trusted.
 *
 * <p>Nothing that has a check value is read: it is hashed when it is started for the first time, as every file is, and a
 * machine with two gigabytes of programs is restricted within a second or two. dpkg's check values are MD5, for which
 * nobody can make a file that matches another one's value; who could make both files alike must have had his own file
 * packaged and installed. Who can write to the packages' lists is root.
 *
 * <p>What was found is kept in the state directory, so that an agent that is started again does not trust what was put
 * there meanwhile.
 */
final class TrustBaseline {

    private static final byte[] HEAD = "cordon trust v2\n".getBytes(StandardCharsets.US_ASCII);
    private static final int CHECK_BYTES = 32;
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
                ? List.of(
                        "No package database was found (dpkg's, or rpm's with its program): a restriction trusts only the hashes and paths"
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
        int[] read = {0};
        try (var hasher = FileHasher.open()) {
            for (var database : databases) {
                database.forEach(scripts, installed -> {
                    if (Thread.currentThread().isInterrupted()) {
                        throw new InterruptedIOException("the lookup was interrupted");
                    }
                    if (installed.check().isPresent()) {
                        trusted.add(installed.check().get());
                    } else {
                        read[0]++;
                        hash(hasher, installed.path()).ifPresent(trusted::add);
                    }
                });
            }
        } catch (InterruptedIOException e) {
            Thread.interrupted();
            throw new InterruptedException(e.getMessage());
        }
        log.info(
                "trust-captured",
                "files",
                trusted.size(),
                "read",
                read[0],
                "millis",
                (System.nanoTime() - start) / 1_000_000);
        return FileHashSet.of(trusted);
    }

    private Optional<FileHash> hash(FileHasher hasher, Path file) throws InterruptedIOException {
        try {
            return Optional.of(hasher.hash(file, EnumSet.of(HashAlgorithm.SHA256), FileHasher.NO_LIMIT)
                    .sha256());
        } catch (InterruptedIOException e) {
            throw e;
        } catch (IOException e) {
            log.debug("installed-file-not-read", "file", file);
            return Optional.empty();
        }
    }

    /** The kept hashes one after the other, each behind its length, and the SHA-256 of them all. */
    private void write(FileHashSet hashes) throws IOException {
        var out = ByteBuffer.allocate(HEAD.length + hashes.size() * (1 + CHECK_BYTES) + CHECK_BYTES)
                .put(HEAD);
        hashes.forEach(hash -> out.put((byte) hash.algorithm().bytes()).put(hash.bytes()));
        out.put(check(out.array(), out.position()));
        DurableFiles.replace(kept, Arrays.copyOf(out.array(), out.position()));
    }

    private @Nullable FileHashSet read() throws IOException {
        byte[] bytes;
        try {
            if (Files.size(kept) > MOST_BYTES) {
                return null;
            }
            bytes = Files.readAllBytes(kept);
        } catch (NoSuchFileException e) {
            return null;
        }
        int end = bytes.length - CHECK_BYTES;
        if (end < HEAD.length
                || !Arrays.equals(HEAD, Arrays.copyOf(bytes, HEAD.length))
                || !MessageDigest.isEqual(check(bytes, end), Arrays.copyOfRange(bytes, end, bytes.length))) {
            return null;
        }
        var in = ByteBuffer.wrap(bytes, HEAD.length, end - HEAD.length);
        List<FileHash> hashes = new ArrayList<>();
        while (in.hasRemaining()) {
            byte[] hash = new byte[in.get()];
            in.get(hash);
            hashes.add(FileHash.of(hash));
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
