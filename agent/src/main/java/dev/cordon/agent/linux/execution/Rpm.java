package dev.cordon.agent.linux.execution;

import dev.cordon.agent.hash.FileHash;
import dev.cordon.agent.quarantine.RpmDatabase;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Packages of RPM, asked of its own program: a line a file, of which the first field is the check value, SHA-256 in every
 * package of the last ten years and MD5 in older ones, and the rest the name (rpm(8), {@code --queryformat}). Files that
 * no package's build made ({@code %ghost}) have no check value, and neither have links and folders.
 *
 * @param root where the files lie
 */
record Rpm(RpmDatabase database, Path root) implements PackageDatabase {

    private static final List<String> FILES = List.of("-a", "--qf", "[%{FILEDIGESTS} %{FILENAMES}\\n]");

    @Override
    public void forEach(boolean scripts, Taker taker) throws IOException, InterruptedException {
        int status = database.query(FILES, line -> {
            var file = parse(line);
            if (file.isPresent() && PackageDatabase.isProgram(file.get().path(), scripts)) {
                taker.take(file.get());
            }
        });
        if (status != 0) {
            throw new IOException("rpm -qa ended with status " + status + ": see whether its database is whole");
        }
    }

    /** @param line one character a byte */
    private Optional<InstalledFile> parse(String line) {
        int blank = line.indexOf(' ');
        if (blank < 0 || !line.startsWith("/", blank + 1)) {
            return Optional.empty();
        }
        try {
            byte[] name = line.substring(blank + 2).getBytes(StandardCharsets.ISO_8859_1);
            return Optional.of(new InstalledFile(
                    root.resolve(new String(name, StandardCharsets.UTF_8)), check(line.substring(0, blank))));
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }

    private static Optional<FileHash> check(String digits) {
        try {
            return digits.isEmpty() ? Optional.empty() : Optional.of(FileHash.parse(digits));
        } catch (IllegalArgumentException e) {
            // a kind of hash that is not known here: the file is read instead
            return Optional.empty();
        }
    }
}
