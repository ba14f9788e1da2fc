package dev.cordon.server.events;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The newest events of a tenant, in memory, where any number of followers wait for more. Followers pull: each remembers
 * which number it saw last, so a slow one holds nothing up and takes no memory. Thread-safe.
 */
final class Tail {

    private static final int KEPT = 512;
    private static final int AT_ONCE = 128;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Deque<ShownEvent> events = new ArrayDeque<>();
    private long newest;
    private int followers;
    private boolean dirty;
    private boolean closed;

    Tail(long newest) {
        this.newest = newest;
    }

    /** What a follower gets. */
    sealed interface Next {
        /** Events; none if none came in time. */
        record Events(List<ShownEvent> events) implements Next {}

        /** The next event is older than what is kept here: read it from the store. */
        record Behind() implements Next {}

        /** There will be no more: the server ends. */
        record Closed() implements Next {}
    }

    /** Waits until there is something above a number. */
    Next after(long number, Duration atMost) throws InterruptedException {
        long left = atMost.toNanos();
        lock.lock();
        try {
            while (true) {
                if (closed) {
                    return new Next.Closed();
                }
                if (newest > number) {
                    boolean kept =
                            !events.isEmpty() && events.getFirst().event().number() <= number + 1;
                    return kept ? new Next.Events(above(number)) : new Next.Behind();
                }
                if (left <= 0) {
                    return new Next.Events(List.of());
                }
                left = changed.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    private List<ShownEvent> above(long number) {
        return events.stream()
                .filter(shown -> shown.event().number() > number)
                .limit(AT_ONCE)
                .toList();
    }

    /** Adds what was read above {@link #newest}. */
    void add(List<ShownEvent> more) {
        lock.lock();
        try {
            for (var shown : more) {
                if (shown.event().number() > newest) {
                    events.addLast(shown);
                    newest = shown.event().number();
                }
            }
            while (events.size() > KEPT) {
                events.removeFirst();
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    long newest() {
        lock.lock();
        try {
            return newest;
        } finally {
            lock.unlock();
        }
    }

    /** The feed has grown. */
    void mark() {
        lock.lock();
        try {
            dirty = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Waits until the feed has grown, or until it is time to look anyway; false once nobody follows any more. */
    boolean grown(Duration atMost) throws InterruptedException {
        long left = atMost.toNanos();
        lock.lock();
        try {
            while (!dirty && !closed && followers > 0 && left > 0) {
                left = changed.awaitNanos(left);
            }
            dirty = false;
            return !closed && followers > 0;
        } finally {
            lock.unlock();
        }
    }

    void join() {
        lock.lock();
        try {
            followers++;
        } finally {
            lock.unlock();
        }
    }

    void leave() {
        lock.lock();
        try {
            followers--;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Sends all followers home. */
    void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** How many follow, for a limit. */
    int followers() {
        lock.lock();
        try {
            return followers;
        } finally {
            lock.unlock();
        }
    }
}
