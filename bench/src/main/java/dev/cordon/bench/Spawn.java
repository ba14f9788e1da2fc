package dev.cordon.bench;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;

/**
 * Starts a program and waits for its end with posix_spawn(3) and waitpid(2): some hundred microseconds, where the run
 * time's own way takes milliseconds and hides what is measured. For one thread.
 */
final class Spawn implements AutoCloseable {

    /** The kernel refused to start it. */
    static final int EPERM = 1;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final MethodHandle SPAWN = LINKER.downcallHandle(
            LINKER.defaultLookup().findOrThrow("posix_spawn"),
            FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS));
    private static final MethodHandle WAIT = LINKER.downcallHandle(
            LINKER.defaultLookup().findOrThrow("waitpid"),
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));

    private final Arena arena = Arena.ofConfined();
    private final MemorySegment pid = arena.allocate(JAVA_INT);
    private final MemorySegment status = arena.allocate(JAVA_INT);
    private final MemorySegment path;
    private final MemorySegment arguments;
    private final MemorySegment environment = arena.allocate(ADDRESS);

    /** Without arguments and without an environment. */
    Spawn(Path program) {
        path = arena.allocateFrom(program.toString());
        arguments = arena.allocate(ADDRESS, 2);
        arguments.setAtIndex(ADDRESS, 0, path);
        arguments.setAtIndex(ADDRESS, 1, MemorySegment.NULL);
        environment.set(ADDRESS, 0, MemorySegment.NULL);
    }

    /** Runs it to its end; 0, or the error number with which the kernel refused. */
    int run() {
        try {
            int error =
                    (int) SPAWN.invokeExact(pid, path, MemorySegment.NULL, MemorySegment.NULL, arguments, environment);
            if (error != 0) {
                return error;
            }
            int ended = (int) WAIT.invokeExact(pid.get(JAVA_INT, 0), status, 0);
            if (ended < 0 || status.get(JAVA_INT, 0) != 0) {
                throw new IllegalStateException("the program did not end well: " + status.get(JAVA_INT, 0));
            }
            return 0;
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("a program could not be started", e);
        }
    }

    @Override
    public void close() {
        arena.close();
    }
}
