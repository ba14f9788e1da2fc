package dev.cordon.agent.linux.files;

import static dev.cordon.agent.linux.files.Calls.checked;
import static dev.cordon.protocol.foreign.CLibrary.attempt;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.cordon.agent.files.FileCallException;
import dev.cordon.agent.quarantine.ProcessCalls;
import dev.cordon.protocol.foreign.CFunction;
import dev.cordon.protocol.foreign.CLibrary;
import java.lang.foreign.MemorySegment;
import java.time.Duration;

/** {@link ProcessCalls} by pidfd_open(2), pidfd_send_signal(2) and poll(2); Linux 5.3. Stateless. */
public final class LinuxProcessCalls implements ProcessCalls {

    private static final long PIDFD_SEND_SIGNAL = 424;
    private static final long PIDFD_OPEN = 434;
    private static final short POLLIN = 1;

    private static final CFunction OPEN = CLibrary.STANDARD.function("syscall", 3);
    private static final CFunction SIGNAL = CLibrary.STANDARD.function("syscall", 5);
    private static final CFunction POLL = CLibrary.STANDARD.function("poll", 3);
    private static final CFunction CLOSE = CLibrary.STANDARD.function("close", 1);

    @Override
    public int open(int pid) throws FileCallException {
        return (int) checked("pidfd_open", (errno, arena) -> OPEN.call(errno, PIDFD_OPEN, pid, 0));
    }

    @Override
    public void signal(int descriptor, int signal) throws FileCallException {
        checked("pidfd_send_signal", (errno, arena) -> SIGNAL.call(errno, PIDFD_SEND_SIGNAL, descriptor, signal, 0, 0));
    }

    @Override
    public boolean ended(int descriptor, Duration wait) throws FileCallException {
        return checked("poll", (errno, arena) -> {
                    MemorySegment polled = arena.allocate(8, 4);
                    polled.set(JAVA_INT, 0, descriptor);
                    polled.set(JAVA_SHORT, 4, POLLIN);
                    return (int) POLL.call(errno, polled.address(), 1, wait.toMillis());
                })
                > 0;
    }

    @Override
    public void close(int descriptor) {
        attempt((errno, arena) -> (int) CLOSE.call(errno, descriptor));
    }
}
