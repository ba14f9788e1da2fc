package dev.cordon.agent.linux;

import static dev.cordon.protocol.foreign.CLibrary.attempt;
import static dev.cordon.protocol.foreign.CLibrary.copy;
import static dev.cordon.protocol.foreign.CLibrary.text;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.cordon.protocol.foreign.CFunction;
import dev.cordon.protocol.foreign.CLibrary;
import java.io.IOException;
import java.lang.foreign.MemorySegment;

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

    private static final CFunction SOCKET = CLibrary.STANDARD.function("socket", 3);
    private static final CFunction BIND = CLibrary.STANDARD.function("bind", 3);
    private static final CFunction CONNECT = CLibrary.STANDARD.function("connect", 3);
    private static final CFunction SENDTO = CLibrary.STANDARD.function("sendto", 6);
    private static final CFunction RECV = CLibrary.STANDARD.function("recv", 4);
    private static final CFunction POLL = CLibrary.STANDARD.function("poll", 3);
    private static final CFunction CLOSE = CLibrary.STANDARD.function("close", 1);
    private static final CFunction EVENTFD = CLibrary.STANDARD.function("eventfd", 2);
    private static final CFunction EVENTFD_WRITE = CLibrary.STANDARD.function("eventfd_write", 2);
    private static final CFunction IF_NAMETOINDEX = CLibrary.STANDARD.function("if_nametoindex", 1);

    private LibC() {}

    /** An open socket, or minus errno. */
    static int trySocket(int family, int type, int protocol) {
        return (int) attempt((errno, arena) -> (int) SOCKET.call(errno, family, type | SOCK_CLOEXEC, protocol));
    }

    static int socket(int family, int type, int protocol) throws IOException {
        return checked("socket", trySocket(family, type, protocol));
    }

    static void bind(int socket, byte[] address) throws IOException {
        checked("bind", (int)
                attempt((errno, arena) -> (int) BIND.call(errno, socket, copy(arena, address), address.length)));
    }

    /** Zero, or minus errno. */
    static int connect(int socket, byte[] address) {
        return (int) attempt((errno, arena) -> (int) CONNECT.call(errno, socket, copy(arena, address), address.length));
    }

    /** How many bytes were sent, or minus errno. */
    static int sendTo(int socket, byte[] data, byte[] address) {
        return (int) attempt((errno, arena) -> SENDTO.call(
                errno, socket, copy(arena, data), data.length, MSG_DONTWAIT, copy(arena, address), address.length));
    }

    /** How many bytes were received without waiting, or minus errno. */
    static int receive(int socket, MemorySegment buffer) {
        return (int) attempt(
                (errno, arena) -> RECV.call(errno, socket, CLibrary.address(buffer), buffer.byteSize(), MSG_DONTWAIT));
    }

    /** Waits until one of the descriptors can be read; false if the time is over. A negative time is endless. */
    static boolean awaitReadable(int milliseconds, int... descriptors) throws IOException {
        int ready = (int) attempt((errno, arena) -> {
            MemorySegment polled = arena.allocate((long) POLLFD_BYTES * descriptors.length, 4);
            for (int i = 0; i < descriptors.length; i++) {
                polled.set(JAVA_INT, (long) i * POLLFD_BYTES, descriptors[i]);
                polled.set(JAVA_SHORT, (long) i * POLLFD_BYTES + 4, POLLIN);
            }
            return (int) POLL.call(errno, polled.address(), descriptors.length, milliseconds);
        });
        return checked("poll", ready) > 0;
    }

    static int eventFd() throws IOException {
        return checked("eventfd", (int)
                attempt((errno, arena) -> (int) EVENTFD.call(errno, 0, EFD_CLOEXEC | EFD_NONBLOCK)));
    }

    static void signal(int eventFd) {
        attempt((errno, arena) -> (int) EVENTFD_WRITE.call(errno, eventFd, 1L));
    }

    /** The index of a device, or 0 if there is none of this name. */
    static int interfaceIndex(String name) {
        return (int) attempt((errno, arena) -> (int) IF_NAMETOINDEX.call(errno, text(arena, name)));
    }

    static void close(int descriptor) {
        attempt((errno, arena) -> (int) CLOSE.call(errno, descriptor));
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
