package dev.cordon.gateway;

import java.net.InetSocketAddress;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;

/**
 * How a gateway presents itself to agents.
 *
 * @param listen address and port to listen on; port 0 takes a free one
 * @param privateKey key of the first certificate
 * @param certificateChain the server's certificate first, its authority last, so that agents that know only the
 *     authority's hash can check it
 * @param heartbeat how often agents give a sign of life, in whole seconds; silence of three times as long ends a
 *     connection
 * @param gateways {@code host:port} of every gateway that agents may use; port 0 stands for the one that is listened on
 */
public record GatewaySettings(
        InetSocketAddress listen,
        PrivateKey privateKey,
        List<X509Certificate> certificateChain,
        Duration heartbeat,
        List<String> gateways,
        GatewayLimits limits) {

    public static final Duration DEFAULT_HEARTBEAT = Duration.ofSeconds(15);

    public GatewaySettings {
        certificateChain = List.copyOf(certificateChain);
        gateways = List.copyOf(gateways);
        if (certificateChain.isEmpty()) {
            throw new IllegalArgumentException("the gateway needs a certificate");
        }
        if (heartbeat.toSeconds() < 1 || heartbeat.toHours() > 1) {
            throw new IllegalArgumentException("the heartbeat is between a second and an hour, not " + heartbeat);
        }
    }

    /** With the default heartbeat and limits. */
    public GatewaySettings(
            InetSocketAddress listen,
            PrivateKey privateKey,
            List<X509Certificate> certificateChain,
            List<String> gateways) {
        this(listen, privateKey, certificateChain, DEFAULT_HEARTBEAT, gateways, GatewayLimits.DEFAULT);
    }
}
