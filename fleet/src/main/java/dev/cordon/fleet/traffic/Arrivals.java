package dev.cordon.fleet.traffic;

import java.util.Arrays;

/** When something arrived at either end of a flow, by {@link System#nanoTime}. Safe for use by several threads. */
final class Arrivals {

    private long[] times = new long[1024];
    private int count;

    synchronized void record() {
        if (count == times.length) {
            times = Arrays.copyOf(times, count * 2);
        }
        times[count++] = System.nanoTime();
    }

    /** How many arrived from one instant until before another. */
    synchronized int between(long from, long until) {
        int number = 0;
        for (int i = count - 1; i >= 0 && times[i] - from >= 0; i--) {
            if (times[i] - until < 0) {
                number++;
            }
        }
        return number;
    }

    /** The last arrival at or after an instant; the instant itself if there was none. */
    synchronized long lastSince(long from) {
        return count > 0 && times[count - 1] - from > 0 ? times[count - 1] : from;
    }

    /** The first arrival after an instant; the instant itself if there was none. */
    synchronized long firstAfter(long from) {
        long first = from;
        for (int i = count - 1; i >= 0 && times[i] - from > 0; i--) {
            first = times[i];
        }
        return first;
    }
}
