package dev.cordon.agent.linux.execution;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

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

    private static final FunctionDescriptor FCNTL = FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT);
    private static final MethodHandle FCNTL_NUMBER = SystemCalls.function("fcntl", FCNTL, 2);
    private static final MethodHandle FCNTL_ADDRESS =
            SystemCalls.function("fcntl", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS), 2);
    private static final MethodHandle SIGNAL =
            SystemCalls.function("signal", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG));
    private static final MethodHandle SIGMASK =
            SystemCalls.function("pthread_sigmask", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, ADDRESS));
    private static final MethodHandle SIGNALFD =
            SystemCalls.function("signalfd", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
    private static final MethodHandle GETTID = SystemCalls.function("gettid", FunctionDescriptor.of(JAVA_INT));

    private final MemorySegment errno;
    private final MemorySegment owner;

    Leases(Kernel kernel) {
        errno = kernel.errno();
        owner = kernel.allocate(8);
    }

    /** 0, or {@code -EAGAIN} while anybody has the file open for writing, or minus another errno. */
    int take(int descriptor) {
        try {
            int result = (int) FCNTL_NUMBER.invokeExact(errno, descriptor, F_SETLEASE, F_RDLCK);
            return result >= 0 ? 0 : SystemCalls.failure(errno);
        } catch (Throwable e) {
            throw SystemCalls.impossible(e);
        }
    }

    /** Whether a lease is held that nobody waits for. */
    boolean undisturbed(int descriptor) {
        try {
            int type = (int) FCNTL_NUMBER.invokeExact(errno, descriptor, F_GETLEASE, 0);
            return type == F_RDLCK;
        } catch (Throwable e) {
            throw SystemCalls.impossible(e);
        }
    }

    /** Whether this thread, which called {@link #signals}, is told from now on when somebody waits for the lease. */
    boolean tellThisThread(int descriptor) {
        try {
            owner.set(JAVA_INT, 0, F_OWNER_TID);
            owner.set(JAVA_INT, 4, (int) GETTID.invokeExact(errno));
            int result = (int) FCNTL_ADDRESS.invokeExact(errno, descriptor, F_SETOWN_EX, owner);
            return result == 0;
        } catch (Throwable e) {
            throw SystemCalls.impossible(e);
        }
    }

    /** SIGIO, whose default is to end the process, does nothing to threads that did not call {@link #signals}. */
    void ignoreSignals() {
        try {
            long ignored = (long) SIGNAL.invokeExact(errno, SIGIO, SIG_IGN);
        } catch (Throwable e) {
            throw SystemCalls.impossible(e);
        }
    }

    /** A descriptor that is readable for this thread when a lease of which it is told is disturbed (signalfd(2)). */
    int signals() throws IOException {
        try (Arena call = Arena.ofConfined()) {
            MemorySegment set = call.allocate(SIGNAL_SET_BYTES, 8);
            set.set(JAVA_LONG, 0, 1L << (SIGIO - 1));
            int blocked = (int) SIGMASK.invokeExact(errno, SIG_BLOCK, set, MemorySegment.NULL);
            int result = (int) SIGNALFD.invokeExact(errno, -1, set, SFD_CLOEXEC_NONBLOCK);
            if (blocked != 0 || result < 0) {
                throw new IOException("signalfd failed (errno " + -SystemCalls.failure(errno) + ")");
            }
            return result;
        } catch (IOException e) {
            throw e;
        } catch (Throwable e) {
            throw SystemCalls.impossible(e);
        }
    }
}
