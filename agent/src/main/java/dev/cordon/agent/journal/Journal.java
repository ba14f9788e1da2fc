package dev.cordon.agent.journal;

import dev.cordon.agent.journal.wire.Entry;
import dev.cordon.agent.journal.wire.Record;
import dev.cordon.agent.log.Log;
import dev.cordon.agent.storage.DurableFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The agent's memory: an append-only file of transactions, each on disk before anything else happens because of it.
 *
 * <p>{@link #write} either returns with the transaction on disk and in the state, or throws and neither has changed; a
 * disk that is full can be tried again later. The file is rewritten in one step when it has grown far beyond what it
 * has to say. One process owns a journal (see {@code StateDirectory.tryLock}); within it, any thread may read and
 * write.
 */
public final class Journal implements AutoCloseable {

    private static final String FILE = "journal.log";
    private static final long COMPACT_ABOVE = 256 * 1024;
    private static final long MAX_FILE = 64L * 1024 * 1024;

    private final ReentrantLock lock = new ReentrantLock();
    private final Path path;
    private final JournalFile.Opener opener;
    private final Log log;
    private final JournalState state = new JournalState();
    private JournalFile file;
    private long size;
    private long compactAbove = COMPACT_ABOVE;
    private final Record.Builder noted = Record.newBuilder();
    private boolean tailUnknown;

    private Journal(Path path, JournalFile.Opener opener, Log log, JournalFile file) {
        this.path = path;
        this.opener = opener;
        this.log = log;
        this.file = file;
    }

    /** Opens the journal in this directory, or starts one; cuts off a record that was never finished. */
    public static Journal open(Path directory, Log log) throws JournalException {
        return open(directory, log, JournalFile::onDisk);
    }

    static Journal open(Path directory, Log log, JournalFile.Opener opener) throws JournalException {
        var path = directory.resolve(FILE);
        try {
            Files.createDirectories(directory);
            var journal = new Journal(path, opener, log, opener.open(path));
            try {
                journal.recover();
            } catch (IOException | JournalException | RuntimeException e) {
                journal.close();
                throw e;
            }
            return journal;
        } catch (IOException e) {
            throw unreadable(path, e);
        } catch (JournalException | IllegalStateException e) {
            throw unreadable(path, e);
        }
    }

    private static JournalException unreadable(Path path, Exception cause) {
        return new JournalException(
                "the journal " + path + " cannot be used: " + cause.getMessage()
                        + ". Free disk space or restore the state directory from a backup; if neither helps, delete the"
                        + " state directory and enroll this machine again",
                cause);
    }

    /** Looks at a journal that another process may be using, without changing it. */
    public static <T> T peek(Path directory, Function<JournalState, T> question) throws JournalException {
        var path = directory.resolve(FILE);
        var state = new JournalState();
        try {
            if (Files.exists(path)) {
                Records.decode(Files.readAllBytes(path)).records().forEach(state::apply);
            }
        } catch (IOException | JournalException e) {
            throw unreadable(path, e);
        }
        return question.apply(state);
    }

    private void recover() throws IOException, JournalException {
        if (Files.size(path) > MAX_FILE) {
            throw new JournalException("it is larger than any journal should be", null);
        }
        var bytes = file.read();
        var content = Records.decode(bytes);
        content.records().forEach(state::apply);
        size = content.good();
        if (size < bytes.length) {
            log.warn("journal-tail-cut", "file", path, "bytes", bytes.length - size, "kept", size);
            file.truncate(size);
            file.sync();
        }
        if (size == 0) {
            file.write(0, ByteBuffer.wrap(Records.MAGIC));
            file.sync();
            size = Records.MAGIC.length;
            DurableFiles.syncDirectory(path);
        }
    }

    /** Asks the state something. */
    public <T extends @Nullable Object> T read(Function<JournalState, T> question) {
        lock.lock();
        try {
            return question.apply(state);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Runs a piece of work and writes what it collected, as one record, to the disk.
     *
     * @throws JournalException if it could not be written; nothing of it has happened then
     */
    public <T extends @Nullable Object> T write(Function<Transaction, T> work) throws JournalException {
        lock.lock();
        try {
            var transaction = new Transaction(state);
            T result = work.apply(transaction);
            var record = transaction.record();
            if (record.getEntriesCount() > 0) {
                append(record);
                state.apply(record);
                compactWhenLarge();
            }
            return result;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Notes that the server has a report. Written with the next transaction, not at once: forgetting it costs only a
     * repetition that the server recognizes.
     */
    public void confirmed(long reportNumber) {
        lock.lock();
        try {
            if (state.report(reportNumber).isPresent()) {
                var entry = Entry.newBuilder().setConfirmed(reportNumber);
                noted.addEntries(entry);
                state.apply(Record.newBuilder().addEntries(entry).build());
            }
        } finally {
            lock.unlock();
        }
    }

    private void append(Record record) throws JournalException {
        var bytes = Records.encode(noted.clone().mergeFrom(record).build());
        int length = bytes.remaining();
        try {
            if (tailUnknown) {
                file.truncate(size);
                tailUnknown = false;
            }
            tailUnknown = true;
            file.write(size, bytes);
            file.sync();
            tailUnknown = false;
            size += length;
            noted.clear();
        } catch (IOException e) {
            cutTail();
            throw new JournalException(
                    "the journal " + path + " cannot be written (" + e.getMessage() + "); free space on its disk", e);
        }
    }

    private void cutTail() {
        try {
            file.truncate(size);
            file.sync();
            tailUnknown = false;
        } catch (IOException e) {
            log.warn(e, "journal-tail-not-cut", "file", path);
        }
    }

    private void compactWhenLarge() {
        if (size <= compactAbove) {
            return;
        }
        var snapshot = state.snapshot();
        var next = path.resolveSibling(FILE + ".new");
        try {
            Files.deleteIfExists(next);
            var compacted = opener.open(next);
            long written;
            try {
                written = writeAll(compacted, snapshot);
                Files.move(next, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } catch (IOException e) {
                compacted.close();
                throw e;
            }
            var old = file;
            file = compacted;
            size = written;
            noted.clear();
            old.close();
            DurableFiles.syncDirectory(path);
        } catch (IOException e) {
            log.warn(e, "journal-not-compacted", "file", path, "bytes", size);
        }
        compactAbove = Math.max(COMPACT_ABOVE, size * 4);
    }

    private static long writeAll(JournalFile to, List<Record> records) throws IOException {
        to.write(0, ByteBuffer.wrap(Records.MAGIC));
        long at = Records.MAGIC.length;
        for (var record : records) {
            var bytes = Records.encode(record);
            int length = bytes.remaining();
            to.write(at, bytes);
            at += length;
        }
        to.sync();
        return at;
    }

    @Override
    public void close() {
        lock.lock();
        try {
            if (noted.getEntriesCount() > 0) {
                append(Record.getDefaultInstance());
            }
        } catch (JournalException e) {
            log.warn(e, "journal-confirmations-lost", "file", path);
        }
        try {
            file.close();
        } catch (IOException e) {
            log.warn(e, "journal-not-closed", "file", path);
        } finally {
            lock.unlock();
        }
    }
}
