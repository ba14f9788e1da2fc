package dev.cordon.agent.isolation;

import dev.cordon.protocol.wire.Capability;
import dev.cordon.protocol.wire.Check;
import dev.cordon.protocol.wire.Support;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Set;

/**
 * Stands where a machine cannot be isolated, and says so: the capability is reported as unsupported with the reasons,
 * so that the API refuses the order instead of anybody believing a false success. Immutable.
 */
public final class UnsupportedNetworkIsolation implements NetworkIsolation {

    /** Name of the capability this port stands for. */
    public static final String CAPABILITY = "NetworkIsolation";

    private final List<String> reasons;

    /** @param reasons sentences: what is missing and what to do about it */
    public UnsupportedNetworkIsolation(List<String> reasons) {
        this.reasons = List.copyOf(reasons);
    }

    @Override
    public Capability probe() {
        return Capability.newBuilder()
                .setName(CAPABILITY)
                .setSupport(Support.SUPPORT_UNSUPPORTED)
                .addAllLimits(reasons)
                .build();
    }

    @Override
    public void apply(IsolationSpec spec) throws IsolationException {
        throw new IsolationException(String.join("; ", reasons), null);
    }

    @Override
    public List<Check> verify(IsolationSpec spec) {
        return List.of(failed());
    }

    @Override
    public void updateControl(Set<InetSocketAddress> control) {}

    @Override
    public void release() throws IsolationException {
        throw new IsolationException(String.join("; ", reasons), null);
    }

    @Override
    public List<Check> verifyReleased() {
        return List.of(failed());
    }

    @Override
    public boolean inForce() {
        return false;
    }

    @Override
    public void onTampering(TamperListener listener) {}

    @Override
    public void close() {}

    private Check failed() {
        return Check.newBuilder()
                .setName("supported")
                .setDetail(String.join("; ", reasons))
                .build();
    }
}
