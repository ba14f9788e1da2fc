package dev.cordon.agent.vault;

import dev.cordon.agent.files.FileCallException;
import dev.cordon.agent.files.Handle;
import dev.cordon.agent.files.RawPath;
import dev.cordon.agent.files.Stat;
import dev.cordon.agent.hash.FileHash;
import dev.cordon.agent.vault.wire.Manifest;
import dev.cordon.agent.vault.wire.Phase;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Takes many small files at once, so that the disk is waited for a few times in all and not five times for each file. The
 * order is the one of {@link Taking}: the contents and manifests of all are on the disk before the first name goes. Each
 * file succeeds or fails for itself; what fails stays in its place.
 */
record TakingTogether(Shelf shelf, @Nullable FileHash expected, Reason reason) {

    /** Below this, waiting for all of a file system is no gain. */
    static final int FEWEST = 4;

    static final int MOST = 256;
    static final long LARGEST = 8L << 20;
    static final long MOST_BYTES = 64L << 20;

    /** One file on its way. */
    private static final class Item {
        private final RawPath place;
        private Taking.@Nullable Source source;
        private @Nullable Manifest manifest;
        private @Nullable VaultException problem;
        private Vault.@Nullable Taken taken;

        Item(RawPath place) {
            this.place = place;
        }
    }

    private interface Step {
        void run(Item item, Taking.Source source, Manifest manifest) throws IOException, VaultException;
    }

    /**
     * Takes the first of these files.
     *
     * @return what came of each of the first ones, in their order; empty if the first is none that can be taken together
     *     with others
     */
    List<Attempt<Vault.Taken>> take(List<RawPath> places) {
        var items = new ArrayList<Item>();
        try (var folders = new Folders(shelf.calls())) {
            try {
                copy(places, folders, items);
                commit(items);
                each(items, this::remove);
                syncFolders(items);
                keep(items);
                return items.stream()
                        .map(item -> new Attempt<>(item.taken, item.problem))
                        .toList();
            } finally {
                for (var item : items) {
                    if (item.source != null) {
                        item.source.close();
                    }
                }
            }
        }
    }

    private void copy(List<RawPath> places, Folders folders, List<Item> items) {
        var taking = new Taking(shelf);
        long bytes = 0;
        for (var place : places) {
            var item = new Item(place);
            if (items.size() == MOST || bytes > MOST_BYTES || !open(item, folders)) {
                return;
            }
            items.add(item);
            if (item.source != null) {
                var source = item.source;
                bytes += source.before().size();
                guard(item, () -> {
                    var manifest = taking.copy(source, expected, reason, false);
                    item.manifest = manifest;
                    prepare(manifest);
                });
            }
        }
    }

    private boolean open(Item item, Folders folders) {
        guard(item, () -> item.source = new Taking(shelf).open(folders.of(item.place), item.place));
        if (item.source != null && !fits(item.source.before())) {
            item.source.close();
            return false;
        }
        return true;
    }

    /** The names of one file are taken one after the other, as each changes what the others are. */
    private static boolean fits(Stat stat) {
        return stat.links() == 1 && stat.size() <= LARGEST;
    }

    private void prepare(Manifest manifest) throws IOException {
        try {
            shelf.manifests().prepare(manifest, false);
        } catch (IOException e) {
            shelf.manifests().discard(Manifests.contentName(manifest.getId()));
            throw e;
        }
    }

    /** Two waits: for what was written, and for the names under which it counts from then on. */
    private void commit(List<Item> items) {
        try {
            shelf.folder().syncFileSystem();
        } catch (FileCallException e) {
            each(items, (item, source, manifest) -> {
                forget(manifest);
                throw e;
            });
            return;
        }
        each(items, (item, source, manifest) -> {
            try {
                shelf.manifests().publish(manifest);
            } catch (FileCallException e) {
                forget(manifest);
                throw e;
            }
        });
        try {
            shelf.folder().sync();
        } catch (FileCallException e) {
            each(items, (item, source, manifest) -> {
                shelf.manifests().unlist(manifest.getId());
                throw e;
            });
        }
    }

    private void forget(Manifest manifest) {
        shelf.manifests().withdraw(manifest.getId());
        shelf.manifests().discard(Manifests.contentName(manifest.getId()));
    }

    private void remove(Item item, Taking.Source source, Manifest manifest) throws IOException, VaultException {
        if (!source.file().stat().untouched(source.before())) {
            shelf.manifests().drop(manifest.getId());
            throw Taking.changed(item.place);
        }
        var taking = new Taking(shelf);
        taking.remove(source, manifest);
        item.taken = new Vault.Taken(VaultEntry.of(manifest), taking.namesLeft(source, manifest));
    }

    private void syncFolders(List<Item> items) {
        Map<Integer, Handle> folders = new HashMap<>();
        each(items, (item, source, manifest) -> folders.put(source.folder().descriptor(), source.folder()));
        folders.values().forEach(new Taking(shelf)::sync);
    }

    /** The phase says only how much a restart has to look at; that it could not be written changes nothing. */
    private void keep(List<Item> items) {
        List<Manifest> kept = new ArrayList<>();
        try {
            for (var item : items) {
                if (item.taken != null && item.manifest != null) {
                    var manifest =
                            item.manifest.toBuilder().setPhase(Phase.PHASE_KEPT).build();
                    shelf.manifests().prepare(manifest, false);
                    kept.add(manifest);
                }
            }
            if (!kept.isEmpty()) {
                shelf.folder().syncFileSystem();
            }
            for (var manifest : kept) {
                shelf.manifests().publish(manifest);
            }
        } catch (IOException e) {
            shelf.log().warn(e, "vault-phases-not-written", "objects", kept.size());
            kept.forEach(manifest -> shelf.manifests().withdraw(manifest.getId()));
        }
    }

    /** Those for which nothing went wrong so far. */
    private void each(List<Item> items, Step step) {
        for (var item : items) {
            var source = item.source;
            var manifest = item.manifest;
            if (item.problem == null && source != null && manifest != null) {
                guard(item, () -> step.run(item, source, manifest));
            }
        }
    }

    private interface Guarded {
        void run() throws IOException, VaultException;
    }

    private static void guard(Item item, Guarded step) {
        try {
            step.run();
        } catch (VaultException e) {
            item.problem = e;
        } catch (IOException e) {
            boolean full = e instanceof FileCallException call && call.full();
            item.problem = full ? Shelf.full(e) : Attempt.said(item.place, e);
        }
    }
}
