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

    /** Where the kernel has it. */
    static final Path SETTING = Path.of("/proc/sys/vm/memfd_noexec");

    private static final String REFUSE = "2";

    private final Path setting;
    private final Path before;

    /** @param setting the kernel's file, or one that is not there where it is to be left alone */
    MemoryPrograms(Path setting, Path stateDirectory) {
        this.setting = setting;
        this.before = stateDirectory.resolve("execution.memfd");
    }

    void forbid() throws IOException {
        if (!Files.exists(setting)) {
            return;
        }
        String now = Files.readString(setting).strip();
        if (!now.equals(REFUSE)) {
            DurableFiles.replace(before, now.getBytes(StandardCharsets.US_ASCII));
            Files.writeString(setting, REFUSE);
        }
    }

    /** Sets it back to what it was before {@link #forbid}; does nothing without it. */
    void recover() throws IOException {
        try {
            String was = Files.readString(before).strip();
            if (Files.exists(setting)) {
                Files.writeString(setting, was);
            }
            DurableFiles.delete(before);
        } catch (NoSuchFileException e) {
            // it was not changed
        }
    }
}
