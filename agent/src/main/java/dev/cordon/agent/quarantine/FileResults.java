package dev.cordon.agent.quarantine;

import dev.cordon.agent.files.RawPath;
import dev.cordon.agent.vault.VaultEntry;
import dev.cordon.protocol.wire.FileResult;
import dev.cordon.protocol.wire.FileStatus;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What became of each place, in the order in which it was dealt with. For one thread. */
final class FileResults {

    private static final int MOST = 5_000;

    private final Map<String, FileResult.Builder> results = new LinkedHashMap<>();
    private long left;

    void put(FileStatus status, VaultEntry entry, String message) {
        put(result(entry.path(), status, message)
                .setSha256(entry.sha256())
                .setSize(entry.size())
                .setVaultId(entry.id()));
    }

    void failed(RawPath path, String message) {
        put(result(path, FileStatus.FILE_STATUS_FAILED, message));
    }

    FileResult.Builder result(RawPath path, FileStatus status, String message) {
        return FileResult.newBuilder()
                .setPath(path.toString())
                .setStatus(status)
                .setMessage(message);
    }

    void put(FileResult.Builder result) {
        if (results.size() >= MOST && !results.containsKey(result.getPath())) {
            left++;
            return;
        }
        results.put(result.getPath(), result);
    }

    /** Notes on the place whose file it was, or on the first one, that these processes were ended. */
    void stopped(String path, int pid) {
        var place = results.get(path);
        if (place == null && !results.isEmpty()) {
            place = results.values().iterator().next();
        }
        if (place != null && !place.getStoppedPidsList().contains(pid)) {
            place.addStoppedPids(pid);
        }
    }

    boolean any(FileStatus status) {
        return results.values().stream().anyMatch(result -> result.getStatus() == status);
    }

    long count(FileStatus status) {
        return results.values().stream()
                .filter(result -> result.getStatus() == status)
                .count();
    }

    /** How many did not fit into a report. */
    long left() {
        return left;
    }

    List<FileResult> all() {
        List<FileResult> all = new ArrayList<>();
        results.values().forEach(result -> all.add(result.build()));
        return all;
    }
}
