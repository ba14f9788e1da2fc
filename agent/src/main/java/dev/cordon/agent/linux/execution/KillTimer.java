package dev.cordon.agent.linux.execution;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * A timer of the kernel that ends this process by SIGKILL when it runs out (timer_create(2)). Works in the memory of a
 * {@link Kernel}, for the same thread.
 */
final class KillTimer implements AutoCloseable {

    private static final int CLOCK_MONOTONIC = 1;
    private static final int SIGKILL = 9;

    private static final MethodHandle CREATE =
            SystemCalls.function("timer_create", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, ADDRESS));
    private static final MethodHandle SET = SystemCalls.function(
            "timer_settime", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_INT, ADDRESS, ADDRESS));
    private static final MethodHandle DELETE =
            SystemCalls.function("timer_delete", FunctionDescriptor.of(JAVA_INT, JAVA_LONG));

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
        try {
            int result = (int) CREATE.invokeExact(errno, CLOCK_MONOTONIC, event, id);
            if (result != 0) {
                throw new IOException("no timer for the watchdog (errno " + -SystemCalls.failure(errno) + ")");
            }
        } catch (IOException e) {
            throw e;
        } catch (Throwable e) {
            throw SystemCalls.impossible(e);
        }
        timer = id.get(JAVA_LONG, 0);
    }

    /** Lets it run out after this time from now. */
    void set(long milliseconds) throws IOException {
        try {
            time.set(JAVA_LONG, 16, milliseconds / 1000);
            time.set(JAVA_LONG, 24, milliseconds % 1000 * 1_000_000);
            int result = (int) SET.invokeExact(errno, timer, 0, time, MemorySegment.NULL);
            if (result != 0) {
                throw new IOException("the watchdog's timer cannot be set (errno " + -SystemCalls.failure(errno) + ")");
            }
        } catch (IOException e) {
            throw e;
        } catch (Throwable e) {
            throw SystemCalls.impossible(e);
        }
    }

    @Override
    public void close() {
        try {
            int ignored = (int) DELETE.invokeExact(errno, timer);
        } catch (Throwable e) {
            throw SystemCalls.impossible(e);
        }
    }
}
