package dev.cordon.agent.linux.files;

import static dev.cordon.agent.linux.files.Calls.attempt;
import static dev.cordon.agent.linux.files.Calls.checked;
import static dev.cordon.agent.linux.files.Calls.function;
import static dev.cordon.agent.linux.files.Calls.variadic;
import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.cordon.agent.files.FileCallException;
import dev.cordon.agent.quarantine.ProcessCalls;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.time.Duration;

/** {@link ProcessCalls} by pidfd_open(2), pidfd_send_signal(2) and poll(2); Linux 5.3. Stateless. */
public final class LinuxProcessCalls implements ProcessCalls {

    private static final long PIDFD_SEND_SIGNAL = 424;
    private static final long PIDFD_OPEN = 434;
    private static final short POLLIN = 1;

    private static final MethodHandle OPEN =
            variadic("syscall", FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG), 1);
    private static final MethodHandle SIGNAL = variadic(
            "syscall", FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, ADDRESS, JAVA_LONG), 1);
    private static final MethodHandle POLL =
            function("poll", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
    private static final MethodHandle CLOSE = function("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));

    @Override
    public int open(int pid) throws FileCallException {
        return (int)
                checked("pidfd_open", (errno, arena) -> (long) OPEN.invokeExact(errno, PIDFD_OPEN, (long) pid, 0L));
    }

    @Override
    public void signal(int descriptor, int signal) throws FileCallException {
        checked("pidfd_send_signal", (errno, arena) -> (long)
                SIGNAL.invokeExact(errno, PIDFD_SEND_SIGNAL, (long) descriptor, (long) signal, MemorySegment.NULL, 0L));
    }

    @Override
    public boolean ended(int descriptor, Duration wait) throws FileCallException {
        return checked("poll", (errno, arena) -> {
                    MemorySegment polled = arena.allocate(8, 4);
                    polled.set(JAVA_INT, 0, descriptor);
                    polled.set(JAVA_SHORT, 4, POLLIN);
                    return (int) POLL.invokeExact(errno, polled, 1L, (int) wait.toMillis());
                })
                > 0;
    }

    @Override
    public void close(int descriptor) {
        attempt((errno, arena) -> (int) CLOSE.invokeExact(errno, descriptor));
    }
}
