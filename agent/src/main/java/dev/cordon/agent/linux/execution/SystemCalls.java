package dev.cordon.agent.linux.execution;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/** How functions of the C library are called that say by errno why they failed. Stateless. */
final class SystemCalls {

    private static final Linker LINKER = Linker.nativeLinker();
    private static final Linker.Option ERRNO = Linker.Option.captureCallState("errno");
    private static final VarHandle ERRNO_VALUE =
            Linker.Option.captureStateLayout().varHandle(MemoryLayout.PathElement.groupElement("errno"));

    private SystemCalls() {}

    /** Its first argument is the room for errno. */
    static MethodHandle function(String name, FunctionDescriptor type) {
        return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), type, ERRNO);
    }

    /** @param variadic the first argument that C passes as one of any number */
    static MethodHandle function(String name, FunctionDescriptor type, int variadic) {
        return LINKER.downcallHandle(
                LINKER.defaultLookup().findOrThrow(name), type, Linker.Option.firstVariadicArg(variadic), ERRNO);
    }

    /** Minus errno. */
    static int failure(MemorySegment errno) {
        return -(int) ERRNO_VALUE.get(errno, 0L);
    }

    static IllegalStateException impossible(Throwable e) {
        return new IllegalStateException("a system call could not be made", e);
    }
}
