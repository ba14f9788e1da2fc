package dev.cordon.agent.linux;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;

/**
 * The ruleset that the boot unit loads. It is on disk before the rules are in force and goes after they are gone, so a
 * power cut at any moment leaves a machine that is isolated at least as long as it should be.
 */
final class StateFile {

    private static final int LIMIT = Nft.OUTPUT_LIMIT;

    private final Path directory;
    private final Path file;

    StateFile(Path directory) {
        this.directory = directory;
        this.file = directory.resolve("isolation.nft");
    }

    Path path() {
        return file;
    }

    Optional<String> read() throws IOException {
        try (var stream = Files.newInputStream(file)) {
            return Optional.of(new String(stream.readNBytes(LIMIT), StandardCharsets.UTF_8));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /** Writes it, unless it is so already. */
    void put(String ruleset) throws IOException {
        try {
            if (!read().equals(Optional.of(ruleset))) {
                write(ruleset);
            }
        } catch (IOException e) {
            throw new IOException(file + " cannot be written: " + e.getMessage(), e);
        }
    }

    /**
     * Makes it what it was, after an isolation that came to nothing. If that fails it says more than is in force; the
     * agent's journal decides at its next start.
     */
    void restore(Optional<String> before) {
        try {
            if (before.isEmpty()) {
                remove();
            } else if (!read().equals(before)) {
                write(before.get());
            }
        } catch (IOException e) {
            // told above
        }
    }

    private void write(String ruleset) throws IOException {
        Path fresh = directory.resolve("isolation.nft.new");
        Files.deleteIfExists(fresh);
        Files.createFile(fresh, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try (FileChannel channel = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = ByteBuffer.wrap(ruleset.getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        syncDirectory();
    }

    void remove() throws IOException {
        if (Files.deleteIfExists(file)) {
            syncDirectory();
        }
    }

    private void syncDirectory() throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
