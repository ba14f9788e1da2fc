package dev.cordon.agent.linux;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * One allowed flow of a selective isolation, validated: numbers and addresses only, names already looked up.
 *
 * @param destinations the other ends; empty for any
 * @param ports remote ports if outbound, local ports if inbound; empty for any
 * @param uid the local user whose sockets may send
 * @param service the service whose sockets may send
 */
record Flow(
        List<Prefix> destinations,
        List<Integer> ports,
        Set<Transport> transports,
        OptionalLong uid,
        Optional<ServiceGroup> service,
        boolean inbound) {

    enum Transport {
        TCP,
        UDP
    }

    Flow {
        destinations = Prefix.disjoint(destinations);
        ports = ports.stream().distinct().sorted().toList();
        transports = Set.copyOf(transports);
    }

    /** Whether only some local programs may use it, so that its answers must be told by the connection. */
    boolean boundToProgram() {
        return uid.isPresent() || service.isPresent();
    }

    /** Whether a socket may use this flow, as far as addresses and ports say. */
    boolean covers(Transport transport, InetAddress remote, int remotePort, int localPort) {
        return transports.contains(transport)
                && (destinations.isEmpty() || destinations.stream().anyMatch(prefix -> prefix.contains(remote)))
                && (ports.isEmpty() || ports.contains(inbound ? localPort : remotePort));
    }
}
