package dev.cordon.agent.vault;

import com.google.protobuf.ByteString;
import dev.cordon.agent.files.FileCallException;
import dev.cordon.agent.files.Handle;
import dev.cordon.agent.files.RawPath;
import dev.cordon.agent.files.Stat;
import dev.cordon.agent.vault.VaultException.Why;
import dev.cordon.agent.vault.wire.Change;
import dev.cordon.agent.vault.wire.Kind;
import dev.cordon.agent.vault.wire.Manifest;
import dev.cordon.agent.vault.wire.Metadata;
import dev.cordon.agent.vault.wire.Phase;
import dev.cordon.agent.vault.wire.Return;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Comments lines of a shared file out, with the whole file as it was in the vault, and takes that back: bit for bit
 * where nobody changed the file meanwhile, line by line otherwise. The file is replaced in one step, never half written.
 */
record Editing(Shelf shelf) {

    private static final int LARGEST = 1 << 20;

    Manifest commentOut(RawPath place, List<byte[]> lines, Reason reason) throws IOException, VaultException {
        try (var folder = Handle.folder(shelf.calls(), place.parent());
                var file = folder.file(place.name())) {
            var before = file.stat();
            byte[] content = read(file, before, place);
            var building = shelf.manifest(Kind.KIND_EDIT, place, before, reason)
                    .setMetadata(Properties.of(shelf.calls(), file, before));
            Shelf.describe(building, shelf.hash(file));
            byte[] edited = edit(content, lines, building);
            if (building.getChangesCount() == 0) {
                throw Taking.changed(place);
            }
            var manifest = building.setEditedSha256(sha256(edited)).build();
            shelf.store(manifest.getId(), file, content.length, true);
            try {
                shelf.manifests().write(manifest);
            } catch (IOException e) {
                shelf.manifests().discard(Manifests.contentName(manifest.getId()));
                throw e;
            }
            boolean replaced = false;
            try {
                replace(folder, place, file, before, manifest, edited, manifest.getMetadata());
                replaced = true;
            } finally {
                if (!replaced) {
                    shelf.manifests().drop(manifest.getId());
                }
            }
            return kept(manifest);
        }
    }

    private static byte[] edit(byte[] content, List<byte[]> lines, Manifest.Builder manifest) {
        byte[] mark = ("#cordon-" + manifest.getId().substring(0, 8) + "# ").getBytes(StandardCharsets.US_ASCII);
        var edited = new ByteArrayOutputStream(content.length + 256);
        for (byte[] line : Lines.logical(content)) {
            if (lines.stream().anyMatch(wanted -> Arrays.equals(wanted, line))) {
                byte[] after = Lines.marked(line, mark);
                manifest.addChanges(
                        Change.newBuilder().setBefore(ByteString.copyFrom(line)).setAfter(ByteString.copyFrom(after)));
                edited.writeBytes(after);
            } else {
                edited.writeBytes(line);
            }
        }
        return edited.toByteArray();
    }

    private Manifest kept(Manifest manifest) {
        var kept = manifest.toBuilder().setPhase(Phase.PHASE_KEPT).build();
        try {
            shelf.manifests().replace(kept);
        } catch (IOException e) {
            shelf.log().warn(e, "vault-phase-not-written", "id", manifest.getId());
        }
        return kept;
    }

    void restore(Manifest manifest) throws IOException, VaultException {
        var place = place(manifest);
        try (var folder = Handle.folder(shelf.calls(), place.parent());
                var file = folder.file(place.name())) {
            var stat = file.stat();
            byte[] now = read(file, stat, place);
            boolean whole = sha256(now).equals(manifest.getEditedSha256());
            var metadata = whole ? manifest.getMetadata() : Properties.of(shelf.calls(), file, stat);
            byte[] content = whole ? original(manifest) : undone(manifest, now, place);
            shelf.manifests()
                    .write(manifest.toBuilder()
                            .setPhase(Phase.PHASE_RETURNING)
                            .setReturning(Return.newBuilder().setWhole(whole))
                            .build());
            boolean replaced = false;
            try {
                replace(folder, place, file, stat, manifest, content, metadata);
                replaced = true;
            } finally {
                if (!replaced) {
                    new Returning(shelf).keep(manifest);
                }
            }
            shelf.manifests().drop(manifest.getId());
        } catch (FileCallException e) {
            throw Returning.failed(place, e);
        }
    }

