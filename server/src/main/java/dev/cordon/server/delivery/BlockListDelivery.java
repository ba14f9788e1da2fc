package dev.cordon.server.delivery;

import dev.cordon.gateway.BlockListSource;
import dev.cordon.gateway.MachineRef;
import dev.cordon.protocol.wire.BlockListInForce;
import dev.cordon.server.blocks.BlockLists;
import dev.cordon.server.blocks.Enforcement;
import java.util.Optional;
import java.util.function.Consumer;

/** Hands the gateway the changes of the list of blocked files, and keeps what machines say of it. Thread-safe. */
public final class BlockListDelivery implements BlockListSource {

    private final BlockLists lists;
    private final Enforcement enforcement;

    public BlockListDelivery(BlockLists lists, Enforcement enforcement) {
        this.lists = lists;
        this.enforcement = enforcement;
    }

    @Override
    public Optional<Changes> after(MachineRef machine, long version) {
        return lists.after(machine.tenantId(), version);
    }

    @Override
    public void inForce(MachineRef machine, BlockListInForce told) {
        enforcement.told(machine, told);
    }

    @Override
    public void onChange(Consumer<String> listener) {
        lists.onChange(listener);
    }
}
