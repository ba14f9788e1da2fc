package dev.cordon.agent.linux.files;

import static dev.cordon.agent.linux.files.Calls.checked;
import static dev.cordon.protocol.foreign.CLibrary.attempt;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.cordon.agent.files.FileCallException;
import dev.cordon.protocol.foreign.CFunction;
import dev.cordon.protocol.foreign.CLibrary;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Whether a file is immutable, append-only and the like (ioctl_iflags(2)). Stateless. */
final class InodeFlags {

    private static final long FS_IOC_GETFLAGS = 0x80086601L;
    private static final long FS_IOC_SETFLAGS = 0x40086602L;
    private static final int ENOTTY = 25;

    private static final CFunction IOCTL = CLibrary.STANDARD.function("ioctl", 3);

    private InodeFlags() {}

    /** None of them where the file system has no such thing. */
    static int of(int descriptor) throws FileCallException {
        try (Arena room = Arena.ofConfined()) {
            MemorySegment flags = room.allocate(JAVA_LONG);
            long result =
                    attempt((errno, arena) -> (int) IOCTL.call(errno, descriptor, FS_IOC_GETFLAGS, flags.address()));
            if (result < 0) {
                var failed = new FileCallException("get flags", (int) -result);
                if (failed.is(
                        ENOTTY, FileCallException.EOPNOTSUPP, FileCallException.EINVAL, FileCallException.ENOSYS)) {
                    return 0;
                }
                throw failed;
            }
            return flags.get(JAVA_INT, 0);
        }
    }

    static void set(int descriptor, int flags) throws FileCallException {
        checked("set flags", (errno, arena) -> {
            MemorySegment value = arena.allocate(JAVA_LONG);
            value.set(JAVA_INT, 0, flags);
            return (int) IOCTL.call(errno, descriptor, FS_IOC_SETFLAGS, value.address());
        });
    }
}
