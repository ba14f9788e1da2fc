package dev.cordon.agent.linux.files;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.cordon.agent.files.FileCallException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/** How a function of the C library is called so that its error number is not lost. Stateless. */
final class Calls {

    private static final int EINTR = 4;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final Linker.Option ERRNO = Linker.Option.captureCallState("errno");
    private static final VarHandle ERRNO_VALUE =
            Linker.Option.captureStateLayout().varHandle(MemoryLayout.PathElement.groupElement("errno"));

    private Calls() {}

    interface Call {
        long make(MemorySegment errno, Arena arena) throws Throwable;
    }

    static MethodHandle function(String name, FunctionDescriptor type) {
        return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), type, ERRNO);
    }

    /** For functions with variable arguments, of which the first is the one with this number. */
    static MethodHandle variadic(String name, FunctionDescriptor type, int firstVariadic) {
        return LINKER.downcallHandle(
                LINKER.defaultLookup().findOrThrow(name), type, Linker.Option.firstVariadicArg(firstVariadic), ERRNO);
    }

    /** The result, or minus the error number; an interrupted call is made again. */
    static long attempt(Call call) {
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

    static long checked(String name, Call call) throws FileCallException {
        long result = attempt(call);
        if (result < 0) {
            throw new FileCallException(name, (int) -result);
        }
        return result;
    }

    /** A name as C wants it. */
    static MemorySegment text(Arena arena, byte[] name) {
        MemorySegment text = arena.allocate(name.length + 1L);
        MemorySegment.copy(name, 0, text, JAVA_BYTE, 0, name.length);
        return text;
    }

    static MemorySegment copy(Arena arena, byte[] bytes) {
        MemorySegment copy = arena.allocate(Math.max(1, bytes.length));
        MemorySegment.copy(bytes, 0, copy, JAVA_BYTE, 0, bytes.length);
        return copy;
    }
}
