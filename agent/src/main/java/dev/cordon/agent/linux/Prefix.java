package dev.cordon.agent.linux;

import dev.cordon.agent.isolation.IsolationException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A block of addresses, parsed strictly and printed from its bytes: no text of a command ever reaches a ruleset.
 *
 * @param address the first address of the block
 * @param length how many leading bits count
 */
record Prefix(InetAddress address, int length) {

    private static final Pattern IPV4 = Pattern.compile(
            "(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])(\\.(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])){3}");
    private static final Pattern IPV6 = Pattern.compile("[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*");
    private static final Pattern LENGTH = Pattern.compile("[0-9]{1,3}");
    private static final int LONGEST_TEXT = 64;

    static Prefix of(InetAddress address) {
        return new Prefix(address, address.getAddress().length * 8);
    }

    /** Reads an address or a CIDR block; host bits are cleared. */
    static Prefix parse(String text) throws IsolationException {
        int slash = text.indexOf('/');
        String host = slash < 0 ? text : text.substring(0, slash);
        if (text.length() > LONGEST_TEXT
                || !(IPV4.matcher(host).matches() || IPV6.matcher(host).matches())) {
            throw malformed(text);
        }
        InetAddress address;
        try {
            address = InetAddress.getByName(host);
        } catch (UnknownHostException e) {
            throw malformed(text);
        }
        int bits = address.getAddress().length * 8;
        if (slash < 0) {
            return new Prefix(address, bits);
        }
        String length = text.substring(slash + 1);
        if (!LENGTH.matcher(length).matches() || Integer.parseInt(length) > bits) {
            throw malformed(text);
        }
        return new Prefix(masked(address, Integer.parseInt(length)), Integer.parseInt(length));
    }

    private static IsolationException malformed(String text) {
        String shown = text.length() > LONGEST_TEXT ? text.substring(0, LONGEST_TEXT) + "…" : text;
        return new IsolationException(
                "the exclusion destination '" + shown + "' is neither an IP address nor a CIDR block", null);
    }

    private static InetAddress masked(InetAddress address, int length) {
        byte[] bytes = address.getAddress();
        for (int bit = length; bit < bytes.length * 8; bit++) {
            bytes[bit / 8] &= (byte) ~(0x80 >> (bit % 8));
        }
        return fromBytes(bytes);
    }

    static InetAddress fromBytes(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("an address has 4 or 16 bytes", e);
        }
    }

    boolean isIpv4() {
        return address instanceof Inet4Address;
    }

    boolean contains(InetAddress other) {
        return other.getAddress().length == address.getAddress().length
                && masked(other, length).equals(address);
    }

    private boolean contains(Prefix other) {
        return other.length >= length && contains(other.address);
    }

    /** The same addresses without blocks that lie in others. */
    static List<Prefix> disjoint(List<Prefix> prefixes) {
        List<Prefix> kept = new ArrayList<>();
        for (Prefix candidate : prefixes) {
            if (kept.stream().noneMatch(present -> present.contains(candidate))) {
                kept.removeIf(candidate::contains);
                kept.add(candidate);
            }
        }
        return kept;
    }

    /** As nftables reads it, without the interface that Java adds to some IPv6 addresses. */
    static String text(InetAddress address) {
        byte[] bytes = address.getAddress();
        if (bytes.length == 4) {
            return address.getHostAddress();
        }
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < bytes.length; i += 2) {
            text.append(i == 0 ? "" : ":").append(HexFormat.of().formatHex(bytes, i, i + 2));
        }
        return text.toString();
    }

    String text() {
        boolean host = length == address.getAddress().length * 8;
        return host ? text(address) : text(address) + "/" + length;
    }
}
