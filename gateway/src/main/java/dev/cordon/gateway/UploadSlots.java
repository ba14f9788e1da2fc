package dev.cordon.gateway;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Queue;
import java.util.function.LongSupplier;

/**
 * Lets only so many uploads run at a time, because each holds up to a mebibyte in memory and all share one disk; the
 * others wait for their answer in the order in which they were offered. A machine that says nothing for a while loses
 * its place to one that waits. Thread-safe.
 */
final class UploadSlots {

    private static final long IDLE_NANOS = 30_000_000_000L;

    /** An upload, as its machine names it. */
    record Key(MachineRef machine, String uploadId) {}

    private record Waiting(Key key, Runnable start) {}

    private final int most;
    private final LongSupplier nanos;
    private final Map<Key, Long> running = new HashMap<>();
    private final Queue<Waiting> waiting = new ArrayDeque<>();

    UploadSlots(int most, LongSupplier nanos) {
        this.most = most;
        this.nanos = nanos;
    }

    /** Runs {@code start} now or once there is room; a repeated offer keeps its place. It must not block. */
    void enter(Key key, Runnable start) {
        synchronized (this) {
            if (!running.containsKey(key)) {
                dropIdle();
                if (running.size() >= most) {
                    waiting.removeIf(other -> other.key().equals(key));
                    waiting.add(new Waiting(key, start));
                    return;
                }
            }
            running.put(key, nanos.getAsLong());
        }
        start.run();
    }

    /** The upload goes on. */
    synchronized void used(Key key) {
        running.computeIfPresent(key, (_, _) -> nanos.getAsLong());
    }

    /** The upload has ended, or its turn never comes. */
    void leave(Key key) {
        synchronized (this) {
            waiting.removeIf(other -> other.key().equals(key));
            running.remove(key);
        }
        startNext();
    }

    /** All uploads of a machine have ended for now. */
    void leave(MachineRef machine) {
        synchronized (this) {
            waiting.removeIf(other -> other.key().machine().equals(machine));
            running.keySet().removeIf(key -> key.machine().equals(machine));
        }
        startNext();
    }

    /** Gives the places of those that fell silent to those that wait. */
    void startNext() {
        while (true) {
            Waiting next;
            synchronized (this) {
                if (waiting.isEmpty()) {
                    return;
                }
                dropIdle();
                if (running.size() >= most) {
                    return;
                }
                next = waiting.remove();
                running.put(next.key(), nanos.getAsLong());
            }
            next.start().run();
        }
    }

    private void dropIdle() {
        long now = nanos.getAsLong();
        for (Iterator<Long> last = running.values().iterator(); last.hasNext(); ) {
            if (now - last.next() > IDLE_NANOS) {
                last.remove();
            }
        }
    }
}
