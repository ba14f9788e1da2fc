package dev.cordon.agent.scan;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.function.Predicate;

/**
 * Goes through folders without following a symbolic link and without holding more than one open folder a level, however
 * many files there are. Ends within one file when its thread is interrupted. For one thread.
 */
final class Walk {

    private static final int DEEPEST = 512;

    private final Mounts mounts;
    private final Finds finds;
    private final SeenFiles seen;
    private final List<Attributes> excluded = new ArrayList<>();

    Walk(Mounts mounts, Finds finds, SeenFiles seen, List<Path> excluded) {
        this.mounts = mounts;
        this.finds = finds;
        this.seen = seen;
        for (Path path : excluded) {
            try {
                this.excluded.add(Attributes.ofTarget(path));
            } catch (IOException e) {
                // what is not there needs no exception
            }
        }
    }

    private record Level(Path path, long device, DirectoryStream<Path> stream, Iterator<Path> entries) {

        @SuppressWarnings("StreamResourceLeak") // the level closes it
        static Level open(Path path, long device) throws IOException {
            var stream = Files.newDirectoryStream(path);
            return new Level(path, device, stream, stream.iterator());
        }

        void close() {
            try {
                stream.close();
            } catch (IOException e) {
                // read to its end or given up
            }
        }
    }

    void all(Path start) throws InterruptedException, EngineException {
        files(start, DEEPEST, attributes -> true);
    }

    /**
     * @param depth 1 for the files in the folder itself
     * @param wanted which regular files count
     */
    void files(Path start, int depth, Predicate<Attributes> wanted) throws InterruptedException, EngineException {
        Deque<Level> levels = new ArrayDeque<>();
        try {
            enter(levels, start, Attributes.of(start));
            while (!levels.isEmpty()) {
                stopIfInterrupted();
                Level level = levels.peek();
                Path next = next(level);
                if (next == null) {
                    levels.pop().close();
                } else {
                    visit(levels, level, next, depth, wanted);
                }
            }
        } catch (NoSuchFileException e) {
            // a place this machine does not have
        } catch (IOException e) {
            finds.unreadable(start);
        } finally {
            levels.forEach(Level::close);
        }
    }

    private void visit(Deque<Level> levels, Level level, Path path, int depth, Predicate<Attributes> wanted)
            throws InterruptedException, EngineException {
        try {
            var attributes = Attributes.of(path);
            if (attributes.isRegular()) {
                if (wanted.test(attributes)) {
                    file(path, attributes);
                }
            } else if (attributes.isDirectory() && mounts.enter(path, attributes.device() != level.device())) {
                if (levels.size() < depth) {
                    enter(levels, path, attributes);
                } else if (depth == DEEPEST) {
                    finds.unreadable(path);
                }
            }
        } catch (NoSuchFileException e) {
            // gone since the folder was read
        } catch (IOException e) {
            finds.unreadable(path);
        }
    }

    /** One file; does nothing where a scan had it already. */
    void file(Path path, Attributes attributes) throws InterruptedException, EngineException {
        if (seen.add(attributes.device(), attributes.inode())) {
            finds.file(Candidate.of(path, attributes.size()));
        }
    }

    private void enter(Deque<Level> levels, Path path, Attributes attributes) throws IOException {
        if (attributes.isDirectory() && excluded.stream().noneMatch(attributes::sameFile)) {
            levels.push(Level.open(path, attributes.device()));
        }
    }

    private @org.jspecify.annotations.Nullable Path next(Level level) {
        try {
            return level.entries().hasNext() ? level.entries().next() : null;
        } catch (DirectoryIteratorException e) {
            finds.unreadable(level.path());
            return null;
        }
    }

    static void stopIfInterrupted() throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException("the scan was stopped");
        }
    }
}
