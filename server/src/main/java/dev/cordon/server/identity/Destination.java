package dev.cordon.server.identity;

import dev.cordon.protocol.AddressText;
import dev.cordon.server.web.ApiException;
import java.math.BigInteger;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.regex.Pattern;

/** An IP address or a network in CIDR form, checked without ever asking a name server. */
final class Destination {

    private static final Pattern IPV4 = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");
    private static final Pattern IPV6 = Pattern.compile("[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*");
    private static final Pattern ZONE_AND_BRACKETS = Pattern.compile("%.*|[\\[\\]]");
    private static final Pattern PREFIX = Pattern.compile("\\d{1,3}");

    private Destination() {}

    /**
     * The destination in its usual spelling.
     *
     * @throws ApiException 400 that says what is wrong at {@code where}
     */
    static String parse(String text, String where) {
        int slash = text.indexOf('/');
        var address = address(slash < 0 ? text : text.substring(0, slash), text, where);
        if (slash < 0) {
            return AddressText.of(address);
        }
        int bits = address.getAddress().length * 8;
        var prefix = text.substring(slash + 1);
        if (!PREFIX.matcher(prefix).matches() || Integer.parseInt(prefix) > bits) {
            throw wrong(where, "'" + text + "' has no prefix length between 0 and " + bits + ".");
        }
        if (!isNetwork(address.getAddress(), Integer.parseInt(prefix))) {
            throw wrong(where, "'" + text + "' has bits set behind its prefix; write the network's first address.");
        }
        return AddressText.of(address) + "/" + Integer.parseInt(prefix);
    }

    /** Whether a parsed destination holds an address, as a connection shows it; one that is none is nowhere. */
    static boolean covers(String destination, String address) {
        int slash = destination.indexOf('/');
        var network = InetAddress.ofLiteral(slash < 0 ? destination : destination.substring(0, slash))
                .getAddress();
        int prefix = slash < 0 ? network.length * 8 : Integer.parseInt(destination.substring(slash + 1));
        try {
            var bytes = InetAddress.ofLiteral(ZONE_AND_BRACKETS.matcher(address).replaceAll(""))
                    .getAddress();
            return bytes.length == network.length && firstBits(bytes, prefix).equals(firstBits(network, prefix));
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static BigInteger firstBits(byte[] address, int bits) {
        return new BigInteger(1, address).shiftRight(address.length * 8 - bits);
    }

    /** Whether a parsed destination means every address. */
    static boolean isEverything(String destination) {
        return destination.endsWith("/0");
    }

    private static InetAddress address(String address, String text, String where) {
        boolean v4 = IPV4.matcher(address).matches();
        if (v4 || IPV6.matcher(address).matches()) {
            try {
                var parsed = InetAddress.ofLiteral(address);
                if (v4 == parsed instanceof Inet4Address) {
                    return parsed;
                }
            } catch (IllegalArgumentException e) {
                throw wrong(where, "'" + text + "' is no IP address or network: " + e.getMessage());
            }
        }
        throw wrong(where, "'" + text + "' is no IP address and no network such as 192.0.2.0/24.");
    }

    private static boolean isNetwork(byte[] address, int prefix) {
        for (int bit = prefix; bit < address.length * 8; bit++) {
            if ((address[bit / 8] >> (7 - bit % 8) & 1) != 0) {
                return false;
            }
        }
        return true;
    }

    private static ApiException wrong(String where, String message) {
        return ApiException.badRequest(where + ": " + message);
    }
}
