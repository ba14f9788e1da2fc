package dev.cordon.agent.linux.execution;

import org.jspecify.annotations.Nullable;

/**
 * What is looked up of a file to know whether it is still the one that was judged (statx(2)). Immutable.
 *
 * <p>Equality is written out: it is asked some times for each start of a program, and what the run time makes up for
 * records takes microseconds where there is no second compiler.
 *
 * @param size in bytes
 * @param changed time of the last change of content or attributes (ctime) in nanoseconds: no program can set it
 * @param mode type and permissions
 */
record FileState(Id id, long size, long changed, int mode) {

    private static final int TYPE = 0xf000;
    private static final int REGULAR = 0x8000;

    /** Which file it is: the device (major and minor) and the inode on it. */
    record Id(long device, long inode) {

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Id id && inode == id.inode && device == id.device;
        }

        @Override
        public int hashCode() {
            return 31 * Long.hashCode(inode) + Long.hashCode(device);
        }
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof FileState state
                && id.equals(state.id)
                && size == state.size
                && changed == state.changed
                && mode == state.mode;
    }

    @Override
    public int hashCode() {
        return 31 * id.hashCode() + Long.hashCode(changed);
    }

    /** @param time nanoseconds since 1970 by the clock of this computer */
    boolean changedBefore(long time) {
        return changed < time;
    }

    boolean regular() {
        return (mode & TYPE) == REGULAR;
    }
}
