package dev.cordon.gateway;

import dev.cordon.protocol.wire.BlockListInForce;
import dev.cordon.protocol.wire.SignedBlockChanges;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Port: the blocked files of each tenant, as signed changes from version to version. The store behind it is the truth;
 * {@link #onChange} is only a hint that saves polling. Methods block on the store and may be called from any thread but
 * an event loop.
 */
public interface BlockListSource {

    /** Of a gateway whose tenants block nothing. */
    BlockListSource NONE = new BlockListSource() {
        @Override
        public Optional<Changes> after(MachineRef machine, long version) {
            return Optional.empty();
        }

        @Override
        public void inForce(MachineRef machine, BlockListInForce told) {
            // there is no list to enforce
        }

        @Override
        public void onChange(Consumer<String> listener) {
            // nothing ever changes
        }
    };

    /**
     * The next changes for a machine that has this version of the list; nothing if that is the current one. A machine
     * asks again with the version they lead to, until there are none.
     *
     * @param version 0 for a machine that has no list yet
     */
    Optional<Changes> after(MachineRef machine, long version);

    /** What the machine said of the list it enforces. */
    void inForce(MachineRef machine, BlockListInForce told);

    /** Registers who is told, from any thread and without blocking, that the list of the tenant with this id changed. */
    void onChange(Consumer<String> listener);

    /** Changes on their way; their signed payload is sent as it is. */
    record Changes(long toVersion, SignedBlockChanges signed) {}
}
