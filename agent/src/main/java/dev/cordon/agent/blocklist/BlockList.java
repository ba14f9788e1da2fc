package dev.cordon.agent.blocklist;

import dev.cordon.agent.hash.FileHash;
import dev.cordon.agent.hash.FileHashSet;
import dev.cordon.protocol.wire.BlockChange;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/**
 * The tenant's blocked files as of one version. Immutable.
 *
 * @param version 0 where nothing was received yet
 * @param blocked must not be executed
 * @param stopRunning those of them whose running instances are ended too
 */
public record BlockList(long version, FileHashSet blocked, FileHashSet stopRunning) {

    /** What a machine has before it was told anything. */
    public static final BlockList NONE = new BlockList(0, FileHashSet.EMPTY, FileHashSet.EMPTY);

    /**
     * The list after these changes, of which a later one about the same file counts.
     *
     * @throws IllegalArgumentException if one of them is about something that is no hash
     */
    BlockList with(long nextVersion, List<BlockChange> changes) {
        Map<FileHash, BlockChange> last = new HashMap<>();
        for (var change : changes) {
            last.put(FileHash.of(change.getHash()), change);
        }
        var added = new ArrayList<FileHash>();
        var removed = new ArrayList<FileHash>();
        var stopped = new ArrayList<FileHash>();
        var spared = new HashSet<FileHash>();
        last.forEach((hash, change) -> {
            (change.getBlocked() ? added : removed).add(hash);
            if (change.getBlocked() && change.getStopRunning()) {
                stopped.add(hash);
            } else {
                spared.add(hash);
            }
        });
        return new BlockList(nextVersion, blocked.with(added, removed), stopRunning.with(stopped, spared));
    }
}
