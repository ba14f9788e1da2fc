package dev.cordon.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;

/**
 * The directory that holds all of a server's data. It is locked while a server runs, by the kernel, so that the lock
 * ends with the process however that ends. Its mode is 0700.
 */
final class DataDirectory implements AutoCloseable {

    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rwx------");
    private static final Set<PosixFilePermission> OWNER_FILE = PosixFilePermissions.fromString("rw-------");
    private static final String LOCK = "server.lock";
    private static final List<String> MARKS = List.of(LOCK, "master.key", "cordon.db");

    private final Path path;
    private final FileChannel lockFile;

    private DataDirectory(Path path, FileChannel lockFile) {
        this.path = path;
        this.lockFile = lockFile;
    }

    /**
     * Makes the directory if it is missing, and locks it.
     *
     * @throws StartException if it cannot be made or written, is not Cordon's, or another server uses it
     */
    static DataDirectory open(Path path) {
        try {
            make(path);
            requireOurs(path);
            var channel = lock(path);
            Files.setPosixFilePermissions(path, OWNER_ONLY);
            return new DataDirectory(path, channel);
        } catch (IOException e) {
            throw cannot(path, e);
        }
    }

    Path masterKey() {
        return path.resolve("master.key");
    }

    Path database() {
        return path.resolve("cordon.db");
    }

    Path tls() {
        return path.resolve("tls");
    }

    Path caPem() {
        return tls().resolve("ca.pem");
    }

    /** What machines handed over, encrypted. */
    Path objects() {
        return path.resolve("objects");
    }

    Path operatorFile() {
        return path.resolve("operator.json");
    }

    /**
     * The master key is made before the database, the operator's file after it: one without the other was lost.
     *
     * @throws StartException if that is so
     */
    void requireWhole() {
        if (Files.exists(database()) && !Files.exists(masterKey())) {
            throw new StartException(
                    masterKey() + " is missing although " + database()
                            + " is there. Restore it from the backup that the database is from; without it no private"
                            + " key in the database can be read. Nothing was changed.",
                    null);
        }
        if (Files.exists(operatorFile()) && sizeOfDatabase() == 0) {
            throw new StartException(
                    database() + " is missing or empty although " + operatorFile()
                            + " is there. Restore it from a backup; to begin anew with no machines and no history, delete "
                            + operatorFile() + ". Nothing was changed.",
                    null);
        }
    }

    private long sizeOfDatabase() {
        try {
            return Files.exists(database()) ? Files.size(database()) : 0;
        } catch (IOException e) {
            throw cannot(path, e);
        }
    }

    /** The SQLite file must not be readable for others from its first byte on. */
    void prepareDatabase() {
        try {
            if (!Files.exists(database())) {
                Files.createFile(database(), PosixFilePermissions.asFileAttribute(OWNER_FILE));
            }
        } catch (IOException e) {
            throw cannot(path, e);
        }
    }

    @Override
    public void close() {
        try {
            lockFile.close();
        } catch (IOException e) {
            throw cannot(path, e);
        }
    }

    private static void make(Path path) throws IOException {
        if (Files.isDirectory(path)) {
            return;
        }
        Files.createDirectories(path, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
    }

    private static void requireOurs(Path path) throws IOException {
        if (MARKS.stream().anyMatch(mark -> Files.exists(path.resolve(mark), LinkOption.NOFOLLOW_LINKS))) {
            return;
        }
        try (var entries = Files.list(path)) {
            if (entries.findAny().isPresent()) {
                throw new StartException(
                        path + " is not empty and not a data directory of Cordon. Give --data another directory.",
                        null);
            }
        }
    }

    private static FileChannel lock(Path path) throws IOException {
        var file = path.resolve(LOCK);
        var channel = FileChannel.open(
                file,
                Set.of(
                        StandardOpenOption.CREATE,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE,
                        LinkOption.NOFOLLOW_LINKS),
                PosixFilePermissions.asFileAttribute(OWNER_FILE));
        try {
            if (tryLock(channel)) {
                channel.truncate(0);
                channel.write(
                        ByteBuffer.wrap((ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.US_ASCII)));
                return channel;
            }
        } catch (IOException e) {
            channel.close();
            throw e;
        }
        var holder = holder(channel);
        channel.close();
        throw new StartException(
                "Another server" + holder + " uses " + path + ". End it first, or give --data another directory.",
                null);
    }

    private static boolean tryLock(FileChannel channel) throws IOException {
        try {
            FileLock lock = channel.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    private static String holder(FileChannel channel) throws IOException {
        var bytes = ByteBuffer.allocate(20);
        channel.read(bytes, 0);
        var text = new String(bytes.array(), 0, bytes.position(), StandardCharsets.US_ASCII).strip();
        return text.matches("[0-9]+") ? " (process " + text + ")" : "";
    }

    private static StartException cannot(Path path, IOException e) {
        var reason = switch (e) {
            case AccessDeniedException denied -> "the user the server runs as may not write there";
            case FileAlreadyExistsException exists -> "there is something else of that name";
            case NotDirectoryException file -> "it is not a directory";
            case DirectoryNotEmptyException full -> "it is not empty";
            default -> String.valueOf(e.getMessage());
        };
        return new StartException(
                "The data directory " + path + " cannot be used: " + reason
                        + ". Make it a directory that this user can write, or give --data another one.",
                e);
    }
}
