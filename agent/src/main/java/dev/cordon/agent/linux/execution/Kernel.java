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
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
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

    private static final MethodHandle READ =
            SystemCalls.function("read", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG));
    private static final MethodHandle PREAD =
            SystemCalls.function("pread", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_LONG));
    private static final MethodHandle WRITE =
            SystemCalls.function("write", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG));
    private static final MethodHandle CLOSE = SystemCalls.function("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    private static final MethodHandle POLL =
            SystemCalls.function("poll", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
    private static final MethodHandle STATX = SystemCalls.function(
            "statx", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, ADDRESS));
    private static final MethodHandle OPEN =
            SystemCalls.function("open", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT), 2);
    private static final MethodHandle READLINK =
            SystemCalls.function("readlink", FunctionDescriptor.of(JAVA_LONG, ADDRESS, ADDRESS, JAVA_LONG));
    private static final MethodHandle EVENTFD =
            SystemCalls.function("eventfd", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
    private static final MethodHandle MEMFD_CREATE =
            SystemCalls.function("memfd_create", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT));
    private static final MethodHandle SETPRIORITY =
            SystemCalls.function("setpriority", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));
    private static final MethodHandle SYSCALL = SystemCalls.function(
            "syscall", FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG), 1);

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

    private int failure() {
        return SystemCalls.failure(errno);
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
            int result = (int) MEMFD_CREATE.invokeExact(errno, call.allocateFrom("cordon-probe"), 1);
            return result >= 0 ? result : failure();
        } catch (Throwable e) {
            throw SystemCalls.impossible(e);
        }
    }

    /** Opens for reading. */
    int open(String path) {
        try (Arena call = Arena.ofConfined()) {
            int result = (int) OPEN.invokeExact(
                    errno, call.allocateFrom(path, StandardCharsets.ISO_8859_1), O_RDONLY_NONBLOCK_CLOEXEC);
            return result >= 0 ? result : failure();
        } catch (Throwable e) {
            throw SystemCalls.impossible(e);
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
            throw SystemCalls.impossible(e);
        }
    }

    long pread(int descriptor, MemorySegment buffer, long offset) {
        try {
            long result = (long) PREAD.invokeExact(errno, descriptor, buffer, buffer.byteSize(), offset);
            return result >= 0 ? result : failure();
        } catch (Throwable e) {
            throw SystemCalls.impossible(e);
        }
    }

    /** Answers a permission event of fanotify; the one who waits goes on. */
    void respond(int group, int descriptor, boolean allow) {
        try {
            small.set(JAVA_INT, 0, descriptor);
            small.set(JAVA_INT, 4, allow ? FAN_ALLOW : FAN_DENY);
            long ignored = (long) WRITE.invokeExact(errno, group, small, 8L);
        } catch (Throwable e) {
            throw SystemCalls.impossible(e);
        }
    }

    void close(int descriptor) {
        try {
            int ignored = (int) CLOSE.invokeExact(errno, descriptor);
        } catch (Throwable e) {
            throw SystemCalls.impossible(e);
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
            throw SystemCalls.impossible(e);
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
            throw SystemCalls.impossible(e);
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
            throw SystemCalls.impossible(e);
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
        try {
            int result = (int) STATX.invokeExact(errno, AT_FDCWD, procPath, flags, wanted, stat);
            return result == 0;
        } catch (Throwable e) {
            throw SystemCalls.impossible(e);
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
            throw SystemCalls.impossible(e);
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
            throw SystemCalls.impossible(e);
        }
    }

    /** Makes an event descriptor readable; safe for any thread that has this instance to itself. */
    void wake(int eventFd) {
        try {
            small.set(JAVA_LONG, 8, 1L);
            long ignored = (long) WRITE.invokeExact(errno, eventFd, small.asSlice(8), 8L);
        } catch (Throwable e) {
            throw SystemCalls.impossible(e);
        }
    }

    void drain(int eventFd) {
        try {
            long ignored = (long) READ.invokeExact(errno, eventFd, small.asSlice(16), 8L);
        } catch (Throwable e) {
            throw SystemCalls.impossible(e);
        }
    }

    /** Lets the calling thread run before others that want to (setpriority(2), which is for one thread on Linux). */
    void preferThisThread() {
        try {
            int ignored = (int) SETPRIORITY.invokeExact(errno, 0, 0, -15);
        } catch (Throwable e) {
            throw SystemCalls.impossible(e);
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
            throw SystemCalls.impossible(e);
        }
    }

    @Override
    public void close() {
        arena.close();
    }
}
