package dev.cordon.agent.vault;

import com.google.protobuf.ByteString;
import dev.cordon.agent.files.FileCallException;
import dev.cordon.agent.files.Handle;
import dev.cordon.agent.files.RawPath;
import dev.cordon.agent.files.Stat;
import dev.cordon.agent.hash.FileHash;
import dev.cordon.agent.vault.VaultException.Why;
import dev.cordon.agent.vault.wire.Kind;
import dev.cordon.agent.vault.wire.Manifest;
import dev.cordon.agent.vault.wire.Phase;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Takes a file or a symbolic link out of its place. Content, then manifest are in the vault and on the disk before the
 * name goes; a crash in between is settled by {@link #settle}, for which a file that is still in its place was never
 * taken.
 */
record Taking(Shelf shelf) {

    /** What was taken, and how many names of the same file are left elsewhere. */
    record Taken(Manifest manifest, int namesLeft) {}

    /**
     * A file that is to be taken, open.
     *
     * @param folder it is in; closed by whom it was opened
     * @param before what it was when it was opened
     */
    record Source(RawPath place, Handle folder, Handle file, Stat before) implements AutoCloseable {
        @Override
        public void close() {
            file.close();
        }
    }

    Source open(Handle folder, RawPath place) throws FileCallException, VaultException {
        var file = folder.file(place.name());
        boolean open = false;
        try {
            var before = file.stat();
            if (!before.isRegular()) {
                throw new VaultException(Why.FAILED, place + " is " + before.kind() + ", which is not taken", null);
            }
            open = true;
            return new Source(place, folder, file, before);
        } finally {
            if (!open) {
                file.close();
            }
        }
    }

    Taken file(RawPath place, @Nullable FileHash expected, Reason reason) throws IOException, VaultException {
        try (var folder = Handle.folder(shelf.calls(), place.parent());
                var source = open(folder, place)) {
            var manifest = copy(source, expected, reason, true);
            record(manifest);
            remove(source, manifest);
            sync(folder);
            return new Taken(kept(manifest), namesLeft(source, manifest));
        }
    }

    /**
     * Puts a copy into the vault, which no manifest names yet.
     *
     * @param sync whether it is on the disk when this returns
     */
    Manifest copy(Source source, @Nullable FileHash expected, Reason reason, boolean sync)
            throws IOException, VaultException {
        var file = source.file();
        var before = source.before();
        shelf.requireRoom(before.size());
        var hashes = shelf.hash(file);
        if (expected != null && !hashes.matches(expected)) {
            throw changed(source.place());
        }
        var building = shelf.manifest(Kind.KIND_FILE, source.place(), before, reason)
                .setMetadata(Properties.of(shelf.calls(), file, before));
        Shelf.describe(building, hashes);
        var manifest = building.build();
        shelf.store(manifest.getId(), file, hashes.size(), sync);
        if (!file.stat().untouched(before)) {
            shelf.manifests().discard(Manifests.contentName(manifest.getId()));
            throw changed(source.place());
        }
        return manifest;
    }

    private void record(Manifest manifest) throws IOException, VaultException {
        try {
            shelf.manifests().write(manifest);
        } catch (IOException e) {
            shelf.manifests().discard(Manifests.contentName(manifest.getId()));
            if (e instanceof FileCallException call && call.full()) {
                throw new VaultException(Why.FULL, "the vault's disk is full; the file was left in its place", e);
            }
            throw e;
        }
    }

    /** Takes the name away, for which both content and manifest are on the disk; otherwise the vault forgets them. */
    void remove(Source source, Manifest manifest) throws IOException, VaultException {
        int flags = manifest.getMetadata().getFlags();
        boolean removed = false;
        try {
            shelf.clearFlags(source.file(), flags);
            var now = shelf.calls()
                    .stat(source.folder().descriptor(), source.place().name());
            if (!now.sameFile(source.before())
                    || now.size() != source.before().size()
                    || !now.modified().equals(source.before().modified())) {
                throw changed(source.place());
            }
            shelf.calls().unlink(source.folder().descriptor(), source.place().name());
            removed = true;
        } finally {
            if (!removed) {
                shelf.setFlags(source.file(), flags);
                shelf.manifests().drop(manifest.getId());
            }
        }
    }

    /** How many other names the file has: they are the same file, and keep what held them. */
    int namesLeft(Source source, Manifest manifest) {
        int left = namesLeft(source.file());
        if (left > 0) {
            shelf.setFlags(source.file(), manifest.getMetadata().getFlags());
        }
        return left;
    }

    private int namesLeft(Handle file) {
        try {
            return file.stat().links();
        } catch (FileCallException e) {
            shelf.log().warn(e, "names-not-counted");
            return 0;
        }
    }

    void sync(Handle folder) {
        try {
            folder.sync();
        } catch (FileCallException e) {
            shelf.log().warn(e, "removal-not-synced");
        }
    }

    /** The phase says only how much a restart has to look at; that it could not be written changes nothing. */
    private Manifest kept(Manifest manifest) {
        var kept = manifest.toBuilder().setPhase(Phase.PHASE_KEPT).build();
        try {
            shelf.manifests().replace(kept);
            return kept;
        } catch (IOException e) {
            shelf.log().warn(e, "vault-phase-not-written", "id", manifest.getId());
            return manifest;
        }
    }

    Manifest link(RawPath place, Reason reason) throws IOException, VaultException {
        try (var folder = Handle.folder(shelf.calls(), place.parent())) {
            var before = shelf.calls().stat(folder.descriptor(), place.name());
            if (!before.isLink()) {
                throw changed(place);
            }
            byte[] target = shelf.calls().readLink(folder.descriptor(), place.name());
            var manifest = shelf.manifest(Kind.KIND_LINK, place, before, reason)
                    .setLinkTarget(ByteString.copyFrom(target))
                    .setMetadata(Properties.of(before))
                    .build();
            shelf.manifests().write(manifest);
            boolean removed = false;
            try {
                if (!shelf.calls().stat(folder.descriptor(), place.name()).untouched(before)) {
                    throw changed(place);
                }
                shelf.calls().unlink(folder.descriptor(), place.name());
                removed = true;
            } finally {
                if (!removed) {
                    shelf.manifests().drop(manifest.getId());
                }
            }
            sync(folder);
            return kept(manifest);
        }
    }

    /** After a crash: what is still in its place stays there, and everything else is the vault's. */
    void settle(Manifest manifest) throws IOException {
        if (inPlace(manifest)) {
            shelf.manifests().drop(manifest.getId());
        } else {
            shelf.manifests()
                    .write(manifest.toBuilder().setPhase(Phase.PHASE_KEPT).build());
        }
    }

    private boolean inPlace(Manifest manifest) throws IOException {
        var place = RawPath.of(manifest.getPath().toByteArray());
        try (var folder = Handle.folder(shelf.calls(), place.parent())) {
            var now = shelf.calls().stat(folder.descriptor(), place.name());
            if (now.device() != manifest.getDevice() || now.inode() != manifest.getInode()) {
                return false;
            }
            if (manifest.getKind() == Kind.KIND_LINK) {
                return now.isLink()
                        && ByteString.copyFrom(shelf.calls().readLink(folder.descriptor(), place.name()))
                                .equals(manifest.getLinkTarget());
            }
            if (!now.isRegular()) {
                return false;
            }
            try (var file = folder.file(place.name())) {
                // the number of a removed file may be given to a new one
                boolean same = shelf.has(file, manifest.getSha256());
                if (same) {
                    shelf.setFlags(file, manifest.getMetadata().getFlags());
                }
                return same;
            }
        } catch (FileCallException e) {
            if (e.gone() || e.is(FileCallException.ELOOP)) {
                return false;
            }
            throw e;
        }
    }

    static VaultException changed(RawPath place) {
        return new VaultException(
                Why.CHANGED, place + " changed while it was being taken; it was left in its place", null);
    }
}
