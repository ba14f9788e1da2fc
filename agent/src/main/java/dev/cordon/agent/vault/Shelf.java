package dev.cordon.agent.vault;

import com.google.protobuf.ByteString;
import dev.cordon.agent.files.FileCallException;
import dev.cordon.agent.files.FileCalls;
import dev.cordon.agent.files.Handle;
import dev.cordon.agent.files.RawPath;
import dev.cordon.agent.files.Stat;
import dev.cordon.agent.hash.FileHasher;
import dev.cordon.agent.hash.HashAlgorithm;
import dev.cordon.agent.hash.Hashes;
import dev.cordon.agent.log.Log;
import dev.cordon.agent.vault.wire.Kind;
import dev.cordon.agent.vault.wire.Manifest;
import dev.cordon.agent.vault.wire.Phase;
import java.io.IOException;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.EnumSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What every step of the vault works with. For one thread at a time. */
record Shelf(
        FileCalls calls,
        Handle folder,
        Manifests manifests,
        Chunks chunks,
        FileHasher hasher,
        InstantSource clock,
        Log log) {

    Hashes hash(Handle file) throws IOException {
        return hasher.hash(file.descriptor(), EnumSet.allOf(HashAlgorithm.class), FileHasher.NO_LIMIT);
    }

    boolean has(Handle file, ByteString sha256) throws IOException {
        return hasher.hash(file.descriptor(), EnumSet.of(HashAlgorithm.SHA256), FileHasher.NO_LIMIT)
                .sha256()
                .toByteString()
                .equals(sha256);
    }

    /** The beginnings of a manifest. */
    Manifest.Builder manifest(Kind kind, RawPath place, Stat stat, Reason reason) {
        return Manifest.newBuilder()
                .setId(UUID.randomUUID().toString())
                .setKind(kind)
                .setPhase(Phase.PHASE_TAKING)
                .setPath(ByteString.copyFrom(place.bytes()))
                .setDevice(stat.device())
                .setInode(stat.inode())
                .setBorn(Properties.time(stat.born()))
                .setLinks(stat.links())
                .setActionId(reason.actionId())
                .setReason(reason.text())
                .setCompanion(reason.companion())
                .setAtMicros(ChronoUnit.MICROS.between(java.time.Instant.EPOCH, clock.instant()));
    }

    static void describe(Manifest.Builder manifest, Hashes hashes) {
        manifest.setSize(hashes.size()).setSha256(hashes.sha256().toByteString());
        hashes.of(HashAlgorithm.SHA1).ifPresent(hash -> manifest.setSha1(hash.toByteString()));
        hashes.of(HashAlgorithm.MD5).ifPresent(hash -> manifest.setMd5(hash.toByteString()));
    }

    /** Before anything is read or written of a file that cannot fit. */
    void requireRoom(long size) throws FileCallException, VaultException {
        if (size > calls.free(folder.descriptor())) {
            throw full(null);
        }
    }

    /**
     * Puts the sealed content into the vault, and looks whether it is what the file holds.
     *
     * @param sync whether it is on the disk when this returns
     */
    void store(String id, Handle file, long size, boolean sync) throws IOException, VaultException {
        requireRoom(size);
        byte[] name = Manifests.contentName(id);
        boolean stored = false;
        try (var content = folder.create(name)) {
            chunks.seal(file, content);
            if (sync) {
                content.sync();
            }
            if (!chunks.same(content, file, size)) {
                throw new VaultException(
                        VaultException.Why.CHANGED, "it was being written while it was copied into the vault", null);
            }
            stored = true;
        } catch (FileCallException e) {
            if (e.full()) {
                throw full(e);
            }
            throw e;
        } finally {
            if (!stored) {
                manifests.discard(name);
            }
        }
    }

    static VaultException full(@Nullable IOException cause) {
        return new VaultException(
                VaultException.Why.FULL,
                "the vault's disk is full; the file was left in its place: make room where the agent's state directory is"
                        + " and try again",
                cause);
    }

    /** Sets the flags back that were cleared for the removal; what fails is said in the log only. */
    void setFlags(Handle file, int flags) {
        try {
            if (flags != 0 && calls.flags(file.descriptor()) != flags) {
                calls.setFlags(file.descriptor(), flags);
            }
        } catch (FileCallException e) {
            log.warn(e, "inode-flags-not-set", "flags", Integer.toHexString(flags));
        }
    }

    /** Takes away the flags that keep the system from removing or changing the file. */
    void clearFlags(Handle file, int flags) throws FileCallException {
        int held = FileCalls.IMMUTABLE | FileCalls.APPEND_ONLY;
        if ((flags & held) != 0) {
            calls.setFlags(file.descriptor(), flags & ~held);
        }
    }
}
