package dev.cordon.agent.scan;

import dev.cordon.agent.hash.FileHash;
import java.util.function.Consumer;

/** The organisation's blocked files: every scan looks for them. Safe for use by many threads. */
@FunctionalInterface
public interface BlockedFiles {

    /** Tells the hashes one by one, as they are in force now. */
    void forEach(Consumer<FileHash> action);
}
