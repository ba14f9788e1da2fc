package dev.cordon.agent.vault;

import dev.cordon.agent.files.FileCallException;
import dev.cordon.agent.files.Handle;
import dev.cordon.agent.files.RawPath;
import dev.cordon.agent.vault.wire.Kind;
import dev.cordon.agent.vault.wire.Manifest;
import dev.cordon.agent.vault.wire.Phase;
import dev.cordon.agent.vault.wire.Return;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Gives many small files back at once, so that the disk is waited for a few times in all. The order is the one of
 * {@link Returning}: the files of all, without names, and where to look for them after a crash are on the disk before the
 * first one gets its name. Each file succeeds or fails for itself; what fails stays in the vault.
 */
record ReturningTogether(Shelf shelf) {

    /** One file on its way. */
    private static final class Item {
        private final Manifest manifest;
        private final RawPath place;
        private final Handle folder;
        private final Handle file;
        private @Nullable Manifest returning;
        private @Nullable VaultException problem;

        Item(Manifest manifest, RawPath place, Handle folder, Handle file) {
            this.manifest = manifest;
            this.place = place;
            this.folder = folder;
            this.file = file;
        }
    }

    private interface Step {
        void run(Item item) throws IOException, VaultException;
    }

    /**
     * Gives the first of these objects back.
     *
     * @return what came of each of the first ones, in their order; empty if the first is none that can be given back
     *     together with others
     */
    List<Attempt<String>> give(List<Manifest> manifests) {
        var items = new ArrayList<Item>();
        try (var folders = new Folders(shelf.calls())) {
            try {
                build(manifests, folders, items);
                each(items, this::announce);
                commit(items);
                each(items, this::name);
                syncFolders(items);
                each(
                        items,
                        item -> shelf.setFlags(
                                item.file, item.manifest.getMetadata().getFlags()));
                forget(items);
                return items.stream()
                        .map(item -> new Attempt<>(item.problem == null ? "" : null, item.problem))
                        .toList();
            } finally {
                items.forEach(item -> item.file.close());
            }
        }
    }

    private void build(List<Manifest> manifests, Folders folders, List<Item> items) {
        long bytes = 0;
        for (var manifest : manifests) {
            boolean more = items.size() < TakingTogether.MOST && bytes < TakingTogether.MOST_BYTES;
            var item = more ? open(manifest, folders) : null;
            if (item == null) {
                return;
            }
            items.add(item);
            bytes += manifest.getSize();
            guard(item, () -> new Returning(shelf).build(manifest, item.file));
        }
    }

    /** None if it is one for which more has to be thought of than here, or for which it is to be said why it cannot be. */
    private @Nullable Item open(Manifest manifest, Folders folders) {
        try {
            boolean alone = manifest.getKind() == Kind.KIND_FILE
                    && manifest.getLinks() == 1
                    && !manifest.hasTwin()
                    && manifest.getSize() <= TakingTogether.LARGEST
                    && shelf.manifests().otherNames(manifest).isEmpty();
            if (!alone) {
                return null;
            }
            var place = Returning.place(manifest);
            var folder = folders.of(place);
            new Returning(shelf).requireFree(folder, place);
            var unnamed = shelf.calls().createUnnamed(folder.descriptor());
            return unnamed.isEmpty()
                    ? null
                    : new Item(manifest, place, folder, new Handle(shelf.calls(), unnamed.get()));
        } catch (IOException | VaultException e) {
            return null;
        }
    }

    /** Before anything of it can be seen: after a crash this tells where to look. */
    private void announce(Item item) throws IOException {
        var stat = item.file.stat();
        var returning = item.manifest.toBuilder()
                .setPhase(Phase.PHASE_RETURNING)
                .setReturning(Return.newBuilder().setDevice(stat.device()).setInode(stat.inode()))
                .build();
        shelf.manifests().prepare(returning, false);
        item.returning = returning;
    }

    /** Two waits, or three where the vault is on another file system than the files' places. */
    private void commit(List<Item> items) {
        try {
            Set<Long> synced = new HashSet<>();
            for (var item : items) {
                if (item.returning != null
                        && synced.add(item.returning.getReturning().getDevice())) {
                    item.file.syncFileSystem();
                }
            }
            if (synced.add(shelf.folder().stat().device())) {
                shelf.folder().syncFileSystem();
            }
        } catch (FileCallException e) {
            each(items, item -> {
                shelf.manifests().withdraw(item.manifest.getId());
                throw e;
            });
            return;
        }
        each(items, this::publish);
        try {
            shelf.folder().sync();
        } catch (FileCallException e) {
            each(items, item -> {
                new Returning(shelf).undo(item.folder, null, item.manifest);
                throw e;
            });
        }
    }

    private void publish(Item item) throws FileCallException {
        try {
            if (item.returning != null) {
                shelf.manifests().publish(item.returning);
            }
        } catch (FileCallException e) {
            shelf.manifests().withdraw(item.manifest.getId());
            throw e;
        }
    }

    private void name(Item item) throws FileCallException, VaultException {
        boolean given = false;
        try {
            new Returning(shelf).name(item.folder, item.file, null, item.place);
            given = true;
        } finally {
            if (!given) {
                new Returning(shelf).undo(item.folder, null, item.manifest);
            }
        }
    }

    private void syncFolders(List<Item> items) {
        Map<Integer, Optional<FileCallException>> folders = new HashMap<>();
        each(items, item -> {
            var problem = folders.computeIfAbsent(item.folder.descriptor(), descriptor -> sync(item.folder));
            if (problem.isPresent()) {
                throw problem.get();
            }
        });
    }

    private static Optional<FileCallException> sync(Handle folder) {
        try {
            folder.sync();
            return Optional.empty();
        } catch (FileCallException e) {
            return Optional.of(e);
        }
    }

    private void forget(List<Item> items) {
        each(items, item -> shelf.manifests().unlist(item.manifest.getId()));
        try {
            shelf.folder().sync();
        } catch (FileCallException e) {
            each(items, item -> {
                throw e;
            });
        }
        each(items, item -> shelf.manifests().discard(Manifests.contentName(item.manifest.getId())));
    }

    /** Those for which nothing went wrong so far. */
    private static void each(List<Item> items, Step step) {
        for (var item : items) {
            if (item.problem == null) {
                guard(item, () -> step.run(item));
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
        } catch (FileCallException e) {
            item.problem = Returning.failed(item.place, e);
        } catch (IOException e) {
            item.problem = Attempt.said(item.place, e);
        }
    }
}
