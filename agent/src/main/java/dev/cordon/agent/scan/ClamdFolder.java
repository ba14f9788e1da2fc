package dev.cordon.agent.scan;

import dev.cordon.agent.hash.FileHash;
import dev.cordon.agent.hash.HashAlgorithm;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What the private ClamAV is given: a folder with its configuration, its signatures and, as the only place it may write
 * to, {@code run}. All paths in the configuration are relative to it: the folder lies in the agent's state directory,
 * which nobody but the agent's user can enter, so the engine, started in the folder as a user without rights, sees this
 * folder and nothing else of it.
 *
 * <pre>
 * scan/clamd.conf        root, read by the engine
 * scan/db/blocked.hsb    the organisation's block list
 * scan/db/site-…         copies of the site's files
 * scan/db/….cvd          links to the official signatures
 * scan/run/              the engine's: its socket and what it unpacks
 * </pre>
 *
 * Made anew for every scan. For one thread.
 */
final class ClamdFolder {

    /** Whoever ClamAV's packages make for it, or else the user that owns nothing. */
    private static final List<String> USERS = List.of("clamav", "clamscan", "vscan", "nobody");

    private static final long LARGEST_SITE_FILE = 256L << 20;

    private final Path path;
    private final Optional<String> user;
    private final List<Path> site = new ArrayList<>();
    private final List<Path> official = new ArrayList<>();
    private final List<String> tooLarge = new ArrayList<>();
    private int blockedFiles;

    ClamdFolder(Path path) {
        this.path = path;
        boolean privileged = System.getProperty("user.name", "").equals("root");
        user = privileged ? USERS.stream().filter(name -> exists(path, name)).findFirst() : Optional.empty();
    }

    private static boolean exists(Path anywhere, String name) {
        try {
            var _ = anywhere.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(name);
            return true;
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }

    Path path() {
        return path;
    }

    List<Path> site() {
        return site;
    }

    List<Path> official() {
        return official;
    }

    List<String> tooLarge() {
        return tooLarge;
    }

    int blockedFiles() {
        return blockedFiles;
    }

    /**
     * Makes the folder.
     *
     * @param limits lines of the configuration
     * @param leftOut names of files of the database that are not to be in it
     */
    void make(ScanPlaces places, BlockedFiles blocked, FileHash proof, List<String> limits, Set<String> leftOut)
            throws IOException {
        remove();
        site.clear();
        official.clear();
        tooLarge.clear();
        Files.createDirectories(path);
        Path db = Files.createDirectory(path.resolve("db"));
        Path run = Files.createDirectory(path.resolve("run"));
        writeBlocked(db, blocked, proof);
        for (Path file : SignatureFolder.files(places.signatures(), SignatureFolder.OF_A_SITE)) {
            if (Files.size(file) > LARGEST_SITE_FILE) {
                tooLarge.add(file.getFileName().toString());
            } else if (!leftOut.contains("site-" + file.getFileName())) {
                Files.copy(file, db.resolve("site-" + file.getFileName()));
                site.add(file);
            }
        }
        for (Path file : SignatureFolder.files(places.official(), SignatureFolder.OFFICIAL)) {
            if (!leftOut.contains(file.getFileName().toString())) {
                Files.createSymbolicLink(db.resolve(file.getFileName()), file);
                official.add(file);
            }
        }
        Files.write(path.resolve("clamd.conf"), configuration(limits));
        handOver(db, run);
    }

    private void writeBlocked(Path db, BlockedFiles blocked, FileHash proof) throws IOException {
        blockedFiles = 0;
        try (var sha = Files.newBufferedWriter(db.resolve("blocked.hsb"), StandardCharsets.US_ASCII);
                var md5 = Files.newBufferedWriter(db.resolve("blocked.hdb"), StandardCharsets.US_ASCII)) {
            sha.write(line(proof, HashSignatures.PROOF));
            blocked.forEach(hash -> {
                blockedFiles++;
                write(hash.algorithm() == HashAlgorithm.MD5 ? md5 : sha, line(hash, HashSignatures.nameOf(hash)));
            });
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        if (Files.size(db.resolve("blocked.hdb")) == 0) {
            Files.delete(db.resolve("blocked.hdb"));
        }
    }

    /** A size of {@code *} needs an engine of level 73, which is 0.98 of 2013. */
    private static String line(FileHash hash, String name) {
        return hash.hex() + ":*:" + name + ":73\n";
    }

    private static void write(BufferedWriter file, String line) {
        try {
            file.write(line);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<String> configuration(List<String> limits) {
        List<String> lines = new ArrayList<>(List.of(
                "Foreground yes",
                "LocalSocket run/clamd.sock",
                "LocalSocketMode 600",
                "TemporaryDirectory run",
                "DatabaseDirectory db",
                "SelfCheck 0",
                "ConcurrentDatabaseReload no",
                "ExitOnOOM yes"));
        user.ifPresent(name -> lines.add("User " + name));
        lines.addAll(limits);
        return lines;
    }

    private void handOver(Path db, Path run) throws IOException {
        mode(path, "rwxr-x---");
        mode(db, "rwxr-x---");
        mode(run, "rwx------");
        mode(path.resolve("clamd.conf"), "rw-r-----");
        try (var files = Files.newDirectoryStream(db)) {
            for (Path file : files) {
                if (!Files.isSymbolicLink(file)) {
                    mode(file, "rw-r-----");
                    toEngine(file, false);
                }
            }
        }
        toEngine(path, false);
        toEngine(db, false);
        toEngine(path.resolve("clamd.conf"), false);
        toEngine(run, true);
    }

    private static void mode(Path file, String mode) throws IOException {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    }

    /** The engine's user has a group that may read; {@code run} is its own. */
    private void toEngine(Path file, boolean own) throws IOException {
        if (user.isEmpty()) {
            return;
        }
        var view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
        var users = file.getFileSystem().getUserPrincipalLookupService();
        if (own) {
            view.setOwner(users.lookupPrincipalByName(user.get()));
        } else {
            try {
                view.setGroup(users.lookupPrincipalByGroupName(user.get()));
            } catch (java.nio.file.attribute.UserPrincipalNotFoundException e) {
                // the state directory above keeps others out
                Files.setPosixFilePermissions(
                        file, PosixFilePermissions.fromString(Files.isDirectory(file) ? "rwxr-xr-x" : "rw-r--r--"));
            }
        }
    }

    void remove() throws IOException {
        if (!Files.exists(path)) {
            return;
        }
        Files.walkFileTree(path, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path folder, @org.jspecify.annotations.Nullable IOException e)
                    throws IOException {
                Files.delete(folder);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
