package dev.cordon.agent.scan;

import dev.cordon.agent.files.FileSystemKind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which mounts below the root of a scan belong to it: local file systems, each once. Left out are those without files of
 * their own (proc, sysfs, …), those of the network, overlays (their layers are on a local file system), and what another
 * mount shows as well (bind mounts). Read from {@code mountinfo} (proc_pid_mountinfo(5)). For one thread.
 */
final class Mounts {

    private final Path table;
    private final Path root;
    private Map<String, Boolean> entered = Map.of();
    private Map<String, String> types = Map.of();

    Mounts(Path table, Path root) {
        this.table = table;
        this.root = root;
        read();
    }

    /**
     * Whether a scan goes on into a directory.
     *
     * @param newDevice whether it is on another device than the directory above it
     */
    boolean enter(Path directory, boolean newDevice) {
        String name = directory.toString();
        if (newDevice && !entered.containsKey(name)) {
            read();
        }
        // a subvolume is a device of its own without being a mount
        return entered.getOrDefault(name, true);
    }

    /** Whether a path leads to a file system that may let its readers wait for the network. */
    boolean ofNetwork(Path path) {
        for (Path at = path; at != null; at = at.getParent()) {
            String type = types.get(at.toString());
            if (type != null) {
                return mayWait(type);
            }
        }
        return false;
    }

    private static boolean mayWait(String type) {
        var kind = FileSystemKind.of(type);
        // lxcfs answers in memory
        return kind == FileSystemKind.NETWORK || (kind == FileSystemKind.USER_SPACE && !type.equals("fuse.lxcfs"));
    }

    /** Devices are no files that a scan could read. */
    private static boolean hasFiles(String type) {
        return FileSystemKind.of(type) != FileSystemKind.KERNEL && !type.equals("devtmpfs");
    }

    private record Mount(String device, String top, String at, String type) {

        /** What of its device is seen below the root of the scan. */
        Mount within(String root) {
            return at.equals(root) || root.equals("/") || !isBelow(root, at)
                    ? this
                    : new Mount(device, below(top, root.substring(at.equals("/") ? 0 : at.length())), root, type);
        }

        private static String below(String top, String rest) {
            return top.equals("/") ? rest : top + rest;
        }
    }

    private void read() {
        List<Mount> mounts = new ArrayList<>();
        try (var lines = Files.lines(table, StandardCharsets.UTF_8)) {
            lines.map(Mounts::parse).filter(mount -> mount != null).forEach(mounts::add);
        } catch (IOException | java.io.UncheckedIOException e) {
            return;
        }
        Map<String, Boolean> newEntered = new HashMap<>();
        Map<String, String> newTypes = new HashMap<>();
        Map<String, List<String>> shown = new HashMap<>();
        String top = root.toString();
        for (Mount mount : mounts) {
            newTypes.put(mount.at(), mount.type());
            boolean covers = isBelow(top, mount.at()) || top.equals(mount.at());
            if (!covers && !isBelow(mount.at(), top)) {
                continue;
            }
            Mount seen = covers ? mount.within(top) : mount;
            List<String> tops = shown.computeIfAbsent(seen.device(), device -> new ArrayList<>());
            boolean again = tops.stream().anyMatch(other -> other.equals(seen.top()) || isBelow(seen.top(), other));
            boolean local = hasFiles(seen.type()) && !mayWait(seen.type());
            boolean entering = covers || (local && !again && !seen.type().equals("overlay"));
            if (entering) {
                tops.add(seen.top());
            }
            newEntered.put(seen.at(), entering);
        }
        entered = newEntered;
        types = newTypes;
    }

    private static boolean isBelow(String path, String above) {
        return above.equals("/")
                ? path.length() > 1
                : path.length() > above.length() && path.startsWith(above) && path.charAt(above.length()) == '/';
    }

    /** {@code 36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw,errors=continue} */
    private static @org.jspecify.annotations.Nullable Mount parse(String line) {
        String[] fields = line.split(" ", -1);
        for (int i = 6; i + 1 < fields.length; i++) {
            if (fields[i].equals("-")) {
                return new Mount(fields[2], unescape(fields[3]), unescape(fields[4]), fields[i + 1]);
            }
        }
        return null;
    }

    private static String unescape(String text) {
        return text.replace("\\040", " ")
                .replace("\\011", "\t")
                .replace("\\012", "\n")
                .replace("\\134", "\\");
    }
}
