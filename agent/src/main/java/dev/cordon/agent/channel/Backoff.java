package dev.cordon.agent.channel;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait before connecting again: exponential with full jitter, so that a fleet that lost its gateway does
 * not come back all at once. Not safe for use by many threads.
 */
final class Backoff {

    private final Duration first;
    private final Duration longest;
    private final RandomGenerator random;
    private int failures;

    Backoff(Duration first, Duration longest, RandomGenerator random) {
        this.first = first;
        this.longest = longest;
        this.random = random;
    }

    /** A wait between zero and a bound that doubles with every call. */
    Duration next() {
        long bound = longest.toNanos();
        if (failures < Long.numberOfLeadingZeros(first.toNanos()) - 1) {
            bound = Math.min(bound, first.toNanos() << failures);
        }
        failures++;
        return Duration.ofNanos(random.nextLong(bound + 1));
    }

    /** A wait in the upper half of the longest, for what will not mend itself soon. */
    Duration longWait() {
        long half = longest.toNanos() / 2;
        return Duration.ofNanos(half + random.nextLong(half + 1));
    }

    /** A connection was good: the next wait is short again. */
    void reset() {
        failures = 0;
    }
}
