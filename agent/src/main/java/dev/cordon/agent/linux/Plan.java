package dev.cordon.agent.linux;

import dev.cordon.agent.isolation.IsolationException;
import dev.cordon.agent.isolation.IsolationSpec;
import dev.cordon.protocol.wire.Direction;
import dev.cordon.protocol.wire.IsolationExclusion;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;

/**
 * An isolation with every name looked up and every value checked: what a ruleset is made from.
 *
 * @param control the gateways' addresses, sorted
 * @param flows what stays allowed
 */
record Plan(List<InetSocketAddress> control, List<Flow> flows) {

    private static final int MOST_EXCLUSIONS = 256;
    private static final int MOST_VALUES = 4096;
    private static final Comparator<InetSocketAddress> ORDER = Comparator.<InetSocketAddress, String>comparing(
                    endpoint -> Prefix.text(endpoint.getAddress()))
            .thenComparingInt(InetSocketAddress::getPort);

    Plan {
        control = control.stream().distinct().sorted(ORDER).toList();
        flows = List.copyOf(flows);
    }

    /** Looks users and services up. */
    static Plan of(IsolationSpec spec, Map<String, Long> knownUsers) throws IsolationException {
        if (spec.control().isEmpty()) {
            throw new IsolationException(
                    "no address of a gateway is known, so the machine could not be released again; "
                            + "let the agent connect once before isolating",
                    null);
        }
        for (InetSocketAddress endpoint : spec.control()) {
            InetAddress address = endpoint.getAddress();
            if (endpoint.getPort() == 0 || address.isAnyLocalAddress() || address.isMulticastAddress()) {
                throw new IsolationException("'" + endpoint + "' cannot be the address of a gateway", null);
            }
        }
        List<Flow> flows = new ArrayList<>();
        if (spec.mode() == IsolationSpec.Mode.SELECTIVE) {
            if (spec.exclusions().size() > MOST_EXCLUSIONS) {
                throw new IsolationException("an isolation can have " + MOST_EXCLUSIONS + " exclusions at most", null);
            }
            for (IsolationExclusion exclusion : spec.exclusions()) {
                flow(exclusion, knownUsers).ifPresent(flows::add);
            }
        }
        return new Plan(List.copyOf(spec.control()), flows);
    }

    /** Numbers of the users that exclusions name, so that a ruleset can be made anew while directories are cut off. */
    static Map<String, Long> users(IsolationSpec spec) throws IsolationException {
        Map<String, Long> users = new TreeMap<>();
        if (spec.mode() == IsolationSpec.Mode.SELECTIVE) {
            for (IsolationExclusion exclusion : spec.exclusions()) {
                if (!exclusion.getUser().isEmpty()) {
                    users.put(exclusion.getUser(), LocalUser.uid(exclusion.getUser()));
                }
            }
        }
        return users;
    }

    private static Optional<Flow> flow(IsolationExclusion exclusion, Map<String, Long> knownUsers)
            throws IsolationException {
        boolean inbound = exclusion.getDirection() == Direction.DIRECTION_INBOUND;
        boolean bound =
                !exclusion.getUser().isEmpty() || !exclusion.getService().isEmpty();
        if (exclusion.getDestinationsCount() == 0 && !bound) {
            throw wrong(exclusion, "names no destination, user or service");
        }
        if (inbound && bound) {
            throw wrong(exclusion, "is inbound, so it cannot name a user or a service");
        }
        if (exclusion.getDestinationsCount() > MOST_VALUES || exclusion.getPortsCount() > MOST_VALUES) {
            throw wrong(exclusion, "has more than " + MOST_VALUES + " destinations or ports");
        }
        List<Prefix> destinations = new ArrayList<>();
        for (String destination : exclusion.getDestinationsList()) {
            destinations.add(Prefix.parse(destination));
        }
        for (int port : exclusion.getPortsList()) {
            if (port < 1 || port > 65535) {
                throw wrong(exclusion, "has a port that is not between 1 and 65535");
            }
        }
        Set<Flow.Transport> transports = switch (exclusion.getProtocol()) {
            case "" -> EnumSet.allOf(Flow.Transport.class);
            case "tcp" -> EnumSet.of(Flow.Transport.TCP);
            case "udp" -> EnumSet.of(Flow.Transport.UDP);
            default -> throw wrong(exclusion, "has a protocol that is neither tcp nor udp");
        };
        Long uid = exclusion.getUser().isEmpty() ? null : knownUsers.get(exclusion.getUser());
        if (uid == null && !exclusion.getUser().isEmpty()) {
            throw wrong(exclusion, "names a user that was not looked up");
        }
        Optional<ServiceGroup> service = Optional.empty();
        if (!exclusion.getService().isEmpty()) {
            service = ServiceGroup.find(exclusion.getService());
            if (service.isEmpty()) {
                return Optional.empty();
            }
        }
        return Optional.of(new Flow(
                destinations,
                exclusion.getPortsList(),
                transports,
                uid == null ? OptionalLong.empty() : OptionalLong.of(uid),
                service,
                inbound));
    }

    private static IsolationException wrong(IsolationExclusion exclusion, String what) {
        return new IsolationException(
                "the exclusion '" + ServiceGroup.printable(exclusion.getName()) + "' " + what, null);
    }

    /** Whether this flow is the agent's own way to its gateway. */
    boolean isControl(InetAddress remote, int remotePort) {
        return control.contains(new InetSocketAddress(remote, remotePort));
    }

    /** Whether rules allow this, as far as addresses and ports say. */
    boolean allows(Flow.Transport transport, InetAddress remote, int remotePort, int localPort) {
        return (transport == Flow.Transport.TCP && isControl(remote, remotePort))
                || flows.stream().anyMatch(flow -> flow.covers(transport, remote, remotePort, localPort));
    }

    boolean namesServices() {
        return flows.stream().anyMatch(flow -> flow.service().isPresent());
    }
}
