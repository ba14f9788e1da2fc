package dev.cordon.gateway;

import com.google.protobuf.ByteString;
import dev.cordon.protocol.wire.BlockListInForce;
import dev.cordon.protocol.wire.SignedBlockChanges;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/** A list whose every version is one change; the payload of a change is the version before and the one after it. */
final class MemoryBlocks implements BlockListSource {

    final AtomicLong version = new AtomicLong();
    final List<Long> inForce = new CopyOnWriteArrayList<>();
    private final List<Consumer<String>> listeners = new CopyOnWriteArrayList<>();

    void change() {
        version.incrementAndGet();
        listeners.forEach(listener -> listener.accept(GatewayFixture.MACHINE.tenantId()));
    }

    @Override
    public Optional<Changes> after(MachineRef machine, long from) {
        if (from >= version.get()) {
            return Optional.empty();
        }
        var payload = ByteBuffer.allocate(16).putLong(from).putLong(from + 1).flip();
        return Optional.of(new Changes(
                from + 1,
                SignedBlockChanges.newBuilder()
                        .setPayload(ByteString.copyFrom(payload))
                        .build()));
    }

    @Override
    public void inForce(MachineRef machine, BlockListInForce told) {
        inForce.add(told.getVersion());
    }

    @Override
    public void onChange(Consumer<String> listener) {
        listeners.add(listener);
    }
}
