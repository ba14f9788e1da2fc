package dev.cordon.agent.linux.execution;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
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

    static final int FAN_CLOEXEC = 0x1;
    static final int FAN_NONBLOCK = 0x2;
    static final int FAN_CLASS_CONTENT = 0x4;
    static final int FAN_UNLIMITED_QUEUE = 0x10;
    static final int FAN_UNLIMITED_MARKS = 0x20;
    static final int FAN_MARK_ADD = 0x1;
    static final int FAN_MARK_DONT_FOLLOW = 0x4;
    static final int FAN_MARK_REMOVE = 0x2;
    static final int FAN_MARK_FILESYSTEM = 0x100;
    static final long FAN_CLOSE_WRITE = 0x8;
    static final long FAN_Q_OVERFLOW = 0x4000;
    static final long FAN_OPEN_PERM = 0x10000;
    static final long FAN_OPEN_EXEC_PERM = 0x40000;
    static final int FAN_ALLOW = 1;
    static final int FAN_DENY = 2;

    static final short POLLIN = 1;
    static final short POLLPRI = 2;

    private static final int EVENT_FILE_FLAGS = 0x80000 | 0x40000 | 0x8000; // O_RDONLY|O_CLOEXEC|O_NOATIME|O_LARGEFILE
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
    private static final int F_SETLEASE = 1024;
    private static final int F_RDLCK = 0;
    private static final int CLOCK_MONOTONIC = 1;
    private static final int SIGIO = 29;
    private static final int SIGKILL = 9;
    private static final int SIGNAL_IGNORE = 1;
    private static final long PIDFD_SEND_SIGNAL = 424;
    private static final long PIDFD_OPEN = 434;
    private static final int POLLFD_BYTES = 8;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final Linker.Option ERRNO = Linker.Option.captureCallState("errno");
    private static final VarHandle ERRNO_VALUE =
            Linker.Option.captureStateLayout().varHandle(MemoryLayout.PathElement.groupElement("errno"));

    private static final MethodHandle FANOTIFY_INIT =
            function("fanotify_init", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
    private static final MethodHandle FANOTIFY_MARK = function(
            "fanotify_mark", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT, ADDRESS));
    private static final MethodHandle READ =
            function("read", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG));
    private static final MethodHandle PREAD =
            function("pread", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_LONG));
    private static final MethodHandle WRITE =
            function("write", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG));
    private static final MethodHandle CLOSE = function("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    private static final MethodHandle POLL =
            function("poll", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
    private static final MethodHandle STATX =
            function("statx", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, ADDRESS));
    private static final MethodHandle FCNTL = LINKER.downcallHandle(
            LINKER.defaultLookup().findOrThrow("fcntl"),
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT),
            Linker.Option.firstVariadicArg(2),
            ERRNO);
    private static final MethodHandle OPEN = LINKER.downcallHandle(
            LINKER.defaultLookup().findOrThrow("open"),
            FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT),
            Linker.Option.firstVariadicArg(2),
            ERRNO);
    private static final MethodHandle READLINK =
            function("readlink", FunctionDescriptor.of(JAVA_LONG, ADDRESS, ADDRESS, JAVA_LONG));
    private static final MethodHandle EVENTFD =
            function("eventfd", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
    private static final MethodHandle SIGNAL =
            function("signal", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG));
    private static final MethodHandle MEMFD_CREATE =
            function("memfd_create", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT));
    private static final MethodHandle SETPRIORITY =
            function("setpriority", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));
    private static final MethodHandle TIMER_CREATE =
            function("timer_create", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, ADDRESS));
    private static final MethodHandle TIMER_SETTIME =
            function("timer_settime", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_INT, ADDRESS, ADDRESS));
    private static final MethodHandle TIMER_DELETE =
            function("timer_delete", FunctionDescriptor.of(JAVA_INT, JAVA_LONG));
    private static final MethodHandle SYSCALL = LINKER.downcallHandle(
            LINKER.defaultLookup().findOrThrow("syscall"),
            FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG),
            Linker.Option.firstVariadicArg(1),
            ERRNO);

    private final Arena arena = Arena.ofShared();
    private final MemorySegment errno = arena.allocate(Linker.Option.captureStateLayout());
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

    private static MethodHandle function(String name, FunctionDescriptor type) {
        return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), type, ERRNO);
    }

    private static IllegalStateException impossible(Throwable e) {
        return new IllegalStateException("a system call could not be made", e);
    }

    private int failure() {
        return -(int) ERRNO_VALUE.get(errno, 0L);
    }

    MemorySegment allocate(long bytes) {
        return arena.allocate(bytes, 8);
    }

    int fanotifyInit() {
        try {
            int flags = FAN_CLOEXEC | FAN_NONBLOCK | FAN_CLASS_CONTENT | FAN_UNLIMITED_QUEUE | FAN_UNLIMITED_MARKS;
            int result = (int) FANOTIFY_INIT.invokeExact(errno, flags, EVENT_FILE_FLAGS);
            return result >= 0 ? result : failure();
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /** Adds or removes the mark of the file system that the path lies on. */
    int mark(int group, boolean add, long mask, String path) {
        int flags = FAN_MARK_FILESYSTEM | FAN_MARK_DONT_FOLLOW | (add ? FAN_MARK_ADD : FAN_MARK_REMOVE);
        try (Arena call = Arena.ofConfined()) {
            int result = (int) FANOTIFY_MARK.invokeExact(
                    errno, group, flags, mask, AT_FDCWD, call.allocateFrom(path, StandardCharsets.ISO_8859_1));
            return result >= 0 ? result : failure();
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /** Marks this one file and nothing around it. */
    int markFile(int group, long mask, String path) {
        try (Arena call = Arena.ofConfined()) {
            int result = (int) FANOTIFY_MARK.invokeExact(
                    errno, group, FAN_MARK_ADD, mask, AT_FDCWD, call.allocateFrom(path, StandardCharsets.ISO_8859_1));
            return result >= 0 ? result : failure();
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /** A file in memory that nobody else knows. */
    int memoryFile() {
        try (Arena call = Arena.ofConfined()) {
            int result = (int) MEMFD_CREATE.invokeExact(errno, call.allocateFrom("cordon-probe"), 1);
            return result >= 0 ? result : failure();
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /** Opens for reading. */
    int open(String path) {
        try (Arena call = Arena.ofConfined()) {
            int result = (int) OPEN.invokeExact(
                    errno, call.allocateFrom(path, StandardCharsets.ISO_8859_1), O_RDONLY_NONBLOCK_CLOEXEC);
            return result >= 0 ? result : failure();
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    long read(int descriptor, MemorySegment buffer) {
        try {
            while (true) {
                long result = (long) READ.invokeExact(errno, descriptor, buffer, buffer.byteSize());
                if (result >= 0) {
                    return result;
                }
                int error = failure();
                if (error != -EINTR) {
                    return error;
                }
            }
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    long pread(int descriptor, MemorySegment buffer, long offset) {
        try {
            long result = (long) PREAD.invokeExact(errno, descriptor, buffer, buffer.byteSize(), offset);
            return result >= 0 ? result : failure();
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /** Answers a permission event; the one who waits goes on. */
    int respond(int group, int descriptor, int answer) {
        try {
            small.set(JAVA_INT, 0, descriptor);
            small.set(JAVA_INT, 4, answer);
            long result = (long) WRITE.invokeExact(errno, group, small, 8L);
            return result >= 0 ? 0 : failure();
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    void close(int descriptor) {
        try {
            int ignored = (int) CLOSE.invokeExact(errno, descriptor);
        } catch (Throwable e) {
            throw impossible(e);
        }
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
        try {
            int result = (int) POLL.invokeExact(errno, polled, (long) count, milliseconds);
            if (result >= 0) {
                return result;
            }
            int error = failure();
            return error == -EINTR ? 0 : error;
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /** How many descriptors one {@link #poll} takes. */
    static final int MOST_POLLED = 512;

    boolean ready(int index) {
        return polled.get(JAVA_SHORT, (long) index * POLLFD_BYTES + 6) != 0;
    }

    /** Looks an open file up without asking another machine about it; null if that failed. */
    @Nullable FileState state(int descriptor) {
        try {
            int result = (int) STATX.invokeExact(
                    errno, descriptor, empty, AT_EMPTY_PATH | AT_STATX_DONT_SYNC, STATX_BASIC | STATX_MOUNT, stat);
            return result == 0 ? state() : null;
        } catch (Throwable e) {
            throw impossible(e);
        }
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
            int result = (int) STATX.invokeExact(
                    errno, AT_FDCWD, call.allocateFrom(path, StandardCharsets.ISO_8859_1), flags, STATX_BASIC, stat);
            return result == 0 ? state() : null;
        } catch (Throwable e) {
            throw impossible(e);
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

    /**
     * Takes a read lease (fcntl(2)): refused with {@code EAGAIN} while anybody has the file open for writing; as long as
     * it is held, whoever opens it for writing waits.
     */
    int lease(int descriptor) {
        try {
            int result = (int) FCNTL.invokeExact(errno, descriptor, F_SETLEASE, F_RDLCK);
            return result >= 0 ? 0 : failure();
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /** The number of the mount namespace that a process lives in, or 0 if it cannot be told. */
    long mountNamespace(int pid) {
        long at = 6;
        int divisor = 1;
        while (pid / divisor >= 10) {
            divisor *= 10;
        }
        for (; divisor > 0; divisor /= 10) {
            procPath.set(JAVA_BYTE, at++, (byte) ('0' + pid / divisor % 10));
        }
        MemorySegment.copy(NAMESPACE_LINK, 0, procPath, JAVA_BYTE, at, NAMESPACE_LINK.length);
        try {
            int result = (int) STATX.invokeExact(errno, AT_FDCWD, procPath, AT_STATX_DONT_SYNC, STATX_INODE, stat);
            return result == 0 ? stat.get(JAVA_LONG, 0x20) : 0;
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /** Where a link of {@code /proc} leads, byte for byte as Latin-1 characters; empty if it cannot be read. */
    String link(String path) {
        try (Arena call = Arena.ofConfined()) {
            long length = (long) READLINK.invokeExact(errno, call.allocateFrom(path), link, link.byteSize());
            return length <= 0
                    ? ""
                    : new String(link.asSlice(0, length).toArray(JAVA_BYTE), StandardCharsets.ISO_8859_1);
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    int eventFd() throws IOException {
        try {
            int result = (int) EVENTFD.invokeExact(errno, 0, 0x80800);
            if (result < 0) {
                throw new IOException("eventfd failed (errno " + -failure() + ")");
            }
            return result;
        } catch (IOException e) {
            throw e;
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /** Makes an event descriptor readable; safe for any thread that has this instance to itself. */
    void wake(int eventFd) {
        try {
            small.set(JAVA_LONG, 8, 1L);
            long ignored = (long) WRITE.invokeExact(errno, eventFd, small.asSlice(8), 8L);
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    void drain(int eventFd) {
        try {
            long ignored = (long) READ.invokeExact(errno, eventFd, small.asSlice(16), 8L);
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /** A broken lease is told by SIGIO, whose default is to end the process. */
    void ignoreBrokenLeases() {
        try {
            long ignored = (long) SIGNAL.invokeExact(errno, SIGIO, (long) SIGNAL_IGNORE);
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /** Lets the calling thread run before others that want to (setpriority(2), which is for one thread on Linux). */
    void preferThisThread() {
        try {
            int ignored = (int) SETPRIORITY.invokeExact(errno, 0, 0, -15);
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /** Makes a timer that ends this process when it runs out (timer_create(2)); not armed yet. */
    long createKillTimer() throws IOException {
        try (Arena call = Arena.ofConfined()) {
            MemorySegment event = call.allocate(64, 8);
            event.set(JAVA_INT, 8, SIGKILL);
            event.set(JAVA_INT, 12, 0);
            MemorySegment id = call.allocate(8, 8);
            int result = (int) TIMER_CREATE.invokeExact(errno, CLOCK_MONOTONIC, event, id);
            if (result != 0) {
                throw new IOException("no timer for the watchdog (errno " + -failure() + ")");
            }
            return id.get(JAVA_LONG, 0);
        } catch (IOException e) {
            throw e;
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /** Lets a timer run out after this time, or never where it is zero. */
    void setTimer(long timer, long milliseconds) throws IOException {
        try {
            small.set(JAVA_LONG, 24, 0L);
            small.set(JAVA_LONG, 32, 0L);
            small.set(JAVA_LONG, 40, milliseconds / 1000);
            small.set(JAVA_LONG, 48, milliseconds % 1000 * 1_000_000);
            int result = (int) TIMER_SETTIME.invokeExact(errno, timer, 0, small.asSlice(24), MemorySegment.NULL);
            if (result != 0) {
                throw new IOException("the watchdog's timer cannot be set (errno " + -failure() + ")");
            }
        } catch (IOException e) {
            throw e;
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    void deleteTimer(long timer) {
        try {
            int ignored = (int) TIMER_DELETE.invokeExact(errno, timer);
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /** A descriptor that stands for this process and no later one of the same number. */
    int pidfdOpen(int pid) {
        return (int) syscall(PIDFD_OPEN, pid, 0, 0, 0);
    }

    int kill(int pidfd) {
        return (int) syscall(PIDFD_SEND_SIGNAL, pidfd, SIGKILL, 0, 0);
    }

    private long syscall(long number, long first, long second, long third, long fourth) {
        try {
            long result = (long) SYSCALL.invokeExact(errno, number, first, second, third, fourth);
            return result >= 0 ? result : failure();
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    @Override
    public void close() {
        arena.close();
    }
}
