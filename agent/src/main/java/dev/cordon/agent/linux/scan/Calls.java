package dev.cordon.agent.linux.scan;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/** The functions of libc a scan needs. Each returns its result, or minus errno. */
final class Calls {

    static final int ENOENT = 2;
    static final int EPERM = 1;
    private static final int EINTR = 4;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final Linker.Option ERRNO = Linker.Option.captureCallState("errno");
    private static final VarHandle ERRNO_VALUE =
            Linker.Option.captureStateLayout().varHandle(MemoryLayout.PathElement.groupElement("errno"));

    private static final MethodHandle OPEN = variadic("open", 2, FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT));
    private static final MethodHandle STATX =
            function("statx", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, ADDRESS));
    private static final MethodHandle CLOSE = function("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    private static final MethodHandle SOCKET =
            function("socket", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));
    private static final MethodHandle CONNECT =
            function("connect", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
    private static final MethodHandle SENDMSG =
            function("sendmsg", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT));
    private static final MethodHandle RECV =
            function("recv", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
    private static final MethodHandle POLL =
            function("poll", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
    private static final MethodHandle SETPRIORITY =
            function("setpriority", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));
    private static final MethodHandle SYSCALL =
            variadic("syscall", 1, FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG));

    private Calls() {}

    private static MethodHandle function(String name, FunctionDescriptor type) {
        return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), type, ERRNO);
    }

    private static MethodHandle variadic(String name, int fixed, FunctionDescriptor type) {
        return LINKER.downcallHandle(
                LINKER.defaultLookup().findOrThrow(name), type, ERRNO, Linker.Option.firstVariadicArg(fixed));
    }

    private interface Call {
        long make(MemorySegment errno) throws Throwable;
    }

    private static int call(Call call) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment errno = arena.allocate(Linker.Option.captureStateLayout());
            while (true) {
                long result = call.make(errno);
                if (result >= 0) {
                    return (int) result;
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

    static int open(MemorySegment name, int flags) {
        return call(errno -> (int) OPEN.invokeExact(errno, name, flags));
    }

    static int statx(int descriptor, MemorySegment emptyName, int flags, int mask, MemorySegment result) {
        return call(errno -> (int) STATX.invokeExact(errno, descriptor, emptyName, flags, mask, result));
    }

    static void close(int descriptor) {
        call(errno -> Math.max(0, (int) CLOSE.invokeExact(errno, descriptor)));
    }

    static int socket(int family, int type) {
        return call(errno -> (int) SOCKET.invokeExact(errno, family, type, 0));
    }

    static int connect(int socket, MemorySegment address, int length) {
        return call(errno -> (int) CONNECT.invokeExact(errno, socket, address, length));
    }

    static int sendMessage(int socket, MemorySegment message, int flags) {
        return call(errno -> (long) SENDMSG.invokeExact(errno, socket, message, flags));
    }

    static int receive(int socket, MemorySegment buffer, int flags) {
        return call(errno -> (long) RECV.invokeExact(errno, socket, buffer, buffer.byteSize(), flags));
    }

    static int poll(MemorySegment one, int milliseconds) {
        return call(errno -> (int) POLL.invokeExact(errno, one, 1L, milliseconds));
    }

    static int setPriority(int which, int who, int priority) {
        return call(errno -> (int) SETPRIORITY.invokeExact(errno, which, who, priority));
    }

    static int systemCall(long number, long first, long second, long third) {
        return call(errno -> (long) SYSCALL.invokeExact(errno, number, first, second, third));
    }

    static int checked(String what, int result) throws IOException {
        if (result < 0) {
            throw new IOException(what + " failed (errno " + -result + ")");
        }
        return result;
    }
}
