package dev.cordon.agent.simulation;

import dev.cordon.agent.blocklist.BlockList;
import dev.cordon.agent.execution.ExecutionControl;
import dev.cordon.agent.execution.ExecutionMode;
import dev.cordon.agent.execution.TrustPolicy;
import dev.cordon.agent.hash.FileHash;
import dev.cordon.protocol.wire.Capability;
import dev.cordon.protocol.wire.Check;
import dev.cordon.protocol.wire.Support;
import java.util.List;

/** Claims to block and restrict, on a machine where nothing is ever executed. */
record SimulatedExecutionControl() implements ExecutionControl {

    private static Capability enforced(String name) {
        return Capability.newBuilder()
                .setName(name)
                .setSupport(Support.SUPPORT_ENFORCED)
                .build();
    }

    @Override
    public Capability blocking() {
        return enforced("FileBlocking");
    }

    @Override
    public Capability restricting() {
        return enforced("ExecutionControl");
    }

    @Override
    public Capability enforce(BlockList list) {
        return blocking();
    }

    @Override
    public Denial deny(FileHash hash) {
        return () -> {};
    }

    @Override
    public void restrict(TrustPolicy policy, boolean again) {}

    @Override
    public void allow() {}

    @Override
    public ExecutionMode mode() {
        return ExecutionMode.NONE;
    }

    @Override
    public List<Check> verify() {
        return List.of();
    }

    @Override
    public void close() {}
}
