package dev.cordon.agent.linux.execution;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.cordon.protocol.foreign.CFunction;
import dev.cordon.protocol.foreign.CLibrary;
import java.io.IOException;
import java.lang.foreign.MemorySegment;

/**
 * A timer of the kernel that ends this process by SIGKILL when it runs out (timer_create(2)). Works in the memory of a
 * {@link Kernel}, for the same thread.
 */
final class KillTimer implements AutoCloseable {

    private static final int CLOCK_MONOTONIC = 1;
    private static final int SIGKILL = 9;

    private static final CFunction CREATE = CLibrary.STANDARD.function("timer_create", 3);
    private static final CFunction SET = CLibrary.STANDARD.function("timer_settime", 4);
    private static final CFunction DELETE = CLibrary.STANDARD.function("timer_delete", 1);

    private final MemorySegment errno;
    private final MemorySegment time;
    private final long timer;

    /** Not armed yet. */
    KillTimer(Kernel kernel) throws IOException {
        errno = kernel.errno();
        time = kernel.allocate(32);
        MemorySegment event = kernel.allocate(64);
        event.set(JAVA_INT, 8, SIGKILL);
        MemorySegment id = kernel.allocate(8);
        int result = (int) CREATE.call(errno, CLOCK_MONOTONIC, event.address(), id.address());
        if (result != 0) {
            throw new IOException("no timer for the watchdog (errno " + CLibrary.errno(errno) + ")");
        }
        timer = id.get(JAVA_LONG, 0);
    }

    /** Lets it run out after this time from now. */
    void set(long milliseconds) throws IOException {
        time.set(JAVA_LONG, 16, milliseconds / 1000);
        time.set(JAVA_LONG, 24, milliseconds % 1000 * 1_000_000);
        int result = (int) SET.call(errno, timer, 0, time.address(), 0);
        if (result != 0) {
            throw new IOException("the watchdog's timer cannot be set (errno " + CLibrary.errno(errno) + ")");
        }
    }

    @Override
    public void close() {
        DELETE.call(errno, timer);
    }
}
