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
import java.util.zip.CRC32;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;

/**
 * Brings a database to the schema this version of Cordon expects. One that has it already, which is every start but the
 * first after an installation, is recognized by a single query: loading Flyway costs more than all else at start.
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
            "V45__token_grants.sql");

    private static final String FOLDER = "/db/migration/";

    private Migration() {}

    /** @throws SQLException if the database cannot be read */
    static void run(DataSource source, Spelling spelling) throws SQLException {
        try (var connection = source.getConnection()) {
            if (isCurrent(connection)) {
                return;
            }
        }
        migrate(source, spelling);
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
        try (var stream = requireNonNull(Migration.class.getResourceAsStream(FOLDER + script), script);
                var lines = new BufferedReader(new InputStreamReader(stream, UTF_8))) {
            lines.lines().forEach(line -> checksum.update(line.getBytes(UTF_8)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return (int) checksum.getValue();
    }

    private static void migrate(DataSource source, Spelling spelling) {
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
