package dev.cordon.agent.files;

/**
 * What the system says of a file (statx(2)). Immutable.
 *
 * @param device major number in the upper, minor number in the lower half
 * @param mode type and permissions
 * @param born when the file was made; zero where the file system does not keep that
 * @param mountRoot whether another file system starts here; false where the kernel cannot tell (before 5.8)
 */
public record Stat(
        long device,
        long inode,
        int mode,
        int links,
        int uid,
        int gid,
        long size,
        Instant64 accessed,
        Instant64 modified,
        Instant64 changed,
        Instant64 born,
        boolean mountRoot) {

    private static final int TYPE = 0xf000;
    private static final int FOLDER = 0x4000;
    private static final int REGULAR = 0x8000;
    private static final int LINK = 0xa000;
    private static final int ANY_EXECUTE = 0111;

    /** A file system's time: seconds since the epoch and nanoseconds. */
    public record Instant64(long seconds, int nanos) {}

    public boolean isRegular() {
        return (mode & TYPE) == REGULAR;
    }

    public boolean isFolder() {
        return (mode & TYPE) == FOLDER;
    }

    public boolean isLink() {
        return (mode & TYPE) == LINK;
    }

    public boolean isExecutable() {
        return (mode & ANY_EXECUTE) != 0;
    }

    /** The permissions with set-user-id, set-group-id and sticky bit. */
    public int permissions() {
        return mode & 07777;
    }

    /** Whether both are the same file, whatever its content and its names. */
    public boolean sameFile(Stat other) {
        return device == other.device && inode == other.inode;
    }

    /** Whether both are the same file and nothing was written, renamed or changed in between. */
    public boolean untouched(Stat other) {
        return sameFile(other)
                && size == other.size
                && modified.equals(other.modified)
                && changed.equals(other.changed);
    }

    /** What it is, in words. */
    public String kind() {
        return switch (mode & TYPE) {
            case REGULAR -> "a file";
            case FOLDER -> "a folder";
            case LINK -> "a symbolic link";
            case 0x1000 -> "a FIFO";
            case 0x2000, 0x6000 -> "a device";
            case 0xc000 -> "a socket";
            default -> "something unknown";
        };
    }
}
