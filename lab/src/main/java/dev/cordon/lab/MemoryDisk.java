package dev.cordon.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * A file system in memory, mounted on a folder: a machine of the lab may be forbidden to start what lies on it without
 * anything being forbidden to this computer. Unmounted on close, with all that is in it.
 */
public final class MemoryDisk implements AutoCloseable {

    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    private final Path folder;

    private MemoryDisk(Path folder) {
        this.folder = folder;
    }

    /** @throws LabException if it cannot be mounted, which takes root */
    public static MemoryDisk mount(Path folder, int mebibytes) {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException("no folder to mount on: " + folder, e);
        }
        Programs.run(
                        TIMEOUT,
                        "",
                        List.of(
                                "mount",
                                "-t",
                                "tmpfs",
                                "-o",
                                "mode=0755,size=" + mebibytes + "m",
                                "cordon-lab",
                                folder.toString()))
                .orThrow();
        return new MemoryDisk(folder);
    }

    @Override
    public void close() {
        Programs.run(TIMEOUT, "", List.of("umount", "-l", folder.toString()));
    }
}
