package dev.cordon.agent.scan;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.Objects;

/**
 * What the system says about a name (inode(7)). Immutable.
 *
 * @param size in bytes
 * @param changed when content or metadata changed last, by the machine's clock
 */
record Attributes(int mode, long device, long inode, long size, FileTime changed) {

    private static final String WANTED = "unix:mode,dev,ino,size,ctime";
    private static final int TYPE = 0xF000;
    private static final int REGULAR = 0x8000;
    private static final int DIRECTORY = 0x4000;

    /** Of the name itself, also where it is a symbolic link. */
    static Attributes of(Path path) throws IOException {
        return read(path, LinkOption.NOFOLLOW_LINKS);
    }

    static Attributes ofTarget(Path path) throws IOException {
        return read(path);
    }

    private static Attributes read(Path path, LinkOption... options) throws IOException {
        var all = Files.readAttributes(path, WANTED, options);
        return new Attributes(
                (int) asked(all, "mode"),
                (long) asked(all, "dev"),
                (long) asked(all, "ino"),
                (long) asked(all, "size"),
                (FileTime) asked(all, "ctime"));
    }

    private static Object asked(Map<String, Object> all, String name) {
        return Objects.requireNonNull(all.get(name), name);
    }

    boolean isRegular() {
        return (mode & TYPE) == REGULAR;
    }

    boolean isDirectory() {
        return (mode & TYPE) == DIRECTORY;
    }

    boolean sameFile(Attributes other) {
        return device == other.device && inode == other.inode;
    }
}
