package dev.cordon.server.events;

import java.nio.file.Path;
import java.util.Optional;

/**
 * A syslog server over TLS (RFC 5425).
 *
 * @param authority PEM file of the authority that signed the server's certificate; empty for those that the Java run
 *     time trusts
 */
public record SyslogTarget(String host, int port, Optional<Path> authority) {

    /** Of RFC 5425, section 4.1. */
    private static final int USUAL_PORT = 6514;

    /**
     * Reads {@code HOST} or {@code HOST:PORT}.
     *
     * @throws IllegalArgumentException with what is wrong
     */
    public static SyslogTarget of(String text, Optional<Path> authority) {
        int colon = text.lastIndexOf(':');
        boolean named = colon > text.lastIndexOf(']');
        var host = named ? text.substring(0, colon) : text;
        try {
            int port = named ? Integer.parseInt(text.substring(colon + 1)) : USUAL_PORT;
            if (!host.isBlank() && port > 0 && port < 65_536) {
                return new SyslogTarget(host.replaceAll("^\\[|]$", ""), port, authority);
            }
        } catch (NumberFormatException e) {
            // told below
        }
        throw new IllegalArgumentException(text + " is not HOST:PORT.");
    }
}
