package dev.cordon.agent.finder;

import dev.cordon.agent.files.FileCalls;
import dev.cordon.agent.hash.FileHash;
import dev.cordon.agent.hash.FileHasher;
import dev.cordon.agent.log.Log;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;

/**
 * Starts searches for files by their hash, which share the memory of what was read before. For one search at a time,
 * on one thread.
 */
public final class Finder implements AutoCloseable {

    private final FileCalls calls;
    private final FileHasher hasher = FileHasher.open();
    private final HashIndex index;
    private final InstantSource clock;
    private final Limits limits;

    private Finder(FileCalls calls, HashIndex index, InstantSource clock, Limits limits) {
        this.calls = calls;
        this.index = index;
        this.clock = clock;
        this.limits = limits;
    }

    /** @throws IOException if its index in the state directory can be neither read nor made */
    public static Finder open(Path stateDirectory, FileCalls calls, InstantSource clock, Limits limits, Log log)
            throws IOException {
        var index = HashIndex.open(stateDirectory, calls, clock);
        log.debug("finder-opened", "fast-hashes", FileHasher.fast());
        return new Finder(calls, index, clock, limits);
    }

    public Search search(FileHash wanted, Watch watch) {
        return new Search(wanted, calls, hasher, index, clock, limits, watch);
    }

    @Override
    public void close() {
        index.close();
        hasher.close();
    }
}
