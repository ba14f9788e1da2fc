package dev.cordon.agent.finder;

import dev.cordon.agent.files.FileSystemKind;
import dev.cordon.agent.files.RawPath;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Which of the machine's mounts hold files of its own (proc_pid_mountinfo(5)). Stateless. */
public final class Mounts {

    private Mounts() {}

    /**
     * One mount.
     *
     * @param device major and minor number, as the kernel writes them
     * @param root what of the file system is mounted
     */
    record Mount(String device, RawPath root, RawPath point, String type) {}

    /** Where to look for files: each local file system once, also where parts of it are mounted again elsewhere. */
    public static List<RawPath> local(byte[] mountinfo) {
        var mounts = new ArrayList<Mount>();
        for (var line : new String(mountinfo, StandardCharsets.ISO_8859_1).split("\n", -1)) {
            var mount = parse(line);
            if (mount != null && FileSystemKind.of(mount.type()) == FileSystemKind.LOCAL) {
                mounts.add(mount);
            }
        }
        mounts.sort(Comparator.comparingInt(mount -> mount.root().components().size()));
        var chosen = new ArrayList<Mount>();
        for (var mount : mounts) {
            if (chosen.stream()
                    .noneMatch(other -> other.device().equals(mount.device())
                            && mount.root().startsWith(other.root()))) {
                chosen.add(mount);
            }
        }
        return chosen.stream().map(Mount::point).toList();
    }

    private static @org.jspecify.annotations.Nullable Mount parse(String line) {
        var fields = line.split(" ", -1);
        int separator = 6;
        while (separator < fields.length && !fields[separator].equals("-")) {
            separator++;
        }
        if (separator + 1 >= fields.length) {
            return null;
        }
        try {
            return new Mount(
                    fields[2], RawPath.of(unescape(fields[3])), RawPath.of(unescape(fields[4])), fields[separator + 1]);
        } catch (IllegalArgumentException e) {
            // such as a mount whose root was deleted
            return null;
        }
    }

    /** Blank, tab, line feed and backslash stand there in octal. */
    private static byte[] unescape(String text) {
        var bytes = new ByteArrayOutputStream(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\' && i + 3 < text.length()) {
                bytes.write(Integer.parseInt(text, i + 1, i + 4, 8));
                i += 3;
            } else {
                bytes.write(c);
            }
        }
        return bytes.toByteArray();
    }
}
