package dev.cordon.bench;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What this computer takes for a question and an answer between two threads where nothing is to be done for the answer: a
 * thread that waits for one event descriptor (eventfd(2)) and then writes to another. Two system calls, being woken and
 * waking: who is asked by another thread cannot do with less. Not a pipe, which the kernel serves by other rules: it takes
 * the writer for one who is about to sleep, and may put both on one processor. For one thread.
 */
final class Echo implements AutoCloseable {

    private static final Linker LINKER = Linker.nativeLinker();
    private static final long BYTES = Long.BYTES;

    /** A question that is not answered. */
    private static final long END = 2;

    private static final MethodHandle EVENTFD = LINKER.downcallHandle(
            LINKER.defaultLookup().findOrThrow("eventfd"), FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
    private static final MethodHandle READ = transfer("read");
    private static final MethodHandle WRITE = transfer("write");
    private static final MethodHandle CLOSE = LINKER.downcallHandle(
            LINKER.defaultLookup().findOrThrow("close"), FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    private static final MethodHandle GETTID =
            LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow("gettid"), FunctionDescriptor.of(JAVA_INT));

    private static MethodHandle transfer(String name) {
        return LINKER.downcallHandle(
                LINKER.defaultLookup().findOrThrow(name),
                FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG));
    }

    private final Arena arena = Arena.ofShared();
    private final MemorySegment one = arena.allocate(JAVA_LONG);
    private final MemorySegment asked = arena.allocate(JAVA_LONG);
    private final MemorySegment answered = arena.allocate(JAVA_LONG);
    private final int question = descriptor();
    private final int answer = descriptor();
    private final Thread thread;
    private volatile int id;

    Echo() {
        one.set(JAVA_LONG, 0, 1);
        thread = Thread.ofPlatform().name("echo").start(this::answer);
    }

    private static int descriptor() {
        try {
            int made = (int) EVENTFD.invokeExact(0, 0);
            if (made < 0) {
                throw new IllegalStateException("no event descriptor could be made");
            }
            return made;
        } catch (Throwable e) {
            throw failed(e);
        }
    }

    private static IllegalStateException failed(Throwable e) {
        return e instanceof IllegalStateException known
                ? known
                : new IllegalStateException("a system call could not be made", e);
    }

    private void answer() {
        try {
            id = (int) GETTID.invokeExact();
            while (true) {
                transfer((long) READ.invokeExact(question, asked, BYTES));
                if (asked.get(JAVA_LONG, 0) == END) {
                    return;
                }
                transfer((long) WRITE.invokeExact(answer, one, BYTES));
            }
        } catch (Throwable e) {
            throw failed(e);
        }
    }

    private static void transfer(long result) {
        if (result != BYTES) {
            throw new IllegalStateException("an event descriptor broke");
        }
    }

    /** Processor time of the one who answers, kernel included, for each answer on average. In microseconds. */
    double micros(int times) throws IOException {
        ask();
        long before = busy();
        for (int i = 0; i < times; i++) {
            ask();
        }
        return (busy() - before) / 1e3 / times;
    }

    private void ask() {
        try {
            transfer((long) WRITE.invokeExact(question, one, BYTES));
            transfer((long) READ.invokeExact(answer, answered, BYTES));
        } catch (Throwable e) {
            throw failed(e);
        }
    }

    private long busy() throws IOException {
        return Long.parseLong(Files.readString(Path.of("/proc/self/task/" + id + "/schedstat"))
                .split(" ", 2)[0]);
    }

    @Override
    public void close() {
        try {
            one.set(JAVA_LONG, 0, END);
            transfer((long) WRITE.invokeExact(question, one, BYTES));
            thread.join();
            for (int descriptor : new int[] {question, answer}) {
                int ignored = (int) CLOSE.invokeExact(descriptor);
            }
        } catch (Throwable e) {
            throw failed(e);
        }
        arena.close();
    }
}
