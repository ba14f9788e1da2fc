package dev.cordon.agent.linux.execution;

/**
 * What is looked up of a file to know whether it is still the one that was judged (statx(2)). Immutable.
 *
 * @param size in bytes
 * @param changed time of the last change of content or attributes (ctime) in nanoseconds: no program can set it
 * @param mode type and permissions
 */
record FileState(Id id, long size, long changed, int mode) {

    private static final int TYPE = 0xf000;
    private static final int REGULAR = 0x8000;

    /** Which file it is: the device (major and minor) and the inode on it. */
    record Id(long device, long inode) {}

    boolean regular() {
        return (mode & TYPE) == REGULAR;
    }
}
