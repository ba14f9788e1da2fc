package dev.cordon.server.web;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Counts the calls of each caller to each API, by the minute and by the hour. A window begins with the first call after
 * the last one ended; calls that were refused do not count. Measured by a clock that never jumps. Of this process only.
 * Thread-safe.
 */
final class CallCounts {

    /** Windows that are over are forgotten once there are so many. */
    private static final int MANY = 10_000;

    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration HOUR = Duration.ofHours(1);

    private final CallRates rates;
    private final LongSupplier nanos;
    private final Map<Key, Window> windows = new HashMap<>();

    private record Key(String tenantId, String subjectId, String api, Duration length) {}

    private static final class Window {
        private final long end;
        private int calls;

        Window(long end) {
            this.end = end;
        }
    }

    CallCounts(CallRates rates, LongSupplier nanos) {
        this.rates = rates;
        this.nanos = nanos;
    }

    /** A limit that is reached. */
    record Exceeded(int most, Duration window, long retryAfterSeconds) {

        /** In the original's words. */
        String message() {
            return "API calls quota exceeded! maximum allowed %d per %02d:%02d:00"
                    .formatted(most, window.toHours(), window.toMinutesPart());
        }
    }

    /** Counts a call, unless it is one too many. */
    Optional<Exceeded> count(Route route, Caller caller) {
        var rate = rates.of(route);
        if (rate.perMinute() == 0 && rate.perHour() == 0) {
            return Optional.empty();
        }
        var api = CallRates.name(route);
        var minute = new Key(caller.tenantId(), caller.subjectId(), api, MINUTE);
        var hour = new Key(caller.tenantId(), caller.subjectId(), api, HOUR);
        long now = nanos.getAsLong();
        synchronized (windows) {
            if (windows.size() >= MANY) {
                windows.values().removeIf(window -> window.end - now <= 0);
            }
            var exceeded = exceeded(hour, rate.perHour(), now).or(() -> exceeded(minute, rate.perMinute(), now));
            if (exceeded.isEmpty()) {
                count(minute, rate.perMinute(), now);
                count(hour, rate.perHour(), now);
            }
            return exceeded;
        }
    }

    private Optional<Exceeded> exceeded(Key key, int most, long now) {
        var window = windows.get(key);
        if (most == 0 || window == null || window.end - now <= 0 || window.calls < most) {
            return Optional.empty();
        }
        long seconds = Duration.ofNanos(window.end - now).plusNanos(999_999_999).toSeconds();
        return Optional.of(new Exceeded(most, key.length(), seconds));
    }

    private void count(Key key, int most, long now) {
        if (most > 0) {
            var window = windows.get(key);
            if (window == null || window.end - now <= 0) {
                window = new Window(now + key.length().toNanos());
                windows.put(key, window);
            }
            window.calls++;
        }
    }
}
