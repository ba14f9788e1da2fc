package dev.cordon.agent.linux.execution;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.cordon.protocol.foreign.CFunction;
import dev.cordon.protocol.foreign.CLibrary;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Read leases (fcntl(2), F_SETLEASE): taken only while nobody has the file open for writing; as long as one is held,
 * whoever opens the file for writing or cuts it short waits, and the holder is told by SIGIO.
 *
 * <p>Works in the memory of a {@link Kernel}, for the same thread.
 */
final class Leases {

    private static final int F_SETLEASE = 1024;
    private static final int F_GETLEASE = 1025;
    private static final int F_SETOWN_EX = 15;
    private static final int F_OWNER_TID = 0;
    private static final int F_RDLCK = 0;
    private static final int SIGIO = 29;
    private static final int SIG_BLOCK = 0;
    private static final long SIG_IGN = 1;
    private static final int SIGNAL_SET_BYTES = 128;
    private static final int SFD_CLOEXEC_NONBLOCK = 0x80800;

    private static final CFunction FCNTL_NUMBER = CLibrary.STANDARD.function("fcntl", 3);
    private static final CFunction FCNTL_ADDRESS = CLibrary.STANDARD.function("fcntl", 3);
    private static final CFunction SIGNAL = CLibrary.STANDARD.function("signal", 2);
    private static final CFunction SIGMASK = CLibrary.STANDARD.function("pthread_sigmask", 3);
    private static final CFunction SIGNALFD = CLibrary.STANDARD.function("signalfd", 3);
    private static final CFunction GETTID = CLibrary.STANDARD.function("gettid", 0);

    private final MemorySegment errno;
    private final MemorySegment owner;

    Leases(Kernel kernel) {
        errno = kernel.errno();
        owner = kernel.allocate(8);
    }

    /** 0, or {@code -EAGAIN} while anybody has the file open for writing, or minus another errno. */
    int take(int descriptor) {
        int result = (int) FCNTL_NUMBER.call(errno, descriptor, F_SETLEASE, F_RDLCK);
        return result >= 0 ? 0 : -CLibrary.errno(errno);
    }

    /** Whether a lease is held that nobody waits for. */
    boolean undisturbed(int descriptor) {
        int type = (int) FCNTL_NUMBER.call(errno, descriptor, F_GETLEASE, 0);
        return type == F_RDLCK;
    }

    /** Whether this thread, which called {@link #signals}, is told from now on when somebody waits for the lease. */
    boolean tellThisThread(int descriptor) {
        owner.set(JAVA_INT, 0, F_OWNER_TID);
        owner.set(JAVA_INT, 4, (int) GETTID.call(errno));
        int result = (int) FCNTL_ADDRESS.call(errno, descriptor, F_SETOWN_EX, owner.address());
        return result == 0;
    }

    /** SIGIO, whose default is to end the process, does nothing to threads that did not call {@link #signals}. */
    void ignoreSignals() {
        SIGNAL.call(errno, SIGIO, SIG_IGN);
    }

    /** A descriptor that is readable for this thread when a lease of which it is told is disturbed (signalfd(2)). */
    int signals() throws IOException {
        try (Arena call = Arena.ofConfined()) {
            MemorySegment set = call.allocate(SIGNAL_SET_BYTES, 8);
            set.set(JAVA_LONG, 0, 1L << (SIGIO - 1));
            int blocked = (int) SIGMASK.call(errno, SIG_BLOCK, set.address(), 0);
            int result = (int) SIGNALFD.call(errno, -1, set.address(), SFD_CLOEXEC_NONBLOCK);
            if (blocked != 0 || result < 0) {
                throw new IOException("signalfd failed (errno " + CLibrary.errno(errno) + ")");
            }
            return result;
        }
    }
}
