package dev.cordon.agent.finder;

import dev.cordon.agent.files.FileCallException;
import dev.cordon.agent.files.FileCalls;
import dev.cordon.agent.files.Handle;
import dev.cordon.agent.files.RawPath;
import dev.cordon.agent.files.Stat;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Set;

/**
 * Goes through all regular files below a folder by open folders, without following a symbolic link and without leaving
 * the file system. Memory grows with the depth only: names are read as they come. What vanishes meanwhile is passed over.
 * For one thread.
 */
final class Walk {

    private static final int DEEPEST = 1_000;
    private static final int SCRATCH = 16 * 1024;
    private static final int DEEP = 32;
    private static final int SMALL_SCRATCH = 2 * 1024;

    private final FileCalls calls;
    private final Set<RawPath> spared;
    private final Visitor visitor;
    private final Deque<Level> levels = new ArrayDeque<>();
    private long unreadable;

    /** Sees each file. */
    interface Visitor {
        /** Whether to go on. */
        boolean file(Handle folder, RawPath path, byte[] name, Stat stat) throws InterruptedException;
    }

    /** @param spared folders that are not entered */
    Walk(FileCalls calls, Set<RawPath> spared, Visitor visitor) {
        this.calls = calls;
        this.spared = spared;
        this.visitor = visitor;
    }

    private static final class Level {
        private final Handle folder;
        private final RawPath path;
        private final ByteBuffer scratch;
        private Iterator<FileCalls.Entry> entries = List.<FileCalls.Entry>of().iterator();

        Level(Handle folder, RawPath path, ByteBuffer scratch) {
            this.folder = folder;
            this.path = path;
            this.scratch = scratch;
        }

        boolean more(FileCalls calls) throws FileCallException {
            if (!entries.hasNext()) {
                entries = calls.next(folder.descriptor(), scratch).iterator();
            }
            return entries.hasNext();
        }
    }

    /** How many folders could not be read, or were too deep. */
    long unreadable() {
        return unreadable;
    }

    /** Whether it came to the end; false if the visitor had enough. */
    boolean below(RawPath root) throws InterruptedException {
        if (spared.contains(root)) {
            return true;
        }
        try {
            levels.push(new Level(Handle.folder(calls, root), root, ByteBuffer.allocateDirect(SCRATCH)));
            while (!levels.isEmpty()) {
                if (!step(levels.peek())) {
                    return false;
                }
            }
            return true;
        } catch (FileCallException e) {
            // a mount point that is a file, or went away
            return true;
        } finally {
            while (!levels.isEmpty()) {
                levels.pop().folder.close();
            }
        }
    }

    private boolean step(Level level) throws InterruptedException {
        try {
            if (!level.more(calls)) {
                levels.pop().folder.close();
                return true;
            }
        } catch (FileCallException e) {
            unreadable += e.gone() ? 0 : 1;
            levels.pop().folder.close();
            return true;
        }
        var entry = level.entries.next();
        if (entry.type() == FileCalls.Type.OTHER) {
            return true;
        }
        try {
            var stat = calls.stat(level.folder.descriptor(), entry.name());
            if (stat.isRegular()) {
                return visitor.file(level.folder, level.path, entry.name(), stat);
            }
            if (stat.isFolder() && !stat.mountRoot()) {
                enter(level, entry.name());
            }
        } catch (FileCallException e) {
            unreadable += e.gone() ? 0 : 1;
        }
        return true;
    }

    private void enter(Level level, byte[] name) throws FileCallException {
        var path = level.path.resolve(name);
        if (spared.contains(path)) {
            return;
        }
        if (levels.size() >= DEEPEST) {
            unreadable++;
            return;
        }
        var folder = new Handle(calls, calls.openFolder(level.folder.descriptor(), name));
        int room = levels.size() < DEEP ? SCRATCH : SMALL_SCRATCH;
        levels.push(new Level(folder, path, ByteBuffer.allocateDirect(room)));
    }
}
