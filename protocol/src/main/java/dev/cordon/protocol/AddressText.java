package dev.cordon.protocol;

import java.net.Inet6Address;
import java.net.InetAddress;

/**
 * How Cordon writes an IP address: IPv4 in dotted decimals, IPv6 in the one spelling that RFC 5952 recommends, so that
 * an address compares equal to itself wherever it came from. Zones ({@code %eth0}) are left out.
 */
public final class AddressText {

    private static final int GROUPS = 8;

    private AddressText() {}

    /** The address as text. */
    public static String of(InetAddress address) {
        return address instanceof Inet6Address ? ipv6(address.getAddress()) : address.getHostAddress();
    }

    /**
     * The usual spelling of an address in any spelling.
     *
     * @throws IllegalArgumentException if the text is no IP address
     */
    public static String of(String literal) {
        return of(InetAddress.ofLiteral(literal));
    }

    private static String ipv6(byte[] bytes) {
        var groups = new int[GROUPS];
        for (int i = 0; i < GROUPS; i++) {
            groups[i] = ((bytes[2 * i] & 0xff) << 8) | (bytes[2 * i + 1] & 0xff);
        }
        int begin = 0;
        int length = 0;
        for (int i = 0; i < GROUPS; i++) {
            int run = zeros(groups, i);
            if (run > length) {
                begin = i;
                length = run;
            }
        }
        // RFC 5952, 4.2.2: "::" does not stand for a single group
        return length < 2
                ? joined(groups, 0, GROUPS)
                : joined(groups, 0, begin) + "::" + joined(groups, begin + length, GROUPS);
    }

    private static int zeros(int[] groups, int from) {
        int until = from;
        while (until < GROUPS && groups[until] == 0) {
            until++;
        }
        return until - from;
    }

    private static String joined(int[] groups, int from, int until) {
        var text = new StringBuilder();
        for (int i = from; i < until; i++) {
            text.append(i > from ? ":" : "").append(Integer.toHexString(groups[i]));
        }
        return text.toString();
    }
}
