package dev.cordon.agent.linux;

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

/** The few system calls the adapters need. Every failure carries errno; none is retried but {@code EINTR}. */
final class LibC {

    static final int AF_INET = 2;
    static final int AF_INET6 = 10;
    static final int AF_NETLINK = 16;
    static final int AF_PACKET = 17;
    static final int SOCK_STREAM = 1;
    static final int SOCK_DGRAM = 2;
    static final int SOCK_RAW = 3;
    static final int SOCK_NONBLOCK = 0x800;
    static final int SOCK_CLOEXEC = 0x80000;
    static final int MSG_DONTWAIT = 0x40;

    static final int EPERM = 1;
    static final int ENOENT = 2;
    static final int EINTR = 4;
    static final int EAGAIN = 11;
    static final int EACCES = 13;
    static final int EINVAL = 22;
    static final int EOPNOTSUPP = 95;
    static final int EAFNOSUPPORT = 97;
    static final int EADDRNOTAVAIL = 99;
    static final int ENETDOWN = 100;
    static final int ENETUNREACH = 101;
    static final int ENOBUFS = 105;
    static final int ECONNREFUSED = 111;
    static final int EHOSTUNREACH = 113;
    static final int EINPROGRESS = 115;

    private static final short POLLIN = 1;
    private static final int POLLFD_BYTES = 8;
    private static final int EFD_CLOEXEC = 0x80000;
    private static final int EFD_NONBLOCK = 0x800;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final Linker.Option ERRNO = Linker.Option.captureCallState("errno");
    private static final VarHandle ERRNO_VALUE =
            Linker.Option.captureStateLayout().varHandle(MemoryLayout.PathElement.groupElement("errno"));

    private static final MethodHandle SOCKET =
            function("socket", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));
    private static final MethodHandle BIND =
            function("bind", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
    private static final MethodHandle CONNECT =
            function("connect", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
    private static final MethodHandle SENDTO = function(
            "sendto", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT));
    private static final MethodHandle RECV =
            function("recv", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
    private static final MethodHandle POLL =
            function("poll", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
    private static final MethodHandle CLOSE = function("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    private static final MethodHandle EVENTFD =
            function("eventfd", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
    private static final MethodHandle EVENTFD_WRITE =
            function("eventfd_write", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG));
    private static final MethodHandle IF_NAMETOINDEX =
            function("if_nametoindex", FunctionDescriptor.of(JAVA_INT, ADDRESS));

    private LibC() {}

    private static MethodHandle function(String name, FunctionDescriptor type) {
        return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), type, ERRNO);
    }

    private interface Call {
        long make(MemorySegment errno, Arena arena) throws Throwable;
    }

    /** The result, or minus errno. */
    private static long call(Call call) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment errno = arena.allocate(Linker.Option.captureStateLayout());
            while (true) {
                long result = call.make(errno, arena);
                if (result >= 0) {
                    return result;
                }
                int error = (int) ERRNO_VALUE.get(errno, 0L);
                if (error != EINTR) {
                    return -error;
                }
            }
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("a system call could not be made", e);
        }
    }

    /** An open socket, or minus errno. */
    static int trySocket(int family, int type, int protocol) {
        return (int) call((errno, arena) -> (int) SOCKET.invoke(errno, family, type | SOCK_CLOEXEC, protocol));
    }

    static int socket(int family, int type, int protocol) throws IOException {
        return checked("socket", trySocket(family, type, protocol));
    }

    static void bind(int socket, byte[] address) throws IOException {
        checked("bind", (int)
                call((errno, arena) -> (int) BIND.invoke(errno, socket, copy(arena, address), address.length)));
    }

    /** Zero, or minus errno. */
    static int connect(int socket, byte[] address) {
        return (int) call((errno, arena) -> (int) CONNECT.invoke(errno, socket, copy(arena, address), address.length));
    }

    /** How many bytes were sent, or minus errno. */
    static int sendTo(int socket, byte[] data, byte[] address) {
        return (int) call((errno, arena) -> (long) SENDTO.invoke(
                errno,
                socket,
                copy(arena, data),
                (long) data.length,
                MSG_DONTWAIT,
                copy(arena, address),
                address.length));
    }

    /** How many bytes were received without waiting, or minus errno. */
    static int receive(int socket, MemorySegment buffer) {
        return (int) call((errno, arena) -> (long) RECV.invoke(errno, socket, buffer, buffer.byteSize(), MSG_DONTWAIT));
    }

    /** Waits until one of the descriptors can be read; false if the time is over. A negative time is endless. */
    static boolean awaitReadable(int milliseconds, int... descriptors) throws IOException {
        int ready = (int) call((errno, arena) -> {
            MemorySegment polled = arena.allocate((long) POLLFD_BYTES * descriptors.length, 4);
            for (int i = 0; i < descriptors.length; i++) {
                polled.set(JAVA_INT, (long) i * POLLFD_BYTES, descriptors[i]);
                polled.set(JAVA_SHORT, (long) i * POLLFD_BYTES + 4, POLLIN);
            }
            return (int) POLL.invoke(errno, polled, (long) descriptors.length, milliseconds);
        });
        return checked("poll", ready) > 0;
    }

    static int eventFd() throws IOException {
        return checked("eventfd", (int)
                call((errno, arena) -> (int) EVENTFD.invoke(errno, 0, EFD_CLOEXEC | EFD_NONBLOCK)));
    }

    static void signal(int eventFd) {
        call((errno, arena) -> (int) EVENTFD_WRITE.invoke(errno, eventFd, 1L));
    }

    /** The index of a device, or 0 if there is none of this name. */
    static int interfaceIndex(String name) {
        return (int) call((errno, arena) -> (int) IF_NAMETOINDEX.invoke(errno, arena.allocateFrom(name)));
    }

    static void close(int descriptor) {
        call((errno, arena) -> (int) CLOSE.invoke(errno, descriptor));
    }

    private static MemorySegment copy(Arena arena, byte[] bytes) {
        MemorySegment segment = arena.allocate(Math.max(1, bytes.length), 8);
        MemorySegment.copy(bytes, 0, segment, JAVA_BYTE, 0, bytes.length);
        return segment;
    }

    private static int checked(String what, int result) throws IOException {
        if (result < 0) {
            throw new IOException(what + " failed: " + error(-result));
        }
        return result;
    }

    /** The name of an error number, as far as the adapters meet it. */
    static String error(int number) {
        return switch (number) {
            case EPERM -> "EPERM (operation not permitted)";
            case ENOENT -> "ENOENT (no such entry)";
            case EAGAIN -> "EAGAIN (would block)";
            case EACCES -> "EACCES (permission denied)";
            case EINVAL -> "EINVAL (invalid argument)";
            case EAFNOSUPPORT -> "EAFNOSUPPORT (address family not supported)";
            case EADDRNOTAVAIL -> "EADDRNOTAVAIL (no address to send from)";
            case EOPNOTSUPP -> "EOPNOTSUPP (not supported)";
            case ENETDOWN -> "ENETDOWN (network is down)";
            case ENETUNREACH -> "ENETUNREACH (network is unreachable)";
            case ENOBUFS -> "ENOBUFS (no buffer space)";
            case ECONNREFUSED -> "ECONNREFUSED (connection refused)";
            case EHOSTUNREACH -> "EHOSTUNREACH (no route to host)";
            case EINPROGRESS -> "EINPROGRESS (still trying)";
            default -> "error " + number;
        };
    }
}
