package dev.cordon.server.actions;

import dev.cordon.protocol.wire.FileStatus;

/** What became of a file, in words. */
final class FileWords {

    static final String QUARANTINED = "Quarantined";
    static final String RESTORED = "Restored";
    static final String FAILED = "Failed";
    static final String COLLECTED = "Collected";

    private FileWords() {}

    static String of(FileStatus status) {
        return switch (status) {
            case FILE_STATUS_QUARANTINED -> QUARANTINED;
            case FILE_STATUS_RESTORED -> RESTORED;
            case FILE_STATUS_FAILED -> FAILED;
            case FILE_STATUS_COLLECTED -> COLLECTED;
            case FILE_STATUS_PERSISTENCE_REMOVED -> "PersistenceRemoved";
            case FILE_STATUS_PERSISTENCE_RESTORED -> "PersistenceRestored";
            case FILE_STATUS_UNSPECIFIED, UNRECOGNIZED -> "Unknown";
        };
    }
}
