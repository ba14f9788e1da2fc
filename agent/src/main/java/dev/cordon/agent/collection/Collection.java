package dev.cordon.agent.collection;

import static dev.cordon.agent.collection.Collected.Status;

import dev.cordon.agent.hash.FileHasher;
import dev.cordon.agent.hash.HashAlgorithm;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Puts items into a zip, one after the other, in memory that does not depend on how large they are. An item that cannot
 * be had is noted and never the end of it. For one thread.
 */
final class Collection {

    private static final int BUFFER = 32 * 1024;

    private final ZipOutputStream zip;
    private final Path scratch;
    private final Limits limits;
    private final Ahead ahead;
    private final BooleanSupplier stop;
    private final List<Collected> done = new ArrayList<>();
    private final Set<String> names = new HashSet<>();
    private final byte[] buffer = new byte[BUFFER];
    private String openEntry = "";
    private long total;
    private int files;

    /**
     * @param scratch a file for what programs print
     * @param ahead programs that run already
     * @param stop looked at often; the item of now is then cut short
     */
    Collection(ZipOutputStream zip, Path scratch, Limits limits, Ahead ahead, BooleanSupplier stop) {
        this.zip = zip;
        this.scratch = scratch;
        this.limits = limits;
        this.ahead = ahead;
        this.stop = stop;
    }

    List<Collected> done() {
        return done;
    }

    /** @throws IOException if the zip itself cannot be written */
    void add(Item item) throws IOException, InterruptedException {
        if (room() <= 0
                || Files.getFileStore(scratch.toAbsolutePath().getParent()).getUsableSpace() < limits.freeBytes()) {
            note(
                    item.entry(),
                    source(item),
                    Status.SKIPPED,
                    System.nanoTime(),
                    "the package is full, or the agent's disk nearly so");
            return;
        }
        switch (item) {
            case Item.Output output -> output(output);
            case Item.Copy copy -> copy(copy.entry(), copy.file(), true);
            case Item.Tree tree -> tree(tree);
            case Item.Written written -> written(written);
        }
    }

    private static String source(Item item) {
        return switch (item) {
            case Item.Output output -> String.join(" ", output.command());
            case Item.Copy copy -> SafeText.line(copy.file().toString());
            case Item.Tree tree -> SafeText.line(tree.root().toString());
            case Item.Written written -> written.source();
        };
    }

    private long room() {
        return Math.min(limits.itemBytes(), limits.totalBytes() - total);
    }

    private void output(Item.Output item) throws IOException, InterruptedException {
        long since = System.nanoTime();
        var source = source(item);
        var command = item.located();
        if (command.isEmpty()) {
            note(item.entry(), source, Status.ABSENT, since, item.command().getFirst() + " is not installed");
            return;
        }
        Ahead.Printed printed;
        try {
            var early = ahead.take(item);
            printed = early.isPresent() ? early.get() : now(command.get());
        } catch (IOException e) {
            note(item.entry(), source, Status.FAILED, since, String.valueOf(e.getMessage()));
            return;
        }
        var result = printed.result();
        since = System.nanoTime() - printed.nanos();
        try (var text = Files.newInputStream(printed.file())) {
            var out = begin(item.entry());
            copy(text, out);
            var status = switch (result.end()) {
                case TIMED_OUT -> Status.TIMED_OUT;
                case STOPPED, TOO_MUCH -> Status.TRUNCATED;
                case EXITED -> out.cut() ? Status.TRUNCATED : Status.COLLECTED;
            };
            var note = status != Status.COLLECTED
                    ? "cut off"
                    : result.status() == 0 ? "" : "it ended with status " + result.status();
            end(source, status, out, since, note);
        }
    }

    private Ahead.Printed now(List<String> command) throws IOException, InterruptedException {
        long since = System.nanoTime();
        var result = Program.run(command, scratch, limits.commandTime(), room(), stop);
        return new Ahead.Printed(scratch, result, System.nanoTime() - since);
    }

    /** @param follow whether a symbolic link is followed: not where users may have made it */
    private void copy(String entry, Path file, boolean follow) throws IOException {
        long since = System.nanoTime();
        var source = SafeText.line(file.toString());
        try {
            var attributes = attributes(file, follow);
            if (!attributes.isRegularFile()) {
                note(entry, source, Status.SKIPPED, since, "no regular file");
            } else if (Secrets.isSecret(file)) {
                leaveOut(entry, file, since);
            } else {
                copyContent(entry, file, attributes.size(), since, follow);
            }
        } catch (SourceException e) {
            boolean absent = e.getCause() instanceof NoSuchFileException;
            note(entry, source, absent ? Status.ABSENT : Status.FAILED, since, String.valueOf(e.getMessage()));
        }
    }

