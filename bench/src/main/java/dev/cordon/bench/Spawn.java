package dev.cordon.bench;

import static dev.cordon.protocol.foreign.CLibrary.UNREAD;
import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.cordon.protocol.foreign.CFunction;
import dev.cordon.protocol.foreign.CLibrary;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/**
 * Starts a program and waits for its end with posix_spawn(3) and waitpid(2): some hundred microseconds, where the run
 * time's own way takes milliseconds and hides what is measured. For one thread.
 */
final class Spawn implements AutoCloseable {

    /** The kernel refused to start it. */
    static final int EPERM = 1;

    private static final CFunction SPAWN = CLibrary.STANDARD.function("posix_spawn", 6);
    private static final CFunction WAIT = CLibrary.STANDARD.function("waitpid", 3);

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
        int error = (int)
                SPAWN.call(UNREAD, pid.address(), path.address(), 0, 0, arguments.address(), environment.address());
        if (error != 0) {
            return error;
        }
        int ended = (int) WAIT.call(UNREAD, pid.get(JAVA_INT, 0), status.address(), 0);
        if (ended < 0 || status.get(JAVA_INT, 0) != 0) {
            throw new IllegalStateException("the program did not end well: " + status.get(JAVA_INT, 0));
        }
        return 0;
    }

    @Override
    public void close() {
        arena.close();
    }
}
