package dev.cordon.server.signin;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * How often something happened of late, for many keys: each has a window of time that begins with its first. Kept in memory,
 * of a bounded number of keys. Thread-safe.
 */
final class Windows {

    private static final int MANY = 50_000;

    private final InstantSource time;
    private final Duration length;
    private final int most;
    private final Map<String, Window> windows = new HashMap<>();

    private static final class Window {
        private final Instant end;
        private int times;

        Window(Instant end) {
            this.end = end;
        }
    }

    /** @param most how often is not yet too often */
    Windows(InstantSource time, Duration length, int most) {
        this.time = time;
        this.length = length;
        this.most = most;
    }

    /** How long a key for which it was too often has to wait; empty: not at all. */
    Optional<Duration> wait(String key) {
        synchronized (windows) {
            var window = windows.get(key);
            var now = time.instant();
            return window == null || window.times < most || !window.end.isAfter(now)
                    ? Optional.empty()
                    : Optional.of(Duration.between(now, window.end));
        }
    }

    void count(String key) {
        var now = time.instant();
        synchronized (windows) {
            if (windows.size() >= MANY) {
                windows.values().removeIf(window -> !window.end.isAfter(now));
            }
            if (windows.size() >= MANY) {
                windows.clear();
            }
            var window = windows.get(key);
            if (window == null || !window.end.isAfter(now)) {
                window = new Window(now.plus(length));
                windows.put(key, window);
            }
            window.times++;
        }
    }
}