    private static BasicFileAttributes attributes(Path file, boolean follow) throws SourceException {
        try {
            return follow
                    ? Files.readAttributes(file, BasicFileAttributes.class)
                    : Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        } catch (IOException e) {
            throw new SourceException(e);
        }
    }

    private void leaveOut(String entry, Path file, long since) {
        String note;
        try (var hasher = FileHasher.open()) {
            note = "a secret; SHA-256 "
                    + hasher.hash(file, Set.of(HashAlgorithm.SHA256), limits.itemBytes())
                            .sha256()
                            .hex();
        } catch (IOException e) {
            note = "a secret; it cannot be read";
        }
        note(entry, SafeText.line(file.toString()), Status.LEFT_OUT, since, note);
    }

    private void copyContent(String entry, Path file, long size, long since, boolean follow) throws IOException {
        long most = room();
        try (var in = SourceException.watching(file, follow)) {
            if (size > most) {
                in.skipNBytes(size - most);
            }
            int first = in.readNBytes(buffer, 0, buffer.length);
            if (Secrets.showsPrivateKey(buffer, first)) {
                leaveOut(entry, file, since);
                return;
            }
            var out = begin(entry);
            out.write(buffer, 0, first);
            var note = size > most ? "the end of " + size + " bytes" : "";
            var status = size > most ? Status.TRUNCATED : Status.COLLECTED;
            try {
                copy(in, out);
                if (out.cut()) {
                    note = "cut off";
                    status = Status.TRUNCATED;
                }
            } catch (SourceException e) {
                note = String.valueOf(e.getMessage());
                status = Status.FAILED;
            }
            end(SafeText.line(file.toString()), status, out, since, note);
        }
    }

    private void tree(Item.Tree item) throws IOException {
        if (!Files.exists(item.root(), LinkOption.NOFOLLOW_LINKS)) {
            note(item.entry(), source(item), Status.ABSENT, System.nanoTime(), "there is no such file or folder");
            return;
        }
        Files.walkFileTree(item.root(), EnumSet.noneOf(FileVisitOption.class), item.depth(), new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                if (stop.getAsBoolean()) {
                    return FileVisitResult.TERMINATE;
                }
                if (++files > limits.files() || room() <= 0) {
                    note(
                            item.entry(),
                            source(item),
                            Status.SKIPPED,
                            System.nanoTime(),
                            "the rest of this folder: the package is full");
                    return FileVisitResult.TERMINATE;
                }
                if (attributes.isRegularFile()) {
                    copy(item.entry() + file, file, false);
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) {
                note(
                        item.entry() + file,
                        SafeText.line(file.toString()),
                        Status.FAILED,
                        System.nanoTime(),
                        "it cannot be read");
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private void written(Item.Written item) throws IOException {
        long since = System.nanoTime();
        var out = begin(item.entry());
        var status = Status.COLLECTED;
        var note = "";
        try {
            item.writer().write(out, () -> stop.getAsBoolean() || out.cut());
            if (out.cut()) {
                status = Status.TRUNCATED;
                note = "cut off";
            }
        } catch (IOException | RuntimeException e) {
            status = Status.FAILED;
            note = e.getClass().getSimpleName() + ": " + e.getMessage();
        }
        end(item.source(), status, out, since, note);
    }

    private CappedOutput begin(String wanted) throws IOException {
        var name = SafeText.entryName(wanted);
        openEntry = name;
        for (int i = 2; !names.add(openEntry); i++) {
            openEntry = name + "~" + i;
        }
        zip.putNextEntry(new ZipEntry(openEntry));
        return new CappedOutput(zip, room());
    }

    private void end(String source, Status status, CappedOutput out, long since, String note) throws IOException {
        zip.closeEntry();
        total += out.written();
        done.add(new Collected(
                openEntry, source, status, out.written(), out.hash(), millis(since), SafeText.line(note)));
    }

    private void copy(InputStream in, CappedOutput out) throws IOException {
        for (int read = in.read(buffer); read >= 0 && !out.cut(); read = in.read(buffer)) {
            out.write(buffer, 0, read);
        }
    }

    private void note(String entry, String source, Status status, long since, String note) {
        done.add(new Collected(SafeText.entryName(entry), source, status, 0, "", millis(since), SafeText.line(note)));
    }

    private static long millis(long since) {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - since);
    }
}
