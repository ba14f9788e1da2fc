package dev.cordon.server.identity;

import dev.cordon.protocol.wire.Direction;
import dev.cordon.protocol.wire.IsolationExclusion;
import java.util.List;
import java.util.Optional;

/**
 * How isolation is done in a tenant.
 *
 * @param exclusions the flows that a selective isolation leaves open
 * @param deadManSeconds how long an agent waits for its channel after the cut before it rolls back; 0 = it never does
 */
public record IsolationSettings(List<Exclusion> exclusions, int deadManSeconds) {

    /** No exclusions; a machine whose channel does not come back in two minutes releases itself. */
    public static final IsolationSettings DEFAULT = new IsolationSettings(List.of(), 120);

    public IsolationSettings {
        exclusions = List.copyOf(exclusions);
    }

    /**
     * One flow that stays open. What is empty does not restrict.
     *
     * @param destinations IP addresses and networks in CIDR form
     * @param ports remote ports outbound, local ports inbound
     * @param user local user whose outbound traffic is meant
     * @param service systemd unit whose outbound traffic is meant
     */
    public record Exclusion(
            String name,
            List<String> destinations,
            List<Integer> ports,
            Optional<Transport> protocol,
            Optional<String> user,
            Optional<String> service,
            Flow direction) {

        public Exclusion {
            destinations = List.copyOf(destinations);
            ports = List.copyOf(ports);
        }

        /** The form that agents get. */
        public IsolationExclusion toWire() {
            return IsolationExclusion.newBuilder()
                    .setName(name)
                    .addAllDestinations(destinations)
                    .addAllPorts(ports)
                    .setProtocol(protocol.map(Transport::word).orElse(""))
                    .setUser(user.orElse(""))
                    .setService(service.orElse(""))
                    .setDirection(
                            switch (direction) {
                                case OUTBOUND -> Direction.DIRECTION_OUTBOUND;
                                case INBOUND -> Direction.DIRECTION_INBOUND;
                            })
                    .build();
        }
    }

    /** The protocols that have ports. */
    public enum Transport {
        TCP("tcp"),
        UDP("udp");

        private final String word;

        Transport(String word) {
            this.word = word;
        }

        /** As settings and agents spell it. */
        public String word() {
            return word;
        }
    }

    /** Who begins a flow: the machine, or somebody else towards it. */
    public enum Flow {
        OUTBOUND("Outbound"),
        INBOUND("Inbound");

        private final String word;

        Flow(String word) {
            this.word = word;
        }

        /** As settings spell it. */
        public String word() {
            return word;
        }
    }
}
