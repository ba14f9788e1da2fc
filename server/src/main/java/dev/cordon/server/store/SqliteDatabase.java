package dev.cordon.server.store;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.ProgressHandler;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;

/**
 * SQLite in write-ahead mode with full synchronization: what has been answered is on disk.
 *
 * <p><b>One writer, group commit.</b> A single platform thread owns the writing connection. Callers queue their work;
 * the thread takes all that waits, up to {@link #GROUP}, runs each in one transaction (in a savepoint, where there are
 * several), commits once, and only then answers. A piece of work that throws is rolled back to its savepoint and takes nobody with it; a commit that
 * fails fails everybody in the group, because none of it is on disk. Under load the cost of the disk's sync is thus
 * shared; alone, a caller pays for exactly one.
 *
 * <p><b>A few readers.</b> SQLite's native calls pin virtual threads, so reads run on their own platform threads, each
 * with a connection in read-only mode. A read that exceeds the time limit is interrupted inside SQLite.
 *
 * <p>Why not a connection pool: SQLite admits one writer anyway; a queue in front of it is fair and knows no busy
 * errors.
 */
public final class SqliteDatabase implements Database {

    private static final Logger LOG = LoggerFactory.getLogger(SqliteDatabase.class);

    /** Most pieces of work that share one commit. */
    private static final int GROUP = 64;

    /** Commits after which the log is worth taking to the file, and how long nobody must have written then. */
    private static final int COMMITS = 32;

    private static final Duration PAUSE = Duration.ofMillis(20);

    /** Pages, of 4 KiB, after which it is taken there all the same. */
    private static final int LONGEST_LOG = 8_000;

    private static final Duration FOR_EVER = Duration.ofDays(10_000);

    private static final int QUEUE = 10_000;
    private static final int READERS = 3;
    private static final Duration READ_LIMIT = Duration.ofSeconds(10);
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(30);

    private final Path file;
    private final Duration readLimit;
    private final BlockingQueue<Task<?>> writes = new ArrayBlockingQueue<>(QUEUE);
    private final BlockingQueue<Task<?>> reads = new ArrayBlockingQueue<>(QUEUE);

    /** What a thread that meets it ends at: all that was taken on before the store closed stands in front of it. */
    private final Task<?> end = new Task<>(sql -> 0);

    private final List<Thread> threads = new ArrayList<>();
    private final AtomicLong commits = new AtomicLong();
    private volatile boolean closed;

    private SqliteDatabase(Path file, Duration readLimit) {
        this.file = file;
        this.readLimit = readLimit;
    }

    /** Opens the file, made if missing, and brings its schema up to date. */
    public static SqliteDatabase open(Path file) {
        return open(file, READ_LIMIT);
    }

    /** As {@link #open(Path)}, with a time limit of the caller's for one read. */
    static SqliteDatabase open(Path file, Duration readLimit) {
        var database = new SqliteDatabase(file, readLimit);
        try {
            connect(file, false).close(); // a damaged or unwritable file is told here, in our own words
            Migration.run(source(file), Migration.Spelling.SQLITE);
            writeStatistics(file);
            database.start("cordon-store-writer", connect(file, false), database::writeLoop);
            for (int i = 1; i <= READERS; i++) {
                database.start("cordon-store-reader-" + i, connect(file, true), database::readLoop);
            }
        } catch (SQLException e) {
            database.close();
            throw SqliteTrouble.told(file, e);
        }
        return database;
    }

    @Override
    public <T> T write(Work<T> work) {
        return submit(writes, work);
    }

    @Override
    public <T> T read(Work<T> work) {
        return submit(reads, work);
    }

    @Override
    public long commits() {
        return commits.get();
    }

