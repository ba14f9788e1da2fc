package dev.cordon.agent.isolation;

import dev.cordon.protocol.wire.IsolationExclusion;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Set;

/**
 * What an isolation has to look like.
 *
 * @param exclusions flows that stay allowed; empty for a full isolation
 * @param control addresses and ports of the gateways, resolved: the only hosts that stay reachable
 */
public record IsolationSpec(Mode mode, List<IsolationExclusion> exclusions, Set<InetSocketAddress> control) {

    /** How much is cut. */
    public enum Mode {
        FULL,
        SELECTIVE
    }

    public IsolationSpec {
        exclusions = List.copyOf(exclusions);
        control = Set.copyOf(control);
        if (control.stream().anyMatch(InetSocketAddress::isUnresolved)) {
            throw new IllegalArgumentException("control addresses must be resolved before an isolation");
        }
    }
}
