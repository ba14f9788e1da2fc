package dev.cordon.agent.linux;

import dev.cordon.agent.isolation.IsolationException;
import dev.cordon.agent.isolation.IsolationSpec;
import dev.cordon.agent.isolation.NetworkIsolation;
import dev.cordon.protocol.wire.Capability;
import dev.cordon.protocol.wire.Check;
import dev.cordon.protocol.wire.Support;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** Network isolation with nftables. */
public final class LinuxNetworkIsolation implements NetworkIsolation {

    private LinuxNetworkIsolation() {}

    /** Opens the isolation of the network namespace this process is in. */
    public static NetworkIsolation open(Path stateDirectory) {
        return new LinuxNetworkIsolation();
    }

    @Override
    public Capability probe() {
        return Capability.newBuilder()
                .setName("NetworkIsolation")
                .setSupport(Support.SUPPORT_UNSUPPORTED)
                .build();
    }

    @Override
    public void apply(IsolationSpec spec) throws IsolationException {
        throw new IsolationException("not available yet", null);
    }

    @Override
    public List<Check> verify(IsolationSpec spec) {
        return List.of();
    }

    @Override
    public void updateControl(Set<InetSocketAddress> control) throws IsolationException {}

    @Override
    public void release() throws IsolationException {}

    @Override
    public List<Check> verifyReleased() {
        return List.of();
    }

    @Override
    public boolean inForce() {
        return false;
    }

    @Override
    public void onTampering(TamperListener listener) {}

    @Override
    public void close() {}
}
