package dev.cordon.fleet.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.stream.Collectors;

/** Files that others wait for: readable by their owner only, and there as a whole or not at all. */
final class OutputFile {

    private OutputFile() {}

    /** Writes shell variables, each in single quotes. */
    static void variables(Path file, Map<String, String> variables) {
        write(
                file,
                variables.entrySet().stream()
                        .map(entry -> entry.getKey() + "='" + entry.getValue().replace("'", "'\\''") + "'\n")
                        .collect(Collectors.joining()));
    }

    /**
     * Looks whether this file can be written, so that nobody learns after the walk that it cannot.
     *
     * @throws UncheckedIOException if not, with a sentence
     */
    static void requireWritable(Path file) {
        try {
            if (Files.isDirectory(file)) {
                throw new IOException("it is a directory");
            }
            Files.delete(fresh(file));
        } catch (IOException e) {
            throw notWritten(file, e);
        }
    }

    private static Path fresh(Path file) throws IOException {
        Path parent = file.toAbsolutePath().getParent();
        Files.createDirectories(parent);
        return Files.createTempFile(
                parent,
                "." + file.getFileName(),
                ".new",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    }

    private static UncheckedIOException notWritten(Path file, IOException e) {
        String reason = e instanceof FileSystemException && e.getMessage() != null
                ? e.getClass().getSimpleName().replace("Exception", "") + ": " + e.getMessage()
                : String.valueOf(e.getMessage());
        return new UncheckedIOException("cannot write " + file + " (" + reason + ")", e);
    }

    static void write(Path file, String text) {
        try {
            Path fresh = fresh(file);
            Files.writeString(fresh, text);
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw notWritten(file, e);
        }
    }
}
