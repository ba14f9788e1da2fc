package dev.cordon.server.store;

import org.jooq.DSLContext;

/**
 * The relational store. Features hand it pieces of work; it decides on which connection and thread they run.
 *
 * <p>All methods may be called from any thread, virtual ones included; JDBC itself runs on platform threads. Work must
 * not block on anything but the database, and must not call the database again from inside.
 *
 * @see SqliteDatabase
 * @see PostgresDatabase
 */
public interface Database extends AutoCloseable {

    /**
     * Runs work in one transaction and returns once its commit is on disk. A {@link RuntimeException} rolls back all of
     * it and is rethrown as it is; trouble of the store itself is a {@link StoreException} that says what to do.
     */
    <T> T write(Work<T> work);

    /** Runs work that only reads, on a consistent snapshot, within the store's query time limit. */
    <T> T read(Work<T> work);

    /**
     * A number that grows with every commit of this process, before the caller of {@link #write} hears of it: what was
     * read after this number was asked for is up to date as long as the number stays. What other servers on the same
     * PostgreSQL commit does not count.
     */
    long commits();

    @Override
    void close();

    /** A piece of work on the database. It must neither keep nor leak the context. */
    @FunctionalInterface
    interface Work<T> {
        T run(DSLContext sql);
    }
}
