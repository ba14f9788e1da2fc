package dev.cordon.agent.linux.execution;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A file in the state directory that is there while programs are being refused, so that an agent knows at its start
 * whether somebody before it was ended while they were. A boot ends it too, and is not told; therefore it need not be on
 * the disk before the first file is refused, only in the file system.
 */
final class Marker {

    private static final Path BOOT = Path.of("/proc/sys/kernel/random/boot_id");

    private final Path file;

    Marker(Path stateDirectory) {
        this.file = stateDirectory.resolve("execution.active");
    }

    private static String boot() throws IOException {
        return Files.readString(BOOT).strip();
    }

    void set() throws IOException {
        Files.writeString(file, boot() + "\n");
    }

    void clear() throws IOException {
        Files.deleteIfExists(file);
    }

    /** When programs began to be refused by an agent that was ended in this boot and did not stop it itself. */
    Optional<java.time.Instant> leftBehind() throws IOException {
        try {
            return Files.readString(file).strip().equals(boot())
                    ? Optional.of(Files.getLastModifiedTime(file).toInstant())
                    : Optional.empty();
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }
}
