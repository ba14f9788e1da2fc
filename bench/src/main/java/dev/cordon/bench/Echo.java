package dev.cordon.bench;

import static dev.cordon.protocol.foreign.CLibrary.UNREAD;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.cordon.protocol.foreign.CFunction;
import dev.cordon.protocol.foreign.CLibrary;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What this computer takes for a question and an answer between two threads where nothing is to be done for the answer: a
 * thread that waits for one event descriptor (eventfd(2)) and then writes to another. Two system calls, being woken and
 * waking: who is asked by another thread cannot do with less. Not a pipe, which the kernel serves by other rules: it takes
 * the writer for one who is about to sleep, and may put both on one processor. For one thread.
 */
final class Echo implements AutoCloseable {

    private static final long BYTES = Long.BYTES;

    /** A question that is not answered. */
    private static final long END = 2;

    private static final CFunction EVENTFD = CLibrary.STANDARD.function("eventfd", 2);
    private static final CFunction READ = CLibrary.STANDARD.function("read", 3);
    private static final CFunction WRITE = CLibrary.STANDARD.function("write", 3);
    private static final CFunction CLOSE = CLibrary.STANDARD.function("close", 1);
    private static final CFunction GETTID = CLibrary.STANDARD.function("gettid", 0);

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
        int made = (int) EVENTFD.call(UNREAD, 0, 0);
        if (made < 0) {
            throw new IllegalStateException("no event descriptor could be made");
        }
        return made;
    }

    private void answer() {
        id = (int) GETTID.call(UNREAD);
        while (true) {
            transfer(READ.call(UNREAD, question, asked.address(), BYTES));
            if (asked.get(JAVA_LONG, 0) == END) {
                return;
            }
            transfer(WRITE.call(UNREAD, answer, one.address(), BYTES));
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
        transfer(WRITE.call(UNREAD, question, one.address(), BYTES));
        transfer(READ.call(UNREAD, answer, answered.address(), BYTES));
    }

    private long busy() throws IOException {
        return Long.parseLong(Files.readString(Path.of("/proc/self/task/" + id + "/schedstat"))
                .split(" ", 2)[0]);
    }

    @Override
    public void close() {
        one.set(JAVA_LONG, 0, END);
        transfer(WRITE.call(UNREAD, question, one.address(), BYTES));
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        CLOSE.call(UNREAD, question);
        CLOSE.call(UNREAD, answer);
        arena.close();
    }
}
