package dev.cordon.agent.storage;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;

/**
 * The directory in which the agent keeps everything that outlives it, readable by its owner only.
 *
 * @param path the directory; need not exist yet
 */
public record StateDirectory(Path path) {

    /** Where the agent keeps its state unless told otherwise. */
    public static final Path DEFAULT = Path.of("/var/lib/cordon");

    /** Makes the directory, mode 0700, if it is not there. */
    public void create() throws IOException {
        try {
            Files.createDirectories(
                    path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwx------"));
        } catch (AccessDeniedException e) {
            throw new IOException(
                    "cannot write " + path + ": run as root, or give a directory of your own with --state DIR", e);
        }
    }

    /** The machine's key and certificate. */
    public Path identity() {
        return path.resolve("identity.p12");
    }

    /** Tenant, gateways, pinned command keys. */
    public Path properties() {
        return path.resolve("agent.properties");
    }

    /** The key of an enrollment that is not finished. */
    public Path pendingKey() {
        return path.resolve("enrollment.key");
    }

    /** Where the journal is. */
    public Path journal() {
        return path.resolve("journal");
    }

    /** Where commands that are being carried out have their folders. */
    public Path tasks() {
        return path.resolve("tasks");
    }

    /** The running agent's local socket. */
    public Path socket() {
        return path.resolve("agent.sock");
    }

    /** Takes the directory for this process, or nothing if another one (or another agent in this one) has it. */
    public Optional<Lock> tryLock() throws IOException {
        create();
        var channel = FileChannel.open(path.resolve("agent.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            var lock = channel.tryLock();
            if (lock != null) {
                return Optional.of(new Lock(channel));
            }
        } catch (OverlappingFileLockException e) {
            // another agent in this process; told below like any other
        }
        channel.close();
        return Optional.empty();
    }

    /** Held while a process owns the directory; the system drops it when the process ends. */
    public static final class Lock implements AutoCloseable {
        private final FileChannel channel;

        private Lock(FileChannel channel) {
            this.channel = channel;
        }

        @Override
        public void close() {
            try {
                channel.close();
            } catch (IOException e) {
                throw new java.io.UncheckedIOException("the lock of the state directory cannot be closed", e);
            }
        }
    }
}
