package dev.cordon.gateway;

import java.time.Duration;

/**
 * What one connection may use before the gateway ends it, or slows it down.
 *
 * @param frameBytes largest message in either direction
 * @param window most commands on their way that the agent has not acknowledged
 * @param opening time for the TLS handshake, again for the upgrade to WebSocket, and again for the first message
 * @param bytesPerSecond inbound bytes, refilled at this rate up to {@code bytesBurst}; beyond it the agent has to wait
 * @param messagesPerSecond inbound frames, refilled at this rate up to {@code messagesBurst}
 * @param outboundBytes bytes that wait for a slow reader before nothing more is taken for it
 * @param uploads most uploads at a time of all connections together; further ones wait
 */
public record GatewayLimits(
        int frameBytes,
        int window,
        Duration opening,
        long bytesPerSecond,
        long bytesBurst,
        long messagesPerSecond,
        long messagesBurst,
        int outboundBytes,
        int uploads) {

    /** Far above what an honest agent needs. */
    public static final GatewayLimits DEFAULT =
            new GatewayLimits(1 << 20, 64, Duration.ofSeconds(10), 24 << 20, 64 << 20, 1024, 8192, 256 << 10, 32);

    public GatewayLimits {
        if (frameBytes < 1024 || window < 1 || outboundBytes < 1024 || uploads < 1) {
            throw new IllegalArgumentException("limits too small to hold a connection");
        }
    }
}
