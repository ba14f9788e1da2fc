package dev.cordon.agent.vault;

import com.google.protobuf.ByteString;
import dev.cordon.agent.files.FileCallException;
import dev.cordon.agent.files.Handle;
import dev.cordon.agent.files.RawPath;
import dev.cordon.agent.files.Stat;
import dev.cordon.agent.vault.VaultException.Why;
import dev.cordon.agent.vault.wire.Manifest;
import dev.cordon.agent.vault.wire.Phase;
import dev.cordon.agent.vault.wire.Return;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Gives a file or a symbolic link back to its place: built completely beside it, without a name where the file system
 * can do that, and named in one step that never replaces anything. The vault forgets it when the name is on the disk.
 */
record Returning(Shelf shelf) {

    /** @return what is to be told of it beyond that it is back; empty if nothing is */
    String file(Manifest manifest) throws IOException, VaultException {
        var place = place(manifest);
        var linking = new Linking(shelf);
        try (var folder = folderOf(place)) {
            requireFree(folder, place);
            Optional<String> apart = Optional.empty();
            if (manifest.hasTwin()) {
                apart = linking.link(manifest, folder, place);
                if (apart.isEmpty()) {
                    shelf.manifests().drop(manifest.getId());
                    return "";
                }
            }
            var told = linking.apart(manifest, apart);
            anew(manifest, folder, place);
            return told;
        } catch (FileCallException e) {
            throw failed(place, e);
        }
    }

    private void anew(Manifest manifest, Handle folder, RawPath place) throws IOException, VaultException {
        byte[] temporary = temporaryName(manifest);
        var unnamed = shelf.calls().createUnnamed(folder.descriptor());
        boolean named = unnamed.isEmpty();
        if (named) {
            announce(manifest, Return.newBuilder().setTemporary(ByteString.copyFrom(temporary)));
            removeLeft(folder, temporary);
        }
        try (var file = named ? folder.create(temporary) : new Handle(shelf.calls(), unnamed.get())) {
            boolean given = false;
            Stat stat;
            try {
                build(manifest, file);
                file.sync();
                stat = file.stat();
                var returning = Return.newBuilder().setDevice(stat.device()).setInode(stat.inode());
                if (named) {
                    returning.setTemporary(ByteString.copyFrom(temporary));
                }
                announce(manifest, returning);
                name(folder, file, named ? temporary : null, place);
                given = true;
            } finally {
                if (!given) {
                    undo(folder, named ? temporary : null, manifest);
                }
            }
            folder.sync();
            shelf.setFlags(file, manifest.getMetadata().getFlags());
            new Linking(shelf).tellOthers(manifest, place, stat.device(), stat.inode());
        }
        shelf.manifests().drop(manifest.getId());
    }

    /** Before anything of it can be seen: after a crash this tells where to look. */
    private void announce(Manifest manifest, Return.Builder returning) throws IOException {
        shelf.manifests()
                .write(manifest.toBuilder()
                        .setPhase(Phase.PHASE_RETURNING)
                        .setReturning(returning)
                        .build());
    }

    /** Makes the file what it was; it is not on the disk yet. */
    void build(Manifest manifest, Handle file) throws IOException, VaultException {
        try (var content = shelf.folder().file(Manifests.contentName(manifest.getId()))) {
            shelf.chunks().unseal(content, file);
        }
        if (!shelf.has(file, manifest.getSha256())) {
            throw new VaultException(Why.FAILED, "the content in the vault is not what was taken: it is damaged", null);
        }
        Properties.apply(shelf.calls(), manifest.getMetadata(), file);
        requireEqual(manifest, file);
    }

    void name(Handle folder, Handle file, byte @Nullable [] temporary, RawPath place)
            throws FileCallException, VaultException {
        try {
            if (temporary == null) {
                shelf.calls().giveName(file.descriptor(), folder.descriptor(), place.name());
            } else {
                shelf.calls().renameToFree(folder.descriptor(), temporary, folder.descriptor(), place.name());
            }
        } catch (FileCallException e) {
            if (e.is(FileCallException.EEXIST)) {
                throw occupied(place);
            }
            if (temporary == null || !e.is(FileCallException.EINVAL)) {
                throw e;
            }
            // network file systems cannot rename without replacing (renameat2(2)), but link without it
            link(folder, file, place);
            removeLeft(folder, temporary);
        }
    }

    private void link(Handle folder, Handle file, RawPath place) throws FileCallException, VaultException {
        try {
            shelf.calls().giveName(file.descriptor(), folder.descriptor(), place.name());
        } catch (FileCallException e) {
            if (e.is(FileCallException.EEXIST)) {
                throw occupied(place);
            }
            throw e;
        }
    }

    /** Looks at what came of it: the content was compared before, all metadata is compared here. */
    private void requireEqual(Manifest manifest, Handle file) throws IOException, VaultException {
        var is = Properties.of(shelf.calls(), file, file.stat());
        var wanted = manifest.getMetadata();
        if (!is.toBuilder()
                .clearFlags()
                .build()
                .equals(wanted.toBuilder().clearFlags().build())) {
            throw new VaultException(
                    Why.FAILED,
                    "owner, permissions, times or attributes could not all be made as they were; it stays in the vault",
                    null);
        }
    }