    @Override
    public void close() {
        closed = true;
        try {
            for (var queue : List.of(writes, reads)) {
                if (!queue.contains(end) && !queue.offer(end, CLOSE_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                    LOG.atWarn().log("store-closed-while-busy");
                }
            }
            for (var thread : threads) {
                thread.join(CLOSE_LIMIT);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private <T> T submit(BlockingQueue<Task<?>> queue, Work<T> work) {
        if (threads.contains(Thread.currentThread())) {
            throw new IllegalStateException("database work must not call the database again: use the context it got");
        }
        if (closed) {
            throw new StoreException("The database is closed: the server is shutting down.", null);
        }
        var task = new Task<>(work);
        if (!queue.offer(task)) {
            throw new StoreException("The database is overloaded: " + QUEUE + " requests wait. Try again later.", null);
        }
        if (closed && queue.remove(task)) {
            throw new StoreException("The database is closed: the server is shutting down.", null);
        }
        try {
            return task.done.join();
        } catch (CompletionException e) {
            throw unwrap(e);
        }
    }

    private static RuntimeException unwrap(CompletionException e) {
        if (e.getCause() instanceof RuntimeException cause) {
            cause.addSuppressed(new RuntimeException("called from here"));
            return cause;
        }
        return e;
    }

    private void start(String name, Connection connection, Loop loop) {
        threads.add(Thread.ofPlatform().name(name).daemon().start(() -> {
            try (connection) {
                loop.run(connection);
            } catch (SQLException e) {
                throw SqliteTrouble.told(file, e);
            }
        }));
    }

    private void writeLoop(Connection raw) throws SQLException {
        var connection = new KeptStatements(raw);
        var sql = Sql.over(connection, SQLDialect.SQLITE);
        var group = new ArrayList<Task<?>>(GROUP);
        execute(connection, "PRAGMA wal_autocheckpoint = " + LONGEST_LOG);
        int commits = 0;
        while (true) {
            switch (take(writes, group, GROUP, commits >= COMMITS ? PAUSE : FOR_EVER)) {
                case WORK -> {
                    commitTogether(connection, sql, group);
                    group.clear();
                    commits++;
                }
                case NOTHING -> {
                    checkpoint(connection);
                    commits = 0;
                }
                case END -> {
                    return;
                }
            }
        }
    }

    /** Takes what was committed from the log to the file while nobody waits: else a commit now and then would have to. */
    private static void checkpoint(Connection connection) {
        try {
            execute(connection, "PRAGMA wal_checkpoint(PASSIVE)");
        } catch (SQLException e) {
            // nothing is lost, the log only grows; a disk that is full fails the next commit in its own words
            LOG.atDebug().setCause(e).log("checkpoint-failed");
        }
    }

    private void commitTogether(Connection connection, DSLContext sql, List<Task<?>> group) {
        try {
            executeKept(connection, "BEGIN IMMEDIATE");
            if (group.size() == 1) {
                executeKept(connection, group.getFirst().run(sql) ? "COMMIT" : "ROLLBACK");
            } else {
                for (var task : group) {
                    executeKept(connection, "SAVEPOINT work");
                    if (!task.run(sql)) {
                        executeKept(connection, "ROLLBACK TO work");
                    }
                    executeKept(connection, "RELEASE work");
                }
                executeKept(connection, "COMMIT");
            }
        } catch (SQLException | RuntimeException e) {
            rollback(connection, e);
            commits.incrementAndGet();
            var trouble = SqliteTrouble.told(file, e);
            group.forEach(task -> task.fail(trouble));
            return;
        }
        commits.incrementAndGet();
        group.forEach(Task::answer);
    }

    private static void rollback(Connection connection, Exception reason) {
        try {
            executeKept(connection, "ROLLBACK");
        } catch (SQLException e) {
            // SQLite has already rolled back by itself after some errors, a full disk among them
            reason.addSuppressed(e);
        }
    }

    private void readLoop(Connection raw) throws SQLException {
        var connection = new KeptStatements(raw);
        var sql = Sql.over(connection, SQLDialect.SQLITE);
        var deadline = new long[1];
        ProgressHandler.setHandler(raw, 100_000, new ProgressHandler() {
            @Override
            protected int progress() {
                return System.nanoTime() - deadline[0] > 0 ? 1 : 0;
            }
        });
        var one = new ArrayList<Task<?>>(1);
        while (take(reads, one, 1, FOR_EVER) == Taken.WORK) {
            var task = one.removeFirst();
            deadline[0] = System.nanoTime() + readLimit.toNanos();
            try {
                executeKept(connection, "BEGIN");
                task.run(sql);
                deadline[0] = System.nanoTime() + readLimit.toNanos();
                executeKept(connection, "ROLLBACK");
                task.answer();
            } catch (SQLException e) {
                task.fail(SqliteTrouble.told(file, e));
            }
        }
    }

    private enum Taken {
        WORK,
        NOTHING,
        END
    }

    /** Takes what waits, or waits for it; the end is left in the queue, for the other threads. */
    private Taken take(BlockingQueue<Task<?>> queue, List<Task<?>> into, int most, Duration patience) {
        try {
            var first = queue.poll(patience.toNanos(), TimeUnit.NANOSECONDS);
            if (first == null) {
                return Taken.NOTHING;
            }
            into.add(first);
            queue.drainTo(into, most - 1);
            if (into.remove(end)) {
                queue.put(end);
            }
            return into.isEmpty() ? Taken.END : Taken.WORK;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Taken.END;
        }
    }

    private static void execute(Connection connection, String statement) throws SQLException {
        try (var s = connection.createStatement()) {
            s.execute(statement);
        }
    }

    /** The same for what comes again and again and returns no rows. */
    private static void executeKept(Connection connection, String statement) throws SQLException {
        try (var s = connection.prepareStatement(statement)) {
            s.execute();
        }
    }

    private static void writeStatistics(Path file) throws SQLException {
        try (var connection = connect(file, false)) {
            SqliteStatistics.write(connection);
        }
    }

    private static Connection connect(Path file, boolean readOnly) throws SQLException {
        var connection = source(file).getConnection();
        if (readOnly) {
            execute(connection, "PRAGMA query_only = 1");
        }
        return connection;
    }

    private static SQLiteDataSource source(Path file) {
        var config = new SQLiteConfig();
        config.setJournalMode(SQLiteConfig.JournalMode.WAL);
        config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
        config.enforceForeignKeys(true);
        config.setBusyTimeout(5_000);
        config.setTransactionMode(SQLiteConfig.TransactionMode.IMMEDIATE);
        var source = new SQLiteDataSource(config);
        source.setUrl("jdbc:sqlite:" + file);
        return source;
    }

    /** What a connection's thread does until the store closes. */
    private interface Loop {
        void run(Connection connection) throws SQLException;
    }

    /** Work and the caller that waits for it. The result is kept back until the commit. */
    private final class Task<T> {
        private final Work<T> work;
        private final CompletableFuture<T> done = new CompletableFuture<>();
        private @Nullable T result;
        private @Nullable RuntimeException failure;

        Task(Work<T> work) {
            this.work = work;
        }

        /** Runs the work and tells whether its changes may stay. */
        boolean run(DSLContext sql) {
            try {
                result = work.run(sql);
                return true;
            } catch (org.jooq.exception.DataAccessException e) {
                failure = e.getCause() instanceof SQLException cause
                                && !e.sqlStateClass().name().startsWith("C23")
                        ? SqliteTrouble.told(file, cause)
                        : e;
                return false;
            } catch (RuntimeException e) {
                failure = e;
                return false;
            }
        }

        void answer() {
            if (failure == null) {
                done.complete(result);
            } else {
                done.completeExceptionally(failure);
            }
        }

        void fail(RuntimeException reason) {
            done.completeExceptionally(failure == null ? reason : failure);
        }
    }
}
