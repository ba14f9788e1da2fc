package dev.cordon.agent.vault;

import com.google.protobuf.ByteString;
import dev.cordon.agent.files.FileCallException;
import dev.cordon.agent.files.Handle;
import dev.cordon.agent.files.RawPath;
import dev.cordon.agent.vault.wire.Manifest;
import dev.cordon.agent.vault.wire.Metadata;
import dev.cordon.agent.vault.wire.Phase;
import dev.cordon.agent.vault.wire.Return;
import dev.cordon.agent.vault.wire.Twin;
import java.io.IOException;
import java.util.Optional;

/**
 * Gives the names of one file (hard links) back as names of one file. The first that comes back is built anew; the others
 * are told of it, and become one more name of it if it is still what they are in the vault.
 */
record Linking(Shelf shelf) {

    private static final int EMLINK = 31;

    /** Why a name did not become one more name of its file. */
    private static final class ApartException extends Exception {
        private static final long serialVersionUID = 1L;

        ApartException(String why) {
            super(why, null, false, false);
        }
    }

    /**
     * Tries to make it one more name of the file that is back already.
     *
     * @return empty if that was done, otherwise why it has to become a file of its own
     * @throws VaultException if something else is in its place
     */
    Optional<String> link(Manifest manifest, Handle folder, RawPath place) throws IOException, VaultException {
        var twin = RawPath.of(manifest.getTwin().getPath().toByteArray());
        try (var above = folderOf(twin);
                var file = fileOf(above, twin)) {
            requireSame(manifest, file, twin);
            int flags = shelf.calls().flags(file.descriptor());
            int wanted = flags | manifest.getMetadata().getFlags();
            announce(manifest, wanted);
            boolean given = false;
            try {
                shelf.clearFlags(file, flags);
                name(file, folder, place, twin);
                given = true;
            } finally {
                shelf.setFlags(file, given ? wanted : flags);
                if (!given) {
                    new Returning(shelf).undo(folder, null, manifest);
                }
            }
            folder.sync();
            return Optional.empty();
        } catch (ApartException e) {
            return Optional.ofNullable(e.getMessage());
        }
    }

    private void announce(Manifest manifest, int flags) throws IOException {
        var twin = manifest.getTwin();
        shelf.manifests()
                .write(manifest.toBuilder()
                        .setPhase(Phase.PHASE_RETURNING)
                        .setReturning(Return.newBuilder()
                                .setDevice(twin.getDevice())
                                .setInode(twin.getInode())
                                .setTwin(twin.getPath())
                                .setTwinFlags(flags))
                        .build());
    }

    private void name(Handle file, Handle folder, RawPath place, RawPath twin)
            throws FileCallException, VaultException, ApartException {
        try {
            shelf.calls().giveName(file.descriptor(), folder.descriptor(), place.name());
        } catch (FileCallException e) {
            if (e.is(FileCallException.EEXIST)) {
                throw Returning.occupied(place);
            }
            if (e.is(FileCallException.EXDEV)) {
                throw new ApartException(twin + " is on another file system");
            }
            if (e.is(FileCallException.EPERM, FileCallException.EOPNOTSUPP, EMLINK)) {
                throw new ApartException("the file system gives " + twin + " no more names");
            }
            throw e;
        }
    }

    private Handle folderOf(RawPath twin) throws FileCallException, ApartException {
        try {
            return Handle.folder(shelf.calls(), twin.parent());
        } catch (FileCallException e) {
            throw gone(twin, e);
        }
    }

    private Handle fileOf(Handle folder, RawPath twin) throws FileCallException, ApartException {
        try {
            return folder.file(twin.name());
        } catch (FileCallException e) {
            throw gone(twin, e);
        }
    }

    private static ApartException gone(RawPath twin, FileCallException e) throws FileCallException {
        if (e.gone() || e.is(FileCallException.ELOOP)) {
            return new ApartException(twin + " is gone again");
        }
        throw e;
    }

    private void requireSame(Manifest manifest, Handle file, RawPath twin) throws IOException, ApartException {
        var stat = file.stat();
        boolean same = stat.isRegular()
                && stat.device() == manifest.getTwin().getDevice()
                && stat.inode() == manifest.getTwin().getInode();
        if (!same) {
            throw new ApartException("another file is at " + twin + " now");
        }
        if (!comparable(Properties.of(shelf.calls(), file, stat)).equals(comparable(manifest.getMetadata()))
                || !shelf.has(file, manifest.getSha256())) {
            throw new ApartException(twin + " was changed since it came back");
        }
    }

    /** Without what changes when somebody only reads it, and the flags, which are looked after by themselves. */
    private static Metadata comparable(Metadata metadata) {
        return metadata.toBuilder().clearFlags().clearAccessed().build();
    }

    /** Tells the other names that are still in the vault where their file is. */
    void tellOthers(Manifest manifest, RawPath place, long device, long inode) {
        var twin = Twin.newBuilder()
                .setPath(ByteString.copyFrom(place.bytes()))
                .setDevice(device)
                .setInode(inode);
        try {
            for (var other : shelf.manifests().otherNames(manifest)) {
                shelf.manifests().replace(other.toBuilder().setTwin(twin).build());
            }
        } catch (IOException e) {
            shelf.log().warn(e, "other-names-not-told", "path", place);
        }
    }

    /** After a crash before it got its name: the file that was to get one more is as it was. */
    void settleTwin(Return returning) {
        var twin = RawPath.of(returning.getTwin().toByteArray());
        try (var folder = Handle.folder(shelf.calls(), twin.parent());
                var file = folder.file(twin.name())) {
            var stat = file.stat();
            if (stat.device() == returning.getDevice() && stat.inode() == returning.getInode()) {
                shelf.setFlags(file, returning.getTwinFlags());
            }
        } catch (FileCallException e) {
            shelf.log().warn(e, "other-name-not-settled", "path", twin);
        }
    }

    /** What is to be told of a name that came back as a file of its own; empty if nothing is. */
    String apart(Manifest manifest, Optional<String> why) throws IOException {
        if (why.isPresent()) {
            return "it was one file with "
                    + RawPath.of(manifest.getTwin().getPath().toByteArray()) + " and is a file of its own now: "
                    + why.get();
        }
        int others = manifest.getLinks() - 1;
        return others > 0 && shelf.manifests().otherNames(manifest).isEmpty()
                ? "the file had " + others
                        + " more names (hard links), of which none is in the vault: it is a file of its" + " own now"
                : "";
    }
}
