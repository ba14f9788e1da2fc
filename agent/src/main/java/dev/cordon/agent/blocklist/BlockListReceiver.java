package dev.cordon.agent.blocklist;

import dev.cordon.protocol.wire.BlockListInForce;
import dev.cordon.protocol.wire.SignedBlockChanges;

/** The channel's side of the block list. Safe for use by many threads. */
public interface BlockListReceiver {

    /** Version of the list that is on this machine's disk, for {@code Hello}; 0 asks for the whole list. */
    long version();

    /**
     * Takes changes in and returns once they are on disk and enforced, which takes milliseconds. Changes that are not
     * genuine, not meant for the version at hand or older than it change nothing; the answer then names the version
     * that stays in force, and what was wrong.
     *
     * @return what to answer the server, in any case
     */
    BlockListInForce receive(SignedBlockChanges signed);

    /** What this machine enforces now. */
    BlockListInForce inForce();
}
