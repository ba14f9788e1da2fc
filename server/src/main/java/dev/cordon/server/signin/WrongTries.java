package dev.cordon.server.signin;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/**
 * How often somebody at an address was wrong of late: beside the lock of each account, this slows down who tries one
 * password at many accounts. An IPv6 network of 64 bits counts as one address. The address is that of the connection: behind
 * a proxy, all callers are one. Thread-safe.
 */
final class WrongTries {

    static final int MOST = 60;
    static final Duration WINDOW = Duration.ofMinutes(10);
    private static final int IPV6_NETWORK_BYTES = 8;

    private final Windows windows;

    WrongTries(InstantSource time) {
        this(time, MOST);
    }

    /** @param most in a window */
    WrongTries(InstantSource time, int most) {
        windows = new Windows(time, WINDOW, most);
    }

    /** How long an address that was wrong too often has to wait; empty: it may try. */
    Optional<Duration> wait(String address) {
        return windows.wait(network(address));
    }

    void count(String address) {
        windows.count(network(address));
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
