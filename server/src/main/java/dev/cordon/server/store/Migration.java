package dev.cordon.server.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;

/**
 * Brings a database to the schema this version of Cordon expects. Loading Flyway costs more than all else at a start, so
 * it works only where something is to be decided: a database that has the schema already is recognized by a single
 * query, and a new SQLite file, which is this process' own, gets all scripts at once and the history that Flyway would
 * have written.
 */
final class Migration {

    /** The words that the two dialects spell differently, as the scripts use them. */
    enum Spelling {
        SQLITE("INTEGER PRIMARY KEY AUTOINCREMENT", "BLOB"),
        POSTGRES("BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY", "BYTEA");

        private final String identity;
        private final String bytes;

        Spelling(String identity, String bytes) {
            this.identity = identity;
            this.bytes = bytes;
        }
    }

    /** All scripts, in order. */
    static final List<String> SCRIPTS = List.of(
            "V1__foundation.sql",
            "V10__users.sql",
            "V11__application_credentials.sql",
            "V12__outside_issuers.sql",
            "V13__signing_key_rotation.sql",
            "V20__blocks.sql",
            "V21__objects.sql",
            "V30__events.sql",
            "V31__sign_in.sql",
            "V32__id_tokens.sql",
            "V33__quarantined_files.sql",
            "V40__outside_sign_in.sql",
            "V45__token_grants.sql",
            "V46__people.sql",
            "V47__outside_logout.sql");

    private static final String FOLDER = "/db/migration/";
    private static final Pattern SCRIPT_NAME = Pattern.compile("V(\\d+)__(\\w+)\\.sql");

    /** Flyway's own, for SQLite. */
    private static final String HISTORY = """
            CREATE TABLE "flyway_schema_history" (
                "installed_rank" INT NOT NULL PRIMARY KEY,
                "version" VARCHAR(50),
                "description" VARCHAR(200) NOT NULL,
                "type" VARCHAR(20) NOT NULL,
                "script" VARCHAR(1000) NOT NULL,
                "checksum" INT,
                "installed_by" VARCHAR(100) NOT NULL,
                "installed_on" TEXT NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f','now')),
                "execution_time" INT NOT NULL,
                "success" BOOLEAN NOT NULL
            );
            CREATE INDEX "flyway_schema_history_s_idx" ON "flyway_schema_history" ("success")""";

    private Migration() {}

    /** @throws SQLException if the database cannot be read */
    static void run(DataSource source, Spelling spelling) throws SQLException {
        try (var connection = source.getConnection()) {
            if (isCurrent(connection)) {
                return;
            }
            if (spelling == Spelling.SQLITE && isNew(connection)) {
                create(connection);
                return;
            }
        }
        migrate(source, spelling);
    }

    private static boolean isNew(Connection connection) throws SQLException {
        try (var statement = connection.createStatement();
                var objects = statement.executeQuery("SELECT 1 FROM sqlite_schema LIMIT 1")) {
            return !objects.next();
        }
    }

    /** In one transaction: after a crash the file is as new as before. */
    private static void create(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        try (var statement = connection.createStatement()) {
            statement.executeUpdate(HISTORY);
            for (var script : SCRIPTS) {
                statement.executeUpdate(String.join("\n", lines(script))
                        .replace("${identity}", Spelling.SQLITE.identity)
                        .replace("${bytes}", Spelling.SQLITE.bytes));
            }
        }
        try (var insert = connection.prepareStatement("INSERT INTO flyway_schema_history (installed_rank, version,"
                + " description, type, script, checksum, installed_by, execution_time, success)"
                + " VALUES (?, ?, ?, 'SQL', ?, ?, '', 0, TRUE)")) {
            for (var script : SCRIPTS) {
                var name = SCRIPT_NAME.matcher(script);
                if (!name.matches()) {
                    throw new IllegalStateException(script + " is no name of a script");
                }
                insert.setInt(1, SCRIPTS.indexOf(script) + 1);
                insert.setString(2, name.group(1));
                insert.setString(3, name.group(2).replace('_', ' '));
                insert.setString(4, script);
                insert.setInt(5, checksum(script));
                insert.executeUpdate();
            }
        }
        connection.commit();
        connection.setAutoCommit(true);
    }

    /** Whether exactly the scripts of this version have been run, as they are now. */
    static boolean isCurrent(Connection connection) throws SQLException {
        try (var tables =
                connection.getMetaData().getTables(null, connection.getSchema(), "flyway_schema_history", null)) {
            if (!tables.next()) {
                return false;
            }
        }
        var applied = new ArrayList<Applied>();
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery(
                        "SELECT script, checksum, success FROM flyway_schema_history ORDER BY installed_rank")) {
            while (rows.next()) {
                applied.add(new Applied(rows.getString(1), rows.getInt(2), rows.getBoolean(3)));
            }
        }
        return applied.equals(SCRIPTS.stream()
                .map(script -> new Applied(script, checksum(script), true))
                .toList());
    }

    private record Applied(String script, int checksum, boolean success) {}

    /** As Flyway computes it: CRC-32 of the lines without their ends. */
    private static int checksum(String script) {
        var checksum = new CRC32();
        lines(script).forEach(line -> checksum.update(line.getBytes(UTF_8)));
        return (int) checksum.getValue();
    }

    private static List<String> lines(String script) {
        try (var stream = requireNonNull(Migration.class.getResourceAsStream(FOLDER + script), script);
                var lines = new BufferedReader(new InputStreamReader(stream, UTF_8))) {
            return lines.lines().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @throws StoreException if a script fails, or the database holds what is not of these scripts */
    static void migrate(DataSource source, Spelling spelling) {
        try {
            Flyway.configure()
                    .dataSource(source)
                    .locations("classpath:db/migration")
                    .placeholders(Map.of("identity", spelling.identity, "bytes", spelling.bytes))
                    .load()
                    .migrate();
        } catch (FlywayException e) {
            throw new StoreException(
                    "The database schema could not be brought up to date: " + e.getMessage()
                            + " Restore the database from a backup, or start with the version of Cordon that wrote it.",
                    e);
        }
    }
}
