package dev.cordon.server.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/**
 * Tells SQLite's planner what the large tables will look like.
 *
 * <p>Without statistics SQLite takes an equality on the first column of an index to leave ten rows. Here that column is
 * the tenant, and leaves all of them: a poll for three actions by id walked the whole history. Measuring with
 * {@code ANALYZE} says nothing on a young database and costs on an old one, so the figures are stated; plans are thereby
 * the same on every server. See "The ANALYZE Command", section 2.1, and {@code sqlite_stat1} in SQLite's file format:
 * rows in the table, then rows for one value of the first column, of the first two, and so on.
 */
final class SqliteStatistics {

    private static final List<Figure> FIGURES = List.of(
            new Figure("machine_actions", "sqlite_autoindex_machine_actions_1", "1000000 1"),
            new Figure("machine_actions", "machine_actions_by_created", "1000000 200000 1 1"),
            new Figure("machine_actions", "machine_actions_by_updated", "1000000 200000 1 1"),
            new Figure("machine_actions", "machine_actions_by_status", "1000000 200000 50000 1 1"),
            new Figure("machine_actions", "machine_actions_by_type", "1000000 200000 50000 1 1"),
            new Figure("machine_actions", "machine_actions_by_machine", "1000000 200000 20 1 1"),
            new Figure("machine_actions", "machine_actions_by_requestor", "1000000 200000 50000 1 1"),
            new Figure("machine_actions", "machine_actions_open", "1000 200 1 1"),
            new Figure("machine_actions", "machine_actions_by_expiry", "1000 1"),
            new Figure("machines", "sqlite_autoindex_machines_1", "100000 20000 1"),
            new Figure("machines", "machines_by_name", "100000 20000 1"),
            new Figure("machines", "machines_by_last_seen", "100000 20000 1"),
            new Figure("machines", "machines_by_health", "100000 20000 5000 1"),
            new Figure("machines", "machines_by_address", "100000 20000 2"));

    private SqliteStatistics() {}

    /** Writes the figures; connections that are opened afterwards plan by them. */
    static void write(Connection connection) throws SQLException {
        try (var statement = connection.createStatement()) {
            // makes the table of statistics; the analyzed one holds a few rows at most
            statement.execute("ANALYZE server_keys");
            statement.execute("DELETE FROM sqlite_stat1");
        }
        try (var insert = connection.prepareStatement("INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES (?, ?, ?)")) {
            for (var figure : FIGURES) {
                insert.setString(1, figure.table());
                insert.setString(2, figure.index());
                insert.setString(3, figure.rows());
                insert.execute();
            }
        }
    }

    /** A row of {@code sqlite_stat1}. */
    private record Figure(String table, String index, String rows) {}
}
