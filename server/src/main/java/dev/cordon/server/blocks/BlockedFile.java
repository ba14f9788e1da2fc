package dev.cordon.server.blocks;

import dev.cordon.server.blocks.BlockTables.Files;
import dev.cordon.server.files.FileHash;
import dev.cordon.server.store.Instants;
import java.time.Instant;
import org.jooq.Record;
import org.jspecify.annotations.Nullable;

/**
 * A file that is blocked, or was.
 *
 * @param version of the list with the last change of this file
 * @param stopRunning whether machines end running instances too
 * @param cancelledAt when it was unblocked; null while it is blocked
 */
record BlockedFile(
        FileHash hash,
        long version,
        boolean blocked,
        boolean stopRunning,
        String requestor,
        String requestorComment,
        Instant createdAt,
        Instant updatedAt,
        @Nullable String cancellationRequestor,
        @Nullable String cancellationComment,
        @Nullable Instant cancelledAt) {

    static BlockedFile of(Record row) {
        var cancelled = row.get(Files.CANCELLED_AT);
        return new BlockedFile(
                FileHash.parse(row.get(Files.HASH)),
                row.get(Files.VERSION),
                row.get(Files.BLOCKED),
                row.get(Files.STOP_RUNNING),
                row.get(Files.REQUESTOR),
                row.get(Files.REQUESTOR_COMMENT),
                Instants.instant(row.get(Files.CREATED_AT)),
                Instants.instant(row.get(Files.UPDATED_AT)),
                row.get(Files.CANCELLATION_REQUESTOR),
                row.get(Files.CANCELLATION_COMMENT),
                cancelled == null ? null : Instants.instant(cancelled));
    }
}
