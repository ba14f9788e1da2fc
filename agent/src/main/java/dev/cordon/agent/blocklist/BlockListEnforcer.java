package dev.cordon.agent.blocklist;

import dev.cordon.protocol.wire.Capability;

/** Denies the execution of blocked files. */
@FunctionalInterface
public interface BlockListEnforcer {

    /**
     * Enforces this list from the moment it returns instead of the one before, and tells how well it can. Called with
     * the list that is on disk at start, then at every change, by one thread at a time. Ends running instances where
     * the list wants it, in its own time.
     */
    Capability enforce(BlockList list);
}
