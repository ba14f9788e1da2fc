package dev.cordon.agent.finder;

import dev.cordon.agent.files.RawPath;

/**
 * A process that runs the wanted file. Immutable.
 *
 * @param name of the process, as it calls itself
 * @param path of the file as the process has it; with {@code (deleted)} behind it where the name is gone
 */
public record Running(int pid, How how, String name, RawPath path) {

    /** In which way it runs it. */
    public enum How {
        /** It is the program. */
        PROGRAM,
        /** It has it loaded as code. */
        LOADED,
        /** It is an interpreter of it. */
        SCRIPT
    }
}
