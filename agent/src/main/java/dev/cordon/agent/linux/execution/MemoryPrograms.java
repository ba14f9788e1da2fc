package dev.cordon.agent.linux.execution;

import dev.cordon.agent.storage.DurableFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * Closes the way around file systems: programs that are started from memory (memfd_create(2)), which no mark can see. The
 * kernel's {@code vm.memfd_noexec} holds for the agent's PID namespace and those below it; 2 refuses memory files that
 * could be executed. What it was is kept in a file until it is set back. Kernels before 6.3 do not have it.
 */
final class MemoryPrograms {

    private static final Path SETTING = Path.of("/proc/sys/vm/memfd_noexec");
    private static final String REFUSE = "2";

    private static Path before(Path stateDirectory) {
        return stateDirectory.resolve("execution.memfd");
    }

    /** Whether this kernel can close the way. */
    static boolean supported() {
        return Files.exists(SETTING);
    }

    void forbid(Path stateDirectory) throws IOException {
        if (!supported()) {
            return;
        }
        String now = Files.readString(SETTING).strip();
        if (!now.equals(REFUSE)) {
            DurableFiles.replace(before(stateDirectory), now.getBytes(StandardCharsets.US_ASCII));
            Files.writeString(SETTING, REFUSE);
        }
    }

    /** Sets it back to what it was before {@link #forbid}; does nothing without it. */
    void recover(Path stateDirectory) throws IOException {
        Path file = before(stateDirectory);
        try {
            Files.writeString(SETTING, Files.readString(file).strip());
            DurableFiles.delete(file);
        } catch (NoSuchFileException e) {
            // it was not changed
        }
    }
}
