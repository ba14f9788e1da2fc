package dev.cordon.server.signin;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;

/**
 * How often somebody at an address was wrong of late: beside the lock of each account, this slows down who tries one
 * password at many accounts. An IPv6 network of 64 bits counts as one address. The address is that of the connection: behind
 * a proxy, all callers are one. Kept in memory, of a bounded number of addresses. Thread-safe.
 */
final class WrongTries {

    static final int MOST = 60;
    static final Duration WINDOW = Duration.ofMinutes(10);
    private static final int MANY = 50_000;
    private static final int IPV6_NETWORK_BYTES = 8;

    private final InstantSource time;
    private final int most;
    private final Map<String, Window> windows = new HashMap<>();

    private static final class Window {
        private final Instant end;
        private int tries;

        Window(Instant end) {
            this.end = end;
        }
    }

    WrongTries(InstantSource time) {
        this(time, MOST);
    }

    /** @param most in a window */
    WrongTries(InstantSource time, int most) {
        this.time = time;
        this.most = most;
    }

    /** How long an address that was wrong too often has to wait; empty: it may try. */
    Optional<Duration> wait(String address) {
        synchronized (windows) {
            var window = windows.get(network(address));
            var now = time.instant();
            return window == null || window.tries < most || !window.end.isAfter(now)
                    ? Optional.empty()
                    : Optional.of(Duration.between(now, window.end));
        }
    }

    void count(String address) {
        var now = time.instant();
        synchronized (windows) {
            if (windows.size() >= MANY) {
                windows.values().removeIf(window -> !window.end.isAfter(now));
            }
            if (windows.size() >= MANY) {
                windows.clear();
            }
            var window = windows.get(network(address));
            if (window == null || !window.end.isAfter(now)) {
                window = new Window(now.plus(WINDOW));
                windows.put(network(address), window);
            }
            window.tries++;
        }
    }

    private static String network(String address) {
        try {
            var parsed = InetAddress.ofLiteral(address.replaceAll("[\\[\\]]", ""));
            if (parsed instanceof Inet6Address) {
                return HexFormat.of().formatHex(Arrays.copyOf(parsed.getAddress(), IPV6_NETWORK_BYTES));
            }
            return parsed.getHostAddress();
        } catch (IllegalArgumentException e) {
            return address;
        }
    }
}
