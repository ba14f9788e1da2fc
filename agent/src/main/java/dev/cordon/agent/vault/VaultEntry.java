package dev.cordon.agent.vault;

import dev.cordon.agent.files.RawPath;
import dev.cordon.agent.hash.FileHash;
import dev.cordon.agent.vault.wire.Kind;
import dev.cordon.agent.vault.wire.Manifest;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * Something the vault keeps. Immutable.
 *
 * @param path where it was
 * @param size of the content in bytes
 * @param device where it was, with the inode: names of one file share both
 */
public record VaultEntry(
        String id,
        Sort sort,
        RawPath path,
        long size,
        String sha256,
        Reason reason,
        Instant at,
        long device,
        long inode) {

    /** What it is. */
    public enum Sort {
        FILE,
        LINK,
        /** Lines of a file that is still in its place. */
        LINES
    }

    static VaultEntry of(Manifest manifest) {
        return new VaultEntry(
                manifest.getId(),
                manifest.getKind() == Kind.KIND_LINK
                        ? Sort.LINK
                        : manifest.getKind() == Kind.KIND_EDIT ? Sort.LINES : Sort.FILE,
                RawPath.of(manifest.getPath().toByteArray()),
                manifest.getSize(),
                hash(manifest).map(FileHash::hex).orElse(""),
                new Reason(manifest.getActionId(), manifest.getReason(), manifest.getCompanion()),
                Instant.EPOCH.plus(manifest.getAtMicros(), ChronoUnit.MICROS),
                manifest.getDevice(),
                manifest.getInode());
    }

    private static Optional<FileHash> hash(Manifest manifest) {
        return manifest.getSha256().isEmpty() ? Optional.empty() : Optional.of(FileHash.of(manifest.getSha256()));
    }
}
