package dev.cordon.agent.linux.execution;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.cordon.protocol.foreign.CFunction;
import dev.cordon.protocol.foreign.CLibrary;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The system calls of execution control. Every one returns its result or minus errno, and none allocates but those that
 * take a path; each thread has its own instance, which holds the memory that its calls work in.
 */
final class Kernel implements AutoCloseable {

    static final int EPERM = 1;
    static final int ENOENT = 2;
    static final int EINTR = 4;
    static final int EAGAIN = 11;
    static final int EINVAL = 22;
    static final int ENOSYS = 38;
    static final int ESRCH = 3;

    static final short POLLIN = 1;
    static final short POLLPRI = 2;

    private static final int FAN_ALLOW = 1;
    private static final int FAN_DENY = 2;
    private static final int AT_FDCWD = -100;
    private static final int AT_EMPTY_PATH = 0x1000;
    private static final int AT_NO_AUTOMOUNT = 0x800;
    private static final int AT_SYMLINK_NOFOLLOW = 0x100;
    private static final int AT_STATX_DONT_SYNC = 0x4000;
    private static final int STATX_BASIC = 0x7ff;
    private static final int STATX_MOUNT = 0x1000;
    private static final int WRITABLE_FOR_OTHERS = 022;
    private static final int O_RDONLY_NONBLOCK_CLOEXEC = 0x80800;
    private static final int STATX_INODE = 0x100;
    private static final byte[] NAMESPACE_LINK = "/ns/mnt\0".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] PROGRAM_LINK = "/exe\0".getBytes(StandardCharsets.US_ASCII);
    private static final int SIGKILL = 9;
    private static final long PIDFD_SEND_SIGNAL = 424;
    private static final long PIDFD_OPEN = 434;
    private static final int POLLFD_BYTES = 8;

    private static final CFunction READ = CLibrary.STANDARD.function("read", 3);
    private static final CFunction PREAD = CLibrary.STANDARD.function("pread", 4);
    private static final CFunction WRITE = CLibrary.STANDARD.function("write", 3);
    private static final CFunction CLOSE = CLibrary.STANDARD.function("close", 1);
    private static final CFunction POLL = CLibrary.STANDARD.function("poll", 3);
    private static final CFunction STATX = CLibrary.STANDARD.function("statx", 5);
    private static final CFunction OPEN = CLibrary.STANDARD.function("open", 2);
    private static final CFunction READLINK = CLibrary.STANDARD.function("readlink", 3);
    private static final CFunction EVENTFD = CLibrary.STANDARD.function("eventfd", 2);
    private static final CFunction MEMFD_CREATE = CLibrary.STANDARD.function("memfd_create", 2);
    private static final CFunction SETPRIORITY = CLibrary.STANDARD.function("setpriority", 3);
    private static final CFunction SYSCALL = CLibrary.STANDARD.function("syscall", 5);

    private final Arena arena = Arena.ofShared();
    private final MemorySegment errno = CLibrary.errnoRoom(arena);
    private final MemorySegment empty = arena.allocateFrom("");
    private final MemorySegment stat = arena.allocate(256, 8);
    private final MemorySegment polled = arena.allocate(POLLFD_BYTES * 512L, 4);
    private final MemorySegment small = arena.allocate(64, 8);
    private final MemorySegment link = arena.allocate(4096);
    private final MemorySegment procPath = procPath(arena);

    private static MemorySegment procPath(Arena arena) {
        MemorySegment path = arena.allocate(64);
        path.setString(0, "/proc/");
        return path;
    }

    private int failure() {
        return -CLibrary.errno(errno);
    }

    /** Where the calls of this thread say why they failed. */
    MemorySegment errno() {
        return errno;
    }

    /** Room as long as this instance lasts. */
    MemorySegment allocate(long bytes) {
        return arena.allocate(bytes, 8);
    }

    /** A file in memory that nobody else knows. */
    int memoryFile() {
        try (Arena call = Arena.ofConfined()) {
            int result = (int)
                    MEMFD_CREATE.call(errno, call.allocateFrom("cordon-probe").address(), 1);
            return result >= 0 ? result : failure();
        }
    }

    /** Opens for reading. */
    int open(String path) {
        try (Arena call = Arena.ofConfined()) {
            int result = (int) OPEN.call(
                    errno, call.allocateFrom(path, StandardCharsets.ISO_8859_1).address(), O_RDONLY_NONBLOCK_CLOEXEC);
            return result >= 0 ? result : failure();
        }
    }

    long read(int descriptor, MemorySegment buffer) {
        while (true) {
            long result = READ.call(errno, descriptor, CLibrary.address(buffer), buffer.byteSize());
            if (result >= 0) {
                return result;
            }
            int error = failure();
            if (error != -EINTR) {
                return error;
            }
        }
    }

    long pread(int descriptor, MemorySegment buffer, long offset) {
        long result = PREAD.call(errno, descriptor, CLibrary.address(buffer), buffer.byteSize(), offset);
        return result >= 0 ? result : failure();
    }

    /** Answers a permission event of fanotify; the one who waits goes on. */
    void respond(int group, int descriptor, boolean allow) {
        small.set(JAVA_INT, 0, descriptor);
        small.set(JAVA_INT, 4, allow ? FAN_ALLOW : FAN_DENY);
        WRITE.call(errno, group, small.address(), 8L);
    }

    void close(int descriptor) {
        CLOSE.call(errno, descriptor);
    }

    /**
     * Waits for something of the descriptors; which are ready is then told by {@link #ready}.
     *
     * @param events to wait for at the first, {@code otherEvents} at the rest
     * @return how many are ready, 0 when the time is over
     */
    int poll(int milliseconds, short events, short otherEvents, int[] descriptors) {
        int count = descriptors.length;
        for (int i = 0; i < count; i++) {
            polled.set(JAVA_INT, (long) i * POLLFD_BYTES, descriptors[i]);
            polled.set(JAVA_SHORT, (long) i * POLLFD_BYTES + 4, i == 0 ? events : otherEvents);
            polled.set(JAVA_SHORT, (long) i * POLLFD_BYTES + 6, (short) 0);
        }
        int result = (int) POLL.call(errno, polled.address(), count, milliseconds);
        if (result >= 0) {
            return result;
        }
        int error = failure();
        return error == -EINTR ? 0 : error;
    }

    /** How many descriptors one {@link #poll} takes. */
    static final int MOST_POLLED = 512;

    boolean ready(int index) {
        return polled.get(JAVA_SHORT, (long) index * POLLFD_BYTES + 6) != 0;
    }

    /** Looks an open file up without asking another machine about it; null if that failed. */
    @Nullable FileState state(int descriptor) {
        int result = (int) STATX.call(
                errno,
                descriptor,
                empty.address(),
                AT_EMPTY_PATH | AT_STATX_DONT_SYNC,
                STATX_BASIC | STATX_MOUNT,
                stat.address());
        return result == 0 ? state() : null;
    }

    /** Looks a name up without following a last symbolic link and without mounting anything; null if that failed. */
    @Nullable FileState state(String path) {
        return state(path, AT_NO_AUTOMOUNT | AT_SYMLINK_NOFOLLOW);
    }

    /** Looks up the file that a name leads to; null if that failed. */
    @Nullable FileState stateBehind(String path) {
        return state(path, AT_NO_AUTOMOUNT);
    }

    private @Nullable FileState state(String path, int flags) {
        try (Arena call = Arena.ofConfined()) {
            int result = (int) STATX.call(
                    errno,
                    AT_FDCWD,
                    call.allocateFrom(path, StandardCharsets.ISO_8859_1).address(),
                    flags,
                    STATX_BASIC,
                    stat.address());
            return result == 0 ? state() : null;
        }
    }

    /** The number of the mount that the file just looked up was opened by; 0 where the kernel (before 5.8) hides it. */
    long mountOfState() {
        return (stat.get(JAVA_INT, 0) & STATX_MOUNT) == 0 ? 0 : stat.get(JAVA_LONG, 0x90);
    }

    /** Whether nobody but root may write to the file just looked up. */
    boolean onlyRootWritesState() {
        return stat.get(JAVA_INT, 0x14) == 0 && (stat.get(JAVA_SHORT, 0x1c) & WRITABLE_FOR_OTHERS) == 0;
    }

    private FileState state() {
        long device = ((long) stat.get(JAVA_INT, 0x88) << 32) | Integer.toUnsignedLong(stat.get(JAVA_INT, 0x8c));
        long changed = stat.get(JAVA_LONG, 0x60) * 1_000_000_000L + stat.get(JAVA_INT, 0x68);
        return new FileState(
                new FileState.Id(device, stat.get(JAVA_LONG, 0x20)),
                stat.get(JAVA_LONG, 0x28),
                changed,
                stat.get(JAVA_SHORT, 0x1c) & 0xffff);
    }

    /** How many names the file just looked up has. */
    int linksOfState() {
        return stat.get(JAVA_INT, 0x10);
    }

    /** The number of the mount namespace that a process lives in, or 0 if it cannot be told. */
    long mountNamespace(int pid) {
        return lookUp(pid, NAMESPACE_LINK, AT_STATX_DONT_SYNC, STATX_INODE) ? stat.get(JAVA_LONG, 0x20) : 0;
    }

    /** The program that a process runs; null if it is gone. */
    @Nullable FileState programOf(int pid) {
        return lookUp(pid, PROGRAM_LINK, AT_NO_AUTOMOUNT | AT_STATX_DONT_SYNC, STATX_BASIC) ? state() : null;
    }

    private boolean lookUp(int pid, byte[] name, int flags, int wanted) {
        long at = 6;
        int divisor = 1;
        while (pid / divisor >= 10) {
            divisor *= 10;
        }
        for (; divisor > 0; divisor /= 10) {
            procPath.set(JAVA_BYTE, at++, (byte) ('0' + pid / divisor % 10));
        }
        MemorySegment.copy(name, 0, procPath, JAVA_BYTE, at, name.length);
        int result = (int) STATX.call(errno, AT_FDCWD, procPath.address(), flags, wanted, stat.address());
        return result == 0;
    }

    /** Where a link of {@code /proc} leads, byte for byte as Latin-1 characters; empty if it cannot be read. */
    String link(String path) {
        try (Arena call = Arena.ofConfined()) {
            long length = READLINK.call(errno, call.allocateFrom(path).address(), link.address(), link.byteSize());
            return length <= 0
                    ? ""
                    : new String(link.asSlice(0, length).toArray(JAVA_BYTE), StandardCharsets.ISO_8859_1);
        }
    }

    int eventFd() throws IOException {
        int result = (int) EVENTFD.call(errno, 0, 0x80800);
        if (result < 0) {
            throw new IOException("eventfd failed (errno " + -failure() + ")");
        }
        return result;
    }

    /** Makes an event descriptor readable; safe for any thread that has this instance to itself. */
    void wake(int eventFd) {
        small.set(JAVA_LONG, 8, 1L);
        WRITE.call(errno, eventFd, small.asSlice(8).address(), 8L);
    }

    void drain(int eventFd) {
        READ.call(errno, eventFd, small.asSlice(16).address(), 8L);
    }

    /** Lets the calling thread run before others that want to (setpriority(2), which is for one thread on Linux). */
    void preferThisThread() {
        SETPRIORITY.call(errno, 0, 0, -15);
    }

    /** A descriptor that stands for this process and no later one of the same number. */
    int pidfdOpen(int pid) {
        return (int) syscall(PIDFD_OPEN, pid, 0, 0, 0);
    }

    int kill(int pidfd) {
        return (int) syscall(PIDFD_SEND_SIGNAL, pidfd, SIGKILL, 0, 0);
    }

    private long syscall(long number, long first, long second, long third, long fourth) {
        long result = SYSCALL.call(errno, number, first, second, third, fourth);
        return result >= 0 ? result : failure();
    }

    @Override
    public void close() {
        arena.close();
    }
}
