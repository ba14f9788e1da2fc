package dev.cordon.agent.quarantine;

import dev.cordon.agent.files.RawPath;
import java.util.List;

/** Something that starts the wanted file. Immutable. */
sealed interface Entry {

    RawPath path();

    /** Whether it may be something that the service manager reads. */
    static boolean ofSystemd(RawPath path) {
        return path.toString().contains("/systemd/");
    }

    /** A file that serves nothing else. */
    record Whole(RawPath path, String what) implements Entry {}

    /** A symbolic link that enables it, or leads to it. */
    record Link(RawPath path, String what) implements Entry {}

    /**
     * Lines of a file that serves others too.
     *
     * @param lines with their line ends
     */
    record Some(RawPath path, List<byte[]> lines, String what) implements Entry {}
}
