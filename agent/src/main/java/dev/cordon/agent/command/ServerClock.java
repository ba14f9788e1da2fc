package dev.cordon.agent.command;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * The server's time as far as it is known: this machine's clock, corrected by what the gateway last said. Expiry is
 * judged by it, so that a machine with a wrong clock neither refuses everything nor accepts what is over. Safe for use
 * by many threads.
 */
public final class ServerClock {

    private final Clock clock;
    private volatile Duration offset = Duration.ZERO;

    public ServerClock(Clock clock) {
        this.clock = clock;
    }

    /** The server says what time it is there. */
    public void set(long serverTimeMicros) {
        offset = Duration.between(clock.instant(), Instant.EPOCH.plus(serverTimeMicros, ChronoUnit.MICROS));
    }

    public Instant now() {
        return clock.instant().plus(offset);
    }

    /** How far this machine's clock is behind the server's. */
    public Duration offset() {
        return offset;
    }
}
