package dev.cordon.agent.linux.execution;

import dev.cordon.agent.hash.HashAlgorithm;
import dev.cordon.agent.hash.Hashes;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Remembers the hashes of files that were read, as long as they are the same: inode, size and time of change must be
 * those that were seen before the file was read, and a file that was closed after writing is forgotten
 * ({@link #forget}), because old kernels keep the time of change to some milliseconds only. Therefore a verdict counts
 * only as long as the kernel tells of writers of its file ({@link Group#watch}). The least recently used of too many is
 * dropped.
 *
 * <p>Safe for use by many threads.
 */
final class VerdictCache {

    /** The kernel does not tell when the file was written. */
    static final long UNWATCHED = 0;

    private static final int MOST = 8_192;

    private final Map<FileState.Id, Known> known = new LinkedHashMap<>(256, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<FileState.Id, Known> eldest) {
            return size() > MOST;
        }
    };
    private final Map<FileState.Id, FileState> data = new LinkedHashMap<>(256, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<FileState.Id, FileState> eldest) {
            return size() > MOST;
        }
    };
    private long forgotten;
    private long watch = UNWATCHED;

    /**
     * @param state as it was before the file was read
     * @param kept it is one that is never refused; looked up only where it would be refused otherwise
     * @param generation of the policy that gave the verdict
     * @param watch in which the kernel tells of writers of the file
     */
    record Known(
            FileState state,
            Hashes hashes,
            boolean trustedByPath,
            boolean kept,
            long generation,
            Verdict verdict,
            long watch) {

        private boolean sufficesFor(Set<HashAlgorithm> algorithms) {
            for (var algorithm : algorithms) {
                if (hashes.of(algorithm).isEmpty()) {
                    return false;
                }
            }
            return true;
        }
    }

    /** A new watch, which tells of no file yet: no verdict counts until its file is watched again. */
    synchronized long watchAnew() {
        return ++watch;
    }

    private @Nullable Known watched(FileState state) {
        Known entry = known.get(state.id());
        return entry != null && entry.watch() == watch && entry.state().equals(state) ? entry : null;
    }

    /** The verdict of this policy about the file, if no more has to be read for it. */
    synchronized @Nullable Verdict find(FileState state, Policy policy) {
        if (policy.kept().holds(state)) {
            return Verdict.ALLOWED;
        }
        Known entry = watched(state);
        if (entry == null) {
            return null;
        }
        if (entry.generation() == policy.generation() || entry.kept()) {
            return entry.verdict();
        }
        if (!entry.sufficesFor(policy.algorithms()) || hangsOnPath(entry, policy)) {
            return null;
        }
        Verdict verdict = policy.judge(entry.hashes(), entry.trustedByPath());
        if (verdict != Verdict.ALLOWED && entry.verdict() == Verdict.ALLOWED) {
            return null; // perhaps it is never refused, which takes reading
        }
        known.put(
                state.id(),
                new Known(state, entry.hashes(), entry.trustedByPath(), false, policy.generation(), verdict, watch));
        return verdict;
    }

    /** Whether the file may start whoever starts it by whatever name, as long as its content and the policy stay. */
    synchronized boolean settled(FileState state, Policy policy) {
        if (policy.kept().holds(state)) {
            return true;
        }
        Known entry = watched(state);
        return entry != null
                && entry.verdict() == Verdict.ALLOWED
                && entry.generation() == policy.generation()
                && !entry.trustedByPath();
    }

    /** Where a path was or could be the reason, it is looked up anew after a change. */
    private static boolean hangsOnPath(Known entry, Policy policy) {
        var restriction = policy.restriction();
        return restriction != null
                && !restriction.policy().trustedPaths().isEmpty()
                && !restriction.trusts(entry.hashes());
    }

    /** The hashes of a file that is known and unchanged. */
    synchronized @Nullable Hashes hashes(FileState state) {
        Known entry = known.get(state.id());
        return entry != null && entry.state().equals(state) ? entry.hashes() : null;
    }

    /** The same, if these hashes are among them; watched or not. */
    synchronized @Nullable Hashes hashes(FileState state, Set<HashAlgorithm> algorithms) {
        Known entry = known.get(state.id());
        return entry != null && entry.state().equals(state) && entry.sufficesFor(algorithms) ? entry.hashes() : null;
    }

    /** How often files were forgotten so far; see {@link #remember}. */
    synchronized long forgotten() {
        return forgotten;
    }

    /**
     * Unless the file is not watched any more.
     *
     * @param seen what {@link #forgotten} said before the file was read; where a file was forgotten since, it may have
     *     been this one, and it is not remembered, unless {@code leased}
     */
    synchronized void remember(Known entry, boolean leased, long seen) {
        if (watch != UNWATCHED && entry.watch() == watch && (leased || seen == forgotten)) {
            known.put(entry.state().id(), entry);
        }
    }

    /** This file is no code to whoever is no interpreter. */
    synchronized void rememberData(FileState state) {
        data.put(state.id(), state);
    }

    synchronized boolean isData(FileState state) {
        return state.equals(data.get(state.id()));
    }

    /** The file was written. */
    synchronized void forget(FileState.Id id) {
        forgotten++;
        data.remove(id);
        known.remove(id);
    }

    synchronized void forgetAll() {
        forgotten++;
        data.clear();
        known.clear();
    }
}
