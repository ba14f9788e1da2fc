package dev.cordon.agent.linux;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Keeps a fight over the rules from eating the machine: somebody who removes them in a loop gets them back at once a few
 * times, then at a steady pace, and the server is told now and then instead of every time. For use by one thread.
 */
final class Struggle {

    private static final int FREE = 10;
    private static final Duration WINDOW = Duration.ofSeconds(10);
    private static final Duration REST = Duration.ofMillis(200);

    private final Deque<Long> times = new ArrayDeque<>();
    private long toldAt = System.nanoTime() - WINDOW.toNanos();

    /** Counts one repair and says how long to rest after it. */
    Duration next() {
        long now = System.nanoTime();
        times.addLast(now);
        while (!times.isEmpty() && now - times.getFirst() > WINDOW.toNanos()) {
            times.removeFirst();
        }
        return times.size() > FREE ? REST : Duration.ZERO;
    }

    boolean worthTelling() {
        long now = System.nanoTime();
        if (now - toldAt < WINDOW.toNanos()) {
            return false;
        }
        toldAt = now;
        return true;
    }

    /** Rests, and returns a short time until the next look. */
    int pause(Duration rest) {
        try {
            Thread.sleep(rest);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return (int) REST.toMillis();
    }
}
