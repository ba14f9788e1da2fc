package dev.cordon.agent.linux.execution;

import java.io.IOException;

/**
 * The fanotify group of a {@link Listener}: what it is answered, and of which files it tells when they were written.
 *
 * <p>Only files whose verdict is remembered are of interest, a handful beside the thousands that a build writes; their
 * inodes are marked for CLOSE_WRITE one by one, before they are read. The events come in the order in which things
 * happened: a file that was written is forgotten before its next start is asked for. A mark keeps an inode in memory;
 * therefore all are dropped when there are too many, and what is known of their files counts no more until they are
 * marked again ({@link VerdictCache#watchAnew}).
 *
 * <p>The verdict thread calls with the instance of {@link Kernel} that is its own, and waits for nobody; all others go
 * one at a time, and do nothing once the group is closed, because its number may stand for another file by then.
 */
final class Group {

    private static final int MOST_WATCHED = 16_384;

    private final int descriptor;
    private final Kernel own;
    private final VerdictCache cache;
    private long watch;
    private volatile int watched;
    private boolean closed;

    private Group(int descriptor, Kernel own, VerdictCache cache) {
        this.descriptor = descriptor;
        this.own = own;
        this.cache = cache;
        this.watch = cache.watchAnew();
    }

    /**
     * @param own of the verdict thread
     * @throws IOException if the kernel does not let this process have one
     */
    static Group open(Kernel own, VerdictCache cache) throws IOException {
        int descriptor = new Fanotify(own).init();
        if (descriptor < 0) {
            throw new IOException("fanotify cannot be used (errno " + -descriptor + ")");
        }
        return new Group(descriptor, own, cache);
    }

    int descriptor() {
        return descriptor;
    }

    /** Lets the one who waits go on. */
    void answer(Kernel caller, int file, boolean allow) {
        if (caller == own) {
            own.respond(descriptor, file, allow);
            return;
        }
        synchronized (this) {
            if (!closed) {
                caller.respond(descriptor, file, allow);
            }
        }
    }

    /**
     * Lets the kernel tell when somebody has written this open file.
     *
     * @return the number of the watch, {@link VerdictCache#UNWATCHED} if it does not
     */
    synchronized long watch(Kernel caller, int file) {
        if (closed || new Fanotify(caller).tell(descriptor, Fanotify.CLOSE_WRITE, file) < 0) {
            return VerdictCache.UNWATCHED;
        }
        watched++;
        return watch;
    }

    boolean watchesTooMany() {
        return watched > MOST_WATCHED;
    }

    /** Drops the marks of all files, also those that exempt them. For the verdict thread. */
    synchronized void watchAnew() {
        new Fanotify(own).forgetFiles(descriptor);
        watched = 0;
        watch = cache.watchAnew();
    }

    /** Lets everybody go on who waits. For the verdict thread. */
    synchronized void close() {
        closed = true;
        own.close(descriptor);
    }
}
