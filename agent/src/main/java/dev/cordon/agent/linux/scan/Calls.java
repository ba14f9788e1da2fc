package dev.cordon.agent.linux.scan;

import static dev.cordon.protocol.foreign.CLibrary.address;
import static dev.cordon.protocol.foreign.CLibrary.attempt;

import dev.cordon.protocol.foreign.CFunction;
import dev.cordon.protocol.foreign.CLibrary;
import java.io.IOException;
import java.lang.foreign.MemorySegment;

/** The functions of libc a scan needs. Each returns its result, or minus errno. */
final class Calls {

    static final int ENOENT = 2;
    static final int EPERM = 1;

    private static final CFunction OPEN = CLibrary.STANDARD.function("open", 2);
    private static final CFunction STATX = CLibrary.STANDARD.function("statx", 5);
    private static final CFunction CLOSE = CLibrary.STANDARD.function("close", 1);
    private static final CFunction SOCKET = CLibrary.STANDARD.function("socket", 3);
    private static final CFunction CONNECT = CLibrary.STANDARD.function("connect", 3);
    private static final CFunction SENDMSG = CLibrary.STANDARD.function("sendmsg", 3);
    private static final CFunction RECV = CLibrary.STANDARD.function("recv", 4);
    private static final CFunction POLL = CLibrary.STANDARD.function("poll", 3);
    private static final CFunction SETPRIORITY = CLibrary.STANDARD.function("setpriority", 3);
    private static final CFunction SYSCALL = CLibrary.STANDARD.function("syscall", 4);

    private Calls() {}

    static int open(MemorySegment name, int flags) {
        return (int) attempt((errno, arena) -> (int) OPEN.call(errno, address(name), flags));
    }

    static int statx(int descriptor, MemorySegment emptyName, int flags, int mask, MemorySegment result) {
        return (int) attempt((errno, arena) ->
                (int) STATX.call(errno, descriptor, address(emptyName), flags, mask, address(result)));
    }

    static void close(int descriptor) {
        attempt((errno, arena) -> Math.max(0, (int) CLOSE.call(errno, descriptor)));
    }

    static int socket(int family, int type) {
        return (int) attempt((errno, arena) -> (int) SOCKET.call(errno, family, type, 0));
    }

    static int connect(int socket, MemorySegment address, int length) {
        return (int) attempt((errno, arena) -> (int) CONNECT.call(errno, socket, address(address), length));
    }

    static int sendMessage(int socket, MemorySegment message, int flags) {
        return (int) attempt((errno, arena) -> SENDMSG.call(errno, socket, address(message), flags));
    }

    static int receive(int socket, MemorySegment buffer, int flags) {
        return (int) attempt((errno, arena) -> RECV.call(errno, socket, address(buffer), buffer.byteSize(), flags));
    }

    static int poll(MemorySegment one, int milliseconds) {
        return (int) attempt((errno, arena) -> (int) POLL.call(errno, address(one), 1, milliseconds));
    }

    static int setPriority(int which, int who, int priority) {
        return (int) attempt((errno, arena) -> (int) SETPRIORITY.call(errno, which, who, priority));
    }

    static int systemCall(long number, long first, long second, long third) {
        return (int) attempt((errno, arena) -> SYSCALL.call(errno, number, first, second, third));
    }

    static int checked(String what, int result) throws IOException {
        if (result < 0) {
            throw new IOException(what + " failed (errno " + -result + ")");
        }
        return result;
    }
}
