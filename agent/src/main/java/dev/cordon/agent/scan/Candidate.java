package dev.cordon.agent.scan;

import java.nio.file.Path;

/**
 * A file to be scanned. Immutable.
 *
 * @param shown the name people know it by
 * @param open the name it is opened by
 * @param follow whether that name is a link of {@code /proc} to the file
 * @param size in bytes, when it was found
 */
record Candidate(Path shown, Path open, boolean follow, long size) {

    static Candidate of(Path file, long size) {
        return new Candidate(file, file, false, size);
    }
}
