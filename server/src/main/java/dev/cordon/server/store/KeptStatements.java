package dev.cordon.server.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import org.jooq.tools.jdbc.DefaultConnection;
import org.jooq.tools.jdbc.DefaultPreparedStatement;

/**
 * A connection of SQLite that keeps the statements it has prepared, so that the same text is compiled once. For one
 * thread. A statement whose text is prepared again while it is in use gets a twin; one that failed is given up.
 */
final class KeptStatements extends DefaultConnection {

    private static final int MOST = 200;

    private final LinkedHashMap<String, PreparedStatement> free = new LinkedHashMap<>(MOST, 0.75f, true);

    KeptStatements(Connection connection) {
        super(connection);
    }

    @Override
    public PreparedStatement prepareStatement(String sql) throws SQLException {
        var kept = free.remove(sql);
        return new Lent(sql, kept == null ? getDelegate().prepareStatement(sql) : kept);
    }

    private void comesBack(String sql, PreparedStatement statement) throws SQLException {
        statement.clearParameters();
        var twin = free.put(sql, statement);
        if (twin != null) {
            twin.close();
        }
        if (free.size() > MOST) {
            var oldest = free.pollFirstEntry();
            oldest.getValue().close();
        }
    }

    private final class Lent extends DefaultPreparedStatement {

        private final String sql;
        private boolean back;
        private boolean failed;

        Lent(String sql, PreparedStatement statement) {
            super(statement, KeptStatements.this);
            this.sql = sql;
        }

        @Override
        public boolean execute() throws SQLException {
            return noting(getDelegate()::execute);
        }

        @Override
        public ResultSet executeQuery() throws SQLException {
            return noting(getDelegate()::executeQuery);
        }

        @Override
        public int executeUpdate() throws SQLException {
            return noting(getDelegate()::executeUpdate);
        }

        @Override
        public int[] executeBatch() throws SQLException {
            return noting(getDelegate()::executeBatch);
        }

        private <T> T noting(Execution<T> execution) throws SQLException {
            failed = true;
            var result = execution.run();
            failed = false;
            return result;
        }

        @Override
        public void close() throws SQLException {
            if (!back) {
                back = true;
                if (failed) {
                    getDelegate().close();
                } else {
                    comesBack(sql, getDelegate());
                }
            }
        }

        @Override
        public boolean isClosed() {
            return back;
        }
    }

    private interface Execution<T> {
        T run() throws SQLException;
    }
}
