package dev.cordon.agent.finder;

import dev.cordon.agent.files.FileCallException;
import dev.cordon.agent.files.FileCalls;
import dev.cordon.agent.files.Handle;
import dev.cordon.agent.files.RawPath;
import dev.cordon.agent.files.Stat;
import dev.cordon.agent.hash.FileHash;
import dev.cordon.agent.hash.FileHasher;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The search for one file on this machine. As soon as one copy is found its size is known, and from then on only files
 * of that size are read: an empty-handed search costs a hash of everything, a successful one hardly more than the walk.
 *
 * <p>For one thread.
 */
public final class Search {

    private static final int VERDICTS = 8_192;
    private static final int TELL_EVERY = 2_000;
    private static final long FRESH_SECONDS = Duration.ofDays(30).toSeconds();
    private static final long UNKNOWN = -1;

    private final FileHash wanted;
    private final FileCalls calls;
    private final FileHasher hasher;
    private final HashIndex index;
    private final InstantSource clock;
    private final Limits limits;
    private final Watch watch;
    private final Map<RawPath, Place> places = new TreeMap<>();
    private final Set<String> shortcomings = new java.util.LinkedHashSet<>();
    private final Map<Version, Boolean> verdicts = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Version, Boolean> eldest) {
            return size() > VERDICTS;
        }
    };
    private long size = UNKNOWN;
    private long files;
    private long bytes;

    /** What a file was when it was read. */
    private record Version(long device, long inode, long size, Stat.Instant64 modified, Stat.Instant64 changed) {}

    Search(
            FileHash wanted,
            FileCalls calls,
            FileHasher hasher,
            HashIndex index,
            InstantSource clock,
            Limits limits,
            Watch watch) {
        this.wanted = wanted;
        this.calls = calls;
        this.hasher = hasher;
        this.index = index;
        this.clock = clock;
        this.limits = limits;
        this.watch = watch;
    }

    public FileHash wanted() {
        return wanted;
    }

    /** Where it was found so far, each name once. */
    public List<Place> places() {
        return List.copyOf(places.values());
    }

    /** What was not looked at, in sentences; empty if everything was. */
    public List<String> shortcomings() {
        return List.copyOf(shortcomings);
    }

    /** How many files were looked at. */
    public long files() {
        return files;
    }

    /** How many bytes were read and hashed; what the index knows is not read. */
    public long bytes() {
        return bytes;
    }

    /**
     * Looks at one file by its name, following symbolic links; what is found is noted under the name it really has.
     *
     * @return whether it is the wanted one
     */
    public boolean lookAt(RawPath path) throws InterruptedException {
        try (var file = new Handle(calls, calls.openFollowing(path.bytes()))) {
            var stat = file.stat();
            if (!stat.isRegular() || !matches(file, stat)) {
                return false;
            }
            note(realName(file), stat);
            return true;
        } catch (FileCallException e) {
            return false;
        } catch (IOException e) {
            shortcomings.add(path + " could not be read: " + e.getMessage());
            return false;
        }
    }

    /** Like {@link #lookAt}, but what is found is not noted. */
    public boolean isAt(RawPath path) throws InterruptedException {
        try (var file = new Handle(calls, calls.openFollowing(path.bytes()))) {
            return matches(file, file.stat());
        } catch (IOException e) {
            return false;
        }
    }

    private RawPath realName(Handle file) throws IOException {
        var own = RawPath.of("/proc/" + ProcessHandle.current().pid() + "/fd");
        try (var folder = Handle.folder(calls, own)) {
            return RawPath.of(calls.readLink(
                    folder.descriptor(), Integer.toString(file.descriptor()).getBytes(StandardCharsets.US_ASCII)));
        } catch (IllegalArgumentException e) {
            throw new IOException("it has no name", e);
        }
    }

    private void note(RawPath path, Stat stat) {
        if (places.size() < limits.places()) {
            places.put(path, new Place(path, stat));
        } else {
            shortcomings.add("it is at more than " + limits.places() + " places: run the action again for the rest");
        }
    }

    /** Whether an open file is the wanted one. What is no regular file is not. */
    boolean matches(Handle file, Stat stat) throws IOException, InterruptedException {
        if (!stat.isRegular() || (size != UNKNOWN && stat.size() != size)) {
            return false;
        }
        var version = new Version(stat.device(), stat.inode(), stat.size(), stat.modified(), stat.changed());
        var known = verdicts.get(version);
        if (known != null) {
            return known;
        }
        var hash = index.find(stat, wanted.algorithm());
        if (hash.isEmpty()) {
            hash = hash(file, stat);
        }
        boolean match = hash.isPresent() && hash.get().equals(wanted);
        verdicts.put(version, match);
        if (match) {
            size = stat.size();
        }
        return match;
    }

    private java.util.Optional<FileHash> hash(Handle file, Stat stat) throws IOException, InterruptedException {
        if (size == UNKNOWN && stat.size() > limits.largest()) {
            shortcomings.add("files of more than " + (limits.largest() >> 20) + " MiB were not read");
            return java.util.Optional.empty();
        }
        try {
            var algorithm = wanted.algorithm();
            var hash = hasher.hash(
                            file.descriptor(), EnumSet.of(algorithm), stat.size() + (64L << 20), watch::cancelled)
                    .of(algorithm);
            bytes += stat.size();
            if (hash.isPresent() && file.stat().untouched(stat)) {
                index.put(stat, hash.get());
            }
            return hash;
        } catch (InterruptedIOException e) {
            var stopped = new InterruptedException("the search was stopped");
            stopped.initCause(e);
            throw stopped;
        }
    }

    /**
     * Looks at all files below these folders: first at what can be executed or is not old, then at the rest.
     *
     * @param spared folders that are not entered
     * @throws InterruptedException if it was cancelled
     */
    public void sweep(List<RawPath> roots, Set<RawPath> spared) throws InterruptedException {
        long total = Math.max(1, roots.stream().mapToLong(this::filesOn).sum());
        // not by the clock, which may jump meanwhile
        long until = System.nanoTime() + limits.time().toNanos();
        boolean sizeKnown = size != UNKNOWN;
        if (sizeKnown) {
            pass(roots, spared, total, until, stat -> true);
        } else {
            long fresh = clock.instant().getEpochSecond() - FRESH_SECONDS;
            if (pass(
                    roots,
                    spared,
                    2 * total,
                    until,
                    stat -> stat.isExecutable() || stat.changed().seconds() > fresh)) {
                pass(roots, spared, 2 * total, until, stat -> true);
            }
        }
    }

    private interface Filter {
        boolean passes(Stat stat);
    }

    private boolean pass(List<RawPath> roots, Set<RawPath> spared, long total, long until, Filter filter)
            throws InterruptedException {
        for (var root : roots) {
            var walk = new Walk(calls, spared, (folder, path, name, stat) -> {
                files++;
                if (filter.passes(stat) && (size == UNKNOWN || stat.size() == size)) {
                    visit(folder, path, name);
                }
                return goOn(total, until);
            });
            boolean complete = walk.below(root);
            if (walk.unreadable() > 0) {
                shortcomings.add(walk.unreadable() + " folders below " + root + " could not be read");
            }
            if (!complete) {
                return false;
            }
        }
        return true;
    }

    private boolean goOn(long total, long until) throws InterruptedException {
        if (files % TELL_EVERY == 0) {
            watch.progress((int) Math.min(99, files * 100 / total), files + " files looked at");
        }
        if (watch.cancelled() || Thread.currentThread().isInterrupted()) {
            throw new InterruptedException("the search was stopped");
        }
        if (bytes > limits.bytes() || (files % 256 == 0 && System.nanoTime() - until > 0)) {
            shortcomings.add("the search of the disks was ended after " + files + " files and " + (bytes >> 20)
                    + " MiB: run the action again, it goes on with what was not read yet");
            return false;
        }
        return true;
    }

    private void visit(Handle folder, RawPath path, byte[] name) throws InterruptedException {
        try (var file = folder.file(name)) {
            var stat = file.stat();
            if (matches(file, stat)) {
                note(path.resolve(name), stat);
            }
        } catch (FileCallException e) {
            if (!e.gone() && !e.is(FileCallException.ELOOP, FileCallException.ENXIO)) {
                shortcomings.add(path.resolve(name) + " could not be read: " + e.getMessage());
            }
        } catch (IOException e) {
            shortcomings.add(path.resolve(name) + " could not be read: " + e.getMessage());
        }
    }

    private long filesOn(RawPath root) {
        try (var folder = Handle.folder(calls, root)) {
            return calls.files(folder.descriptor());
        } catch (FileCallException e) {
            return 0;
        }
    }
}