    private byte[] original(Manifest manifest) throws IOException {
        try (var content = shelf.folder().file(Manifests.contentName(manifest.getId()))) {
            byte[] bytes = shelf.chunks().bytes(content, LARGEST);
            if (!sha256(bytes).equals(manifest.getSha256())) {
                throw new IOException("the content in the vault is not what was taken: it is damaged");
            }
            return bytes;
        }
    }

    private static byte[] undone(Manifest manifest, byte[] now, RawPath place) throws VaultException {
        byte[] content = now;
        int from = 0;
        for (var change : manifest.getChangesList()) {
            byte[] after = change.getAfter().toByteArray();
            int at = Lines.find(content, after, from);
            if (at < 0) {
                throw new VaultException(
                        Why.FAILED,
                        place
                                + " was changed since: a line that was commented out is no longer there; the file as it was"
                                + " stays in the vault",
                        null);
            }
            byte[] before = change.getBefore().toByteArray();
            content = Lines.splice(content, at, after.length, before);
            from = at + before.length;
        }
        return content;
    }

    private void replace(
            Handle folder,
            RawPath place,
            Handle file,
            Stat before,
            Manifest manifest,
            byte[] content,
            Metadata metadata)
            throws IOException, VaultException {
        byte[] temporary = Returning.temporaryName(manifest);
        int flags = shelf.calls().flags(file.descriptor());
        boolean replaced = false;
        removeLeft(folder, temporary);
        try (var fresh = folder.create(temporary)) {
            shelf.calls().write(fresh.descriptor(), ByteBuffer.wrap(content), 0);
            Properties.apply(shelf.calls(), metadata, fresh);
            fresh.sync();
            if (!shelf.calls().stat(folder.descriptor(), place.name()).untouched(before)) {
                throw Taking.changed(place);
            }
            shelf.clearFlags(file, flags);
            shelf.calls().rename(folder.descriptor(), temporary, folder.descriptor(), place.name());
            replaced = true;
            shelf.setFlags(fresh, flags);
        } finally {
            if (!replaced) {
                removeLeft(folder, temporary);
                shelf.setFlags(file, flags);
            }
        }
        try {
            folder.sync();
        } catch (FileCallException e) {
            shelf.log().warn(e, "edit-not-synced", "path", place);
        }
    }

    /** After a crash in either direction: the file itself says whether its lines are commented out. */
    void settle(Manifest manifest) throws IOException {
        var place = place(manifest);
        try (var folder = Handle.folder(shelf.calls(), place.parent())) {
            removeLeft(folder, Returning.temporaryName(manifest));
            try (var file = folder.file(place.name())) {
                byte[] now = read(file, file.stat(), place);
                shelf.setFlags(file, manifest.getMetadata().getFlags());
                if (manifest.getChangesList().stream()
                        .noneMatch(change -> Lines.find(now, change.getAfter().toByteArray(), 0) >= 0)) {
                    shelf.manifests().drop(manifest.getId());
                    return;
                }
            }
        } catch (FileCallException e) {
            if (!e.gone() && !e.is(FileCallException.ELOOP)) {
                throw e;
            }
        } catch (VaultException e) {
            shelf.log().warn(e, "edit-not-settled", "path", place);
        }
        new Returning(shelf).keep(manifest);
    }

    private byte[] read(Handle file, Stat stat, RawPath place) throws IOException, VaultException {
        if (!stat.isRegular() || stat.size() > LARGEST) {
            throw new VaultException(
                    Why.FAILED,
                    place + " is no file of at most 1 MiB, as those are of which lines can be commented out: take the"
                            + " entry out by hand",
                    null);
        }
        return content(file, (int) stat.size())
                .orElseThrow(() -> new VaultException(Why.CHANGED, place + " is being written", null));
    }

    private Optional<byte[]> content(Handle file, int size) throws FileCallException {
        var bytes = ByteBuffer.allocate(size + 1);
        while (bytes.hasRemaining() && shelf.calls().read(file.descriptor(), bytes, bytes.position()) > 0) {
            // until all of it is there
        }
        return bytes.position() == size ? Optional.of(Arrays.copyOf(bytes.array(), size)) : Optional.empty();
    }

    private void removeLeft(Handle folder, byte[] temporary) {
        try {
            shelf.calls().unlink(folder.descriptor(), temporary);
        } catch (FileCallException e) {
            // nothing was left
        }
    }

    private static ByteString sha256(byte[] content) {
        try {
            return ByteString.copyFrom(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java run time has SHA-256", e);
        }
    }

    private static RawPath place(Manifest manifest) {
        return RawPath.of(manifest.getPath().toByteArray());
    }
}
