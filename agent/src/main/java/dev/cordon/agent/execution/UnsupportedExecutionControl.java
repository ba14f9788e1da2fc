package dev.cordon.agent.execution;

import dev.cordon.agent.blocklist.BlockList;
import dev.cordon.agent.hash.FileHash;
import dev.cordon.protocol.wire.Capability;
import dev.cordon.protocol.wire.Check;
import dev.cordon.protocol.wire.Support;
import java.util.List;

/**
 * For machines where no program can be refused; says why.
 *
 * @param reasons plain sentences: what is missing and what to do
 */
public record UnsupportedExecutionControl(List<String> reasons) implements ExecutionControl {

    public UnsupportedExecutionControl {
        reasons = List.copyOf(reasons);
    }

    private Capability unsupported(String name) {
        return Capability.newBuilder()
                .setName(name)
                .setSupport(Support.SUPPORT_UNSUPPORTED)
                .addAllLimits(reasons)
                .build();
    }

    @Override
    public Capability blocking() {
        return unsupported("FileBlocking");
    }

    @Override
    public Capability restricting() {
        return unsupported("ExecutionControl");
    }

    @Override
    public Capability enforce(BlockList list) {
        return blocking();
    }

    @Override
    public Denial deny(FileHash hash) throws ExecutionException {
        throw refusal();
    }

    @Override
    public void restrict(TrustPolicy policy, boolean again) throws ExecutionException {
        throw refusal();
    }

    private ExecutionException refusal() {
        return new ExecutionException("programs cannot be refused on this machine: " + String.join(" ", reasons));
    }

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
