package dev.cordon.server.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jooq.SQLDialect;
import org.jooq.exception.DataAccessException;

/**
 * PostgreSQL behind a connection pool, for several servers and gateways that share one store.
 *
 * <p>Writes run in read-committed transactions; what must be serial (a machine's sequence, a tenant's audit chain) is
 * serialized by updating one row first, in the same way on SQLite. A transaction that the database gives up because of
 * a deadlock or a serialization failure is run again, at most {@link #ATTEMPTS} times. The pool bounds the connections;
 * a caller that gets none in time is told so.
 */
public final class PostgresDatabase implements Database {

    private static final int ATTEMPTS = 5;
    private static final Duration STATEMENT_LIMIT = Duration.ofSeconds(10);
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(10);

    /** What has been answered must outlive a power cut, whatever the cluster, the database or the user is set to. */
    private static final String COMMITS_REACH_THE_DISK = "SELECT set_config('synchronous_commit', 'on', false)"
            + " WHERE current_setting('synchronous_commit') = 'off'";

    private final HikariDataSource pool;
    private final AtomicLong commits = new AtomicLong();

    private PostgresDatabase(HikariDataSource pool) {
        this.pool = pool;
    }

    /**
     * Connects and brings the schema up to date.
     *
     * @param url a {@code jdbc:postgresql:} URL
     * @param password empty where the database asks for none
     */
    public static PostgresDatabase open(String url, String user, Optional<String> password) {
        var config = new HikariConfig();
        config.setJdbcUrl(url);
        config.setUsername(user);
        password.ifPresent(config::setPassword);
        config.setMaximumPoolSize(16);
        config.setMinimumIdle(2);
        config.setConnectionTimeout(CONNECT_LIMIT.toMillis());
        config.setAutoCommit(false);
        config.setIsolateInternalQueries(
                true); // or the settings below would end with the first work that is rolled back
        config.setConnectionInitSql(
                "SET statement_timeout = " + STATEMENT_LIMIT.toMillis() + "; " + COMMITS_REACH_THE_DISK);
        config.setPoolName("cordon-store");
        try {
            var pool = new HikariDataSource(config);
            Migration.run(pool, Migration.Spelling.POSTGRES);
            return new PostgresDatabase(pool);
        } catch (SQLException e) {
            throw new StoreException(
                    "PostgreSQL at " + url + " did not let its schema be read: " + e.getMessage()
                            + " Check what the user may do there.",
                    e);
        } catch (HikariPool.PoolInitializationException e) {
            throw new StoreException(
                    "PostgreSQL at " + url + " cannot be reached as " + user + ": " + e.getMessage()
                            + " Check that it runs and that the user may connect.",
                    e);
        }
    }

    @Override
    public <T> T write(Work<T> work) {
        for (int attempt = 1; ; attempt++) {
            try {
                return transact(work);
            } catch (DataAccessException e) {
                if (attempt == ATTEMPTS || !mayPassNextTime(e)) {
                    throw e;
                }
            } finally {
                commits.incrementAndGet(); // also after trouble: who lost the connection cannot know
            }
        }
    }

    @Override
    public long commits() {
        return commits.get();
    }

    @Override
    public <T> T read(Work<T> work) {
        return transact(work);
    }

    @Override
    public void close() {
        pool.close();
    }

    private <T> T transact(Work<T> work) {
        try (Connection connection = pool.getConnection()) {
            try {
                T result = work.run(Sql.over(connection, SQLDialect.POSTGRES));
                connection.commit();
                return result;
            } catch (RuntimeException | SQLException e) {
                rollBack(connection, e);
                throw e;
            }
        } catch (DataAccessException e) {
            throw isLost(e) ? lost(e) : e;
        } catch (SQLException e) {
            throw lost(e);
        }
    }

    /** What went wrong first is what counts, also where the connection is gone and there is nothing to roll back. */
    private static void rollBack(Connection connection, Exception reason) {
        try {
            connection.rollback();
        } catch (SQLException e) {
            reason.addSuppressed(e);
        }
    }

    private static StoreException lost(Exception e) {
        return new StoreException(
                "PostgreSQL did not answer: " + e.getMessage() + " Nothing is known to have changed.", e);
    }

    /**
     * Whether the connection, not the statement, is to blame: class 08, and what a server that is shutting down or
     * starting says (57P01 to 57P03).
     */
    private static boolean isLost(DataAccessException e) {
        var state = e.sqlState();
        return state.startsWith("08") || state.matches("57P0[123]");
    }

    /** Serialization failure and deadlock, classes 40001 and 40P01 of the PostgreSQL manual's error codes. */
    private static boolean mayPassNextTime(DataAccessException e) {
        var state = e.sqlState();
        return state.equals("40001") || state.equals("40P01");
    }
}
