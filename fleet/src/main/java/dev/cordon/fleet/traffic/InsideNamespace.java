package dev.cordon.fleet.traffic;

import static dev.cordon.protocol.foreign.CLibrary.UNREAD;

import dev.cordon.protocol.foreign.CFunction;
import dev.cordon.protocol.foreign.CLibrary;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * Opens sockets inside a network namespace from this process: a thread of its own enters the namespace
 * (<a href="https://man7.org/linux/man-pages/man2/setns.2.html">setns(2)</a>), makes the socket and ends. A socket
 * stays in the namespace in which it was made, whoever uses it afterwards.
 */
final class InsideNamespace {

    private static final int CLONE_NEWNET = 0x40000000;
    private static final int READ_ONLY = 0;
    private static final CFunction OPEN = CLibrary.STANDARD.function("open", 2);
    private static final CFunction SETNS = CLibrary.STANDARD.function("setns", 2);
    private static final CFunction CLOSE = CLibrary.STANDARD.function("close", 1);

    private final Path namespace;

    InsideNamespace(String name) {
        this.namespace = Path.of("/run/netns", name);
    }

    /** Does a short piece of work, such as opening a socket, inside the namespace. */
    <T> T call(Callable<T> work) throws IOException {
        var task = new FutureTask<T>(() -> {
            enter();
            return work.call();
        });
        Thread.ofPlatform().daemon().name("inside " + namespace.getFileName()).start(task);
        try {
            return task.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException reason) {
                throw reason;
            }
            throw new IOException("cannot work inside " + namespace + ": " + e.getCause(), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private void enter() throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            int descriptor = (int) OPEN.call(UNREAD, CLibrary.text(arena, namespace.toString()), READ_ONLY);
            if (descriptor < 0) {
                throw new IOException(namespace + " cannot be opened: the namespace is gone, or this is not root");
            }
            try {
                if ((int) SETNS.call(UNREAD, descriptor, CLONE_NEWNET) != 0) {
                    throw new IOException(namespace + " cannot be entered: it needs CAP_SYS_ADMIN");
                }
            } finally {
                CLOSE.call(UNREAD, descriptor);
            }
        }
    }
}