    void link(Manifest manifest) throws IOException, VaultException {
        var place = place(manifest);
        try (var folder = folderOf(place)) {
            requireFree(folder, place);
            shelf.manifests()
                    .write(manifest.toBuilder().setPhase(Phase.PHASE_RETURNING).build());
            boolean made = false;
            try {
                shelf.calls().makeLink(manifest.getLinkTarget().toByteArray(), folder.descriptor(), place.name());
                made = true;
            } catch (FileCallException e) {
                if (e.is(FileCallException.EEXIST)) {
                    throw occupied(place);
                }
                throw e;
            } finally {
                if (!made) {
                    undo(folder, null, manifest);
                }
            }
            dress(manifest, folder, place);
            shelf.manifests().drop(manifest.getId());
        } catch (FileCallException e) {
            throw failed(place, e);
        }
    }

    private void dress(Manifest manifest, Handle folder, RawPath place) throws FileCallException {
        var metadata = manifest.getMetadata();
        shelf.calls().setLinkOwner(folder.descriptor(), place.name(), metadata.getUid(), metadata.getGid());
        shelf.calls()
                .setLinkTimes(
                        folder.descriptor(),
                        place.name(),
                        Properties.time(metadata.getAccessed()),
                        Properties.time(metadata.getModified()));
        folder.sync();
    }

    /** After a crash: either it has its name again and the vault forgets it, or nothing of the attempt is left. */
    void settleFile(Manifest manifest) throws IOException {
        var place = place(manifest);
        var returning = manifest.getReturning();
        try (var folder = Handle.folder(shelf.calls(), place.parent())) {
            if (!returning.getTemporary().isEmpty()) {
                removeLeft(folder, returning.getTemporary().toByteArray());
            }
            if (isThere(folder, place, returning)) {
                try (var file = folder.file(place.name())) {
                    if (shelf.has(file, manifest.getSha256())) {
                        folder.sync();
                        boolean linked = !returning.getTwin().isEmpty();
                        shelf.setFlags(
                                file,
                                linked
                                        ? returning.getTwinFlags()
                                        : manifest.getMetadata().getFlags());
                        if (!linked) {
                            new Linking(shelf).tellOthers(manifest, place, returning.getDevice(), returning.getInode());
                        }
                        shelf.manifests().drop(manifest.getId());
                        return;
                    }
                }
            }
        } catch (FileCallException e) {
            if (!e.gone() && !e.is(FileCallException.ELOOP)) {
                throw e;
            }
        }
        if (!returning.getTwin().isEmpty()) {
            new Linking(shelf).settleTwin(returning);
        }
        keep(manifest);
    }

    private boolean isThere(Handle folder, RawPath place, Return returning) throws FileCallException {
        try {
            var now = shelf.calls().stat(folder.descriptor(), place.name());
            return now.isRegular() && now.device() == returning.getDevice() && now.inode() == returning.getInode();
        } catch (FileCallException e) {
            if (e.gone()) {
                return false;
            }
            throw e;
        }
    }

    void settleLink(Manifest manifest) throws IOException {
        var place = place(manifest);
        try (var folder = Handle.folder(shelf.calls(), place.parent())) {
            var now = shelf.calls().stat(folder.descriptor(), place.name());
            if (now.isLink()
                    && ByteString.copyFrom(shelf.calls().readLink(folder.descriptor(), place.name()))
                            .equals(manifest.getLinkTarget())) {
                dress(manifest, folder, place);
                shelf.manifests().drop(manifest.getId());
                return;
            }
        } catch (FileCallException e) {
            if (!e.gone() && !e.is(FileCallException.ELOOP)) {
                throw e;
            }
        }
        keep(manifest);
    }

    void keep(Manifest manifest) throws IOException {
        shelf.manifests()
                .write(manifest.toBuilder()
                        .setPhase(Phase.PHASE_KEPT)
                        .clearReturning()
                        .build());
    }

    void undo(Handle folder, byte @Nullable [] temporary, Manifest manifest) {
        if (temporary != null) {
            removeLeft(folder, temporary);
        }
        try {
            keep(manifest);
        } catch (IOException e) {
            shelf.log().warn(e, "vault-phase-not-written", "id", manifest.getId());
        }
    }

    private void removeLeft(Handle folder, byte[] temporary) {
        try {
            shelf.calls().unlink(folder.descriptor(), temporary);
        } catch (FileCallException e) {
            // nothing was left, or the next attempt says why it cannot be removed
        }
    }

    void requireFree(Handle folder, RawPath place) throws FileCallException, VaultException {
        Stat there;
        try {
            there = shelf.calls().stat(folder.descriptor(), place.name());
        } catch (FileCallException e) {
            if (e.gone()) {
                return;
            }
            throw e;
        }
        throw there.isRegular()
                ? occupied(place)
                : new VaultException(
                        Why.FAILED,
                        "there is " + there.kind() + " at " + place + ": move it away and restore again",
                        null);
    }

    Handle folderOf(RawPath place) throws VaultException, FileCallException {
        try {
            return Handle.folder(shelf.calls(), place.parent());
        } catch (FileCallException e) {
            if (e.gone() || e.is(FileCallException.ELOOP)) {
                throw new VaultException(
                        Why.FAILED,
                        "the folder " + place.parent() + " is no longer there: make it again and restore once more",
                        e);
            }
            throw e;
        }
    }

    static VaultException occupied(RawPath place) {
        return new VaultException(
                Why.FAILED, "there is another file at " + place + " now: move it away and restore again", null);
    }

    static VaultException failed(RawPath place, FileCallException e) {
        return new VaultException(
                Why.FAILED, place + " cannot be given back: " + e.getMessage() + "; it stays in the vault", e);
    }

    static byte[] temporaryName(Manifest manifest) {
        return (".cordon-" + manifest.getId()).getBytes(StandardCharsets.US_ASCII);
    }

    static RawPath place(Manifest manifest) {
        return RawPath.of(manifest.getPath().toByteArray());
    }
}
