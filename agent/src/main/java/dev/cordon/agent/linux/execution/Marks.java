package dev.cordon.agent.linux.execution;

import dev.cordon.agent.log.Log;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Puts the marks of the fanotify group on file systems: on those mounted in the agent's own mount namespace and on those
 * of all others, through {@code /proc/PID/root}. A mark is on the file system and not on the mount, so that bind mounts,
 * other namespaces and overlays on top of it do not lead around it.
 *
 * <p>Nothing is remembered from one look to the next, because the number of a file system is used again when it is
 * gone; to mark twice costs some microseconds and changes nothing. For one thread.
 */
final class Marks {

    private static final int ALREADY_GONE = Kernel.ENOENT;

    /** What is open as data is not marked one by one. */
    private static final long OF_OPENS = Fanotify.OPEN_PERM | Fanotify.CLOSE_WRITE;

    private final Kernel kernel;
    private final Fanotify fanotify;
    private final int group;
    private final FileSystems which;
    private final Log log;
    private final Set<String> told = new HashSet<>();

    Marks(Kernel kernel, int group, FileSystems which, Log log) {
        this.kernel = kernel;
        this.fanotify = new Fanotify(kernel);
        this.group = group;
        this.which = which;
        this.log = log;
    }

    /**
     * What was found at one look.
     *
     * @param mounts the numbers of all mounts in them
     * @param foreign the file systems whose content is not this machine's
     * @param marked how many file systems bear the mark now
     * @param failed what could not be marked, in words
     */
    record Look(Set<Long> mounts, Set<Long> foreign, int marked, List<String> failed) {}

    /**
     * Marks everything that is there now.
     *
     * @param namespaces as told by {@link #namespaces}
     * @param opens whether opens are judged too
     * @param foreign whether file systems whose content is not this machine's are marked
     */
    Look mark(Map<Long, Integer> namespaces, boolean opens, boolean foreign) {
        Set<Long> mounts = new HashSet<>();
        Set<Long> seen = new HashSet<>();
        Set<Long> foreignSeen = new HashSet<>();
        List<String> failed = new ArrayList<>();
        int own = ownPid();
        markAll("/proc/self/mountinfo", "", opens, foreign, mounts, seen, foreignSeen, failed);
        namespaces.forEach((namespace, pid) -> {
            if (pid != own) {
                markAll(
                        "/proc/" + pid + "/mountinfo",
                        "/proc/" + pid + "/root",
                        opens,
                        foreign,
                        mounts,
                        seen,
                        foreignSeen,
                        failed);
            }
        });
        for (var failure : failed) {
            if (told.add(failure)) {
                log.warn("file-system-not-marked", "reason", failure);
            }
        }
        return new Look(Set.copyOf(mounts), Set.copyOf(foreignSeen), seen.size(), List.copyOf(failed));
    }

    static int ownPid() {
        return (int) ProcessHandle.current().pid();
    }

    /** The namespaces of mounts, by their number, each with a process that lives in it. */
    Map<Long, Integer> namespaces() {
        Map<Long, Integer> found = new HashMap<>();
        int own = ownPid();
        found.put(kernel.mountNamespace(own), own);
        for (int process : Processes.all()) {
            long namespace = kernel.mountNamespace(process);
            if (namespace != 0) {
                found.putIfAbsent(namespace, process);
            }
        }
        return found;
    }

    private void markAll(
            String table,
            String root,
            boolean opens,
            boolean foreign,
            Set<Long> mounts,
            Set<Long> seen,
            Set<Long> foreignSeen,
            List<String> failed) {
        List<String> lines;
        try {
            lines = Mount.lines(Path.of(table));
        } catch (IOException e) {
            return; // the process has ended; if its namespace lives on, the next look finds it by another one
        }
        for (var line : lines) {
            var mount = Mount.parse(line).orElse(null);
            if (mount == null) {
                continue;
            }
            mounts.add(mount.id());
            if (!which.controls(mount) || seen.contains(mount.device())) {
                continue;
            }
            if (mount.kind() == Mount.Kind.FOREIGN) {
                foreignSeen.add(mount.device());
                if (!foreign) {
                    continue;
                }
            }
            if (mark(mount, root + mount.point(), opens, failed)) {
                seen.add(mount.device());
            }
        }
    }

    private boolean mark(Mount mount, String path, boolean opens, List<String> failed) {
        if (mount.kind() == Mount.Kind.LOCAL) {
            var state = kernel.state(path);
            if (state == null) {
                return false;
            }
            if (state.id().device() != mount.device() && !mount.type().equals("btrfs")) {
                return false; // another mount lies on top of this one
            }
        }
        if (!opens) {
            fanotify.markFileSystem(group, false, OF_OPENS, path);
        }
        long mask = Fanotify.OPEN_EXEC_PERM | (opens ? OF_OPENS : 0);
        int result = fanotify.markFileSystem(group, true, mask, path);
        if (result < 0) {
            if (result != -ALREADY_GONE) {
                failed.add(mount.type() + " on " + mount.point() + " (errno " + -result + ")");
            }
            return false;
        }
        return true;
    }
}
