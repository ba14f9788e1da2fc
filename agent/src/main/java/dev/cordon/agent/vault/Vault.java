package dev.cordon.agent.vault;

import dev.cordon.agent.files.FileCallException;
import dev.cordon.agent.files.FileCalls;
import dev.cordon.agent.files.Handle;
import dev.cordon.agent.files.RawPath;
import dev.cordon.agent.hash.FileHash;
import dev.cordon.agent.hash.FileHasher;
import dev.cordon.agent.log.Log;
import dev.cordon.agent.vault.VaultException.Why;
import dev.cordon.agent.vault.wire.Kind;
import dev.cordon.agent.vault.wire.Manifest;
import dev.cordon.agent.vault.wire.Phase;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The folder in which everything lies that was taken out of its place, so that nothing can start it and no other scanner
 * finds it, and from which it comes back bit for bit.
 *
 * <p>What is in it: {@code key} (32 random bytes, mode 0600) and, for each object, {@code ID.content} (sealed in chunks,
 * see {@link Chunks}) and {@code ID.manifest} (sealed). A manifest has a phase. Taking goes: content and manifest are
 * written and synced in phase TAKING, the name is removed by way of the open folder after one more look, the phase
 * becomes KEPT. Giving back goes: the file is built without a name beside its place and synced, the phase becomes
 * RETURNING with the new file's number, the file gets its name if that is free, the manifest is removed. So at each
 * instant the file is in its place, or in the vault, or there is a phase from which {@link #open} settles which of the
 * two it is: never neither. Of many small files each of these steps is done for all before the next one, so that the disk
 * is waited for a few times in all ({@link TakingTogether}, {@link ReturningTogether}).
 *
 * <p>Device, inode and content decide whether "it" is in its place; names are never followed through a symbolic link.
 * Creation and change times of the inode are the only metadata Linux does not let anybody put back.
 *
 * <p>Safe for use by many threads, one operation at a time. One vault a folder: the agent's lock on its state directory
 * sees to that.
 */
public final class Vault implements AutoCloseable {

    private static final int OWNER_ONLY = 0700;

    private final RawPath path;
    private final Shelf shelf;

    private Vault(RawPath path, Shelf shelf) {
        this.path = path;
        this.shelf = shelf;
    }

    /**
     * Opens or makes the vault, and settles what a crash left behind.
     *
     * @param stateDirectory of the agent; exists
     * @throws IOException if it cannot be read or written
     */
    public static Vault open(Path stateDirectory, FileCalls calls, InstantSource clock, Log log) throws IOException {
        var state = RawPath.of(stateDirectory.toRealPath());
        byte[] name = "vault".getBytes(StandardCharsets.US_ASCII);
        Handle folder;
        try (var above = Handle.folder(calls, state)) {
            try {
                calls.makeFolder(above.descriptor(), name, OWNER_ONLY);
                above.sync();
            } catch (FileCallException e) {
                if (!e.is(FileCallException.EEXIST)) {
                    throw e;
                }
            }
            folder = new Handle(calls, calls.openFolder(above.descriptor(), name));
        }
        var hasher = FileHasher.open();
        try {
            calls.setPermissions(folder.descriptor(), OWNER_ONLY);
            var random = new SecureRandom();
            var key = VaultKey.open(calls, folder, random);
            var manifests = new Manifests(calls, folder, key, random);
            var chunks = new Chunks(calls, key, random, ChunkCipher.of());
            var vault = new Vault(state.resolve(name), new Shelf(calls, folder, manifests, chunks, hasher, clock, log));
            vault.settle();
            return vault;
        } catch (IOException | RuntimeException | Error e) {
            folder.close();
            hasher.close();
            throw e;
        }
    }

    private void settle() throws IOException {
        // all are read first, so that each is known to those that were names of the same file
        List<String> open = new ArrayList<>();
        for (var id : shelf.manifests().clear()) {
            attempt(id, () -> {
                if (shelf.manifests().read(id).getPhase() != Phase.PHASE_KEPT) {
                    open.add(id);
                }
            });
        }
        for (var id : open) {
            attempt(id, () -> settle(shelf.manifests().read(id)));
        }
    }

    private interface Settling {
        void run() throws IOException;
    }

    private void attempt(String id, Settling step) {
        try {
            step.run();
        } catch (IOException e) {
            // tried again at the next start; the others are not held up
            shelf.log().error(e, "vault-object-not-settled", "id", id);
        }
    }

    private void settle(Manifest manifest) throws IOException {
        boolean taking = manifest.getPhase() == Phase.PHASE_TAKING;
        switch (manifest.getKind()) {
            case KIND_EDIT -> new Editing(shelf).settle(manifest);
            case KIND_LINK -> {
                if (taking) {
                    new Taking(shelf).settle(manifest);
                } else {
                    new Returning(shelf).settleLink(manifest);
                }
            }
            default -> {
                if (taking) {
                    new Taking(shelf).settle(manifest);
                } else {
                    new Returning(shelf).settleFile(manifest);
                }
            }
        }
        shelf.log().info("vault-object-settled", "id", manifest.getId(), "phase", manifest.getPhase());
    }

    /** Where the vault is. */
    public RawPath path() {
        return path;
    }

    /**
     * What was taken.
     *
     * @param namesLeft how many other names (hard links) the file still has
     */
    public record Taken(VaultEntry entry, int namesLeft) {}

    /**
     * Moves a file into the vault.
     *
     * @param expected the file is taken only if it has this hash
     */
    public Taken take(RawPath place, @Nullable FileHash expected, Reason reason) throws VaultException {
        return takeNext(List.of(place), expected, reason).getFirst().orThrow();
    }

    /**
     * Moves the first of these files into the vault, as many as go together.
     *
     * @return what came of each of the first ones, in their order; at least of one
     */
    public synchronized List<Attempt<Taken>> takeNext(
            List<RawPath> places, @Nullable FileHash expected, Reason reason) {
        if (places.size() >= TakingTogether.FEWEST) {
            var together = new TakingTogether(shelf, expected, reason).take(places);
            if (!together.isEmpty()) {
                return together;
            }
        }
        return List.of(Attempt.of(places.getFirst(), () -> {
            var taken = new Taking(shelf).file(places.getFirst(), expected, reason);
            return new Taken(VaultEntry.of(taken.manifest()), taken.namesLeft());
        }));
    }

    /** Moves a symbolic link, not what it leads to, into the vault. */
    public synchronized VaultEntry takeLink(RawPath place, Reason reason) throws VaultException {
        return Attempt.of(place, () -> VaultEntry.of(new Taking(shelf).link(place, reason)))
                .orThrow();
    }

    /**
     * Puts a {@code #} and a mark in front of lines of a file; a copy of the file as it was goes into the vault.
     *
     * @param lines each a logical line with its line end, as {@link Lines#logical} gives them
     */
    public synchronized VaultEntry commentOut(RawPath place, List<byte[]> lines, Reason reason) throws VaultException {
        return Attempt.of(place, () -> VaultEntry.of(new Editing(shelf).commentOut(place, lines, reason)))
                .orThrow();
    }

    /**
     * Gives it back to its place with everything it had, and forgets it. Names of one file (hard links) become names of
     * one file again.
     *
     * @return what is to be told of it beyond that, such as that it could not become one file with another; may be empty
     */
    public String restore(String id) throws VaultException {
        return restoreNext(List.of(id)).getFirst().orThrow();
    }

    /**
     * Gives the first of these objects back, as many as go together.
     *
     * @return what came of each of the first ones, in their order, as {@link #restore} says it; at least of one
     */
    public synchronized List<Attempt<String>> restoreNext(List<String> ids) {
        var manifests = new ArrayList<Manifest>();
        try {
            for (var id : ids.subList(0, Math.min(ids.size(), TakingTogether.MOST))) {
                manifests.add(shelf.manifests().read(id));
            }
        } catch (IOException e) {
            if (manifests.isEmpty()) {
                return List.of(Attempt.failed(new VaultException(
                        Why.FAILED, "the vault's object " + ids.getFirst() + " cannot be read: " + e.getMessage(), e)));
            }
        }
        if (manifests.size() >= TakingTogether.FEWEST) {
            var together = new ReturningTogether(shelf).give(manifests);
            if (!together.isEmpty()) {
                return together;
            }
        }
        return List.of(restore(manifests.getFirst()));
    }

    private Attempt<String> restore(Manifest manifest) {
        return Attempt.of(RawPath.of(manifest.getPath().toByteArray()), () -> {
            switch (manifest.getKind()) {
                case KIND_EDIT -> new Editing(shelf).restore(manifest);
                case KIND_LINK -> new Returning(shelf).link(manifest);
                default -> {
                    return new Returning(shelf).file(manifest);
                }
            }
            return "";
        });
    }

    /** The ids of all that is kept. */
    public synchronized List<String> ids() throws IOException {
        return shelf.manifests().ids();
    }

    /** @throws IOException if there is none of this id, or it cannot be read */
    public synchronized VaultEntry entry(String id) throws IOException {
        return VaultEntry.of(shelf.manifests().read(id));
    }

    /** Whether it has this hash, of whichever kind. */
    public synchronized boolean matches(String id, FileHash hash) throws IOException {
        var manifest = shelf.manifests().read(id);
        var wanted = hash.toByteString();
        return manifest.getKind() != Kind.KIND_EDIT
                && (manifest.getSha256().equals(wanted)
                        || manifest.getSha1().equals(wanted)
                        || manifest.getMd5().equals(wanted));
    }

    @Override
    public synchronized void close() {
        shelf.folder().close();
        shelf.hasher().close();
    }
}
