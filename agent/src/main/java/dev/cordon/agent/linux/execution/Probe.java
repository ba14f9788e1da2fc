package dev.cordon.agent.linux.execution;

import java.util.ArrayList;
import java.util.List;

/** Tries what execution control needs, on a file in memory that no one else can start. Stateless. */
final class Probe {

    private Probe() {}

    /** What this machine lacks, as sentences that say what to do; empty where programs can be refused. */
    static List<String> missing() {
        List<String> missing = new ArrayList<>();
        try (var kernel = new Kernel()) {
            var fanotify = new Fanotify(kernel);
            int group = fanotify.init();
            if (group < 0) {
                missing.add(
                        switch (-group) {
                            case Kernel.EPERM ->
                                "The agent lacks the capability CAP_SYS_ADMIN: run it as root, outside of a container.";
                            case Kernel.ENOSYS ->
                                "This kernel has no fanotify: use one with CONFIG_FANOTIFY, as every distribution has.";
                            default ->
                                "fanotify cannot be used here (errno " + -group
                                        + "): too many listeners may be open, see fs.fanotify.max_user_groups.";
                        });
                return missing;
            }
            int file = kernel.memoryFile();
            try {
                int result =
                        file < 0 ? file : fanotify.markFile(group, Fanotify.OPEN_EXEC_PERM, "/proc/self/fd/" + file);
                if (result < 0) {
                    missing.add("This kernel cannot ask before a program starts (errno " + -result
                            + "): use 5.0 or later with CONFIG_FANOTIFY_ACCESS_PERMISSIONS.");
                }
            } finally {
                kernel.close(file);
                kernel.close(group);
            }
        } catch (RuntimeException | LinkageError e) {
            missing.add("The C library lacks a function that execution control needs (" + e.getMessage()
                    + "): use glibc 2.34 or later.");
        }
        return missing;
    }
}
