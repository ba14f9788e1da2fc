package dev.cordon.server.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.sqlite.SQLiteDataSource;

final class MigrationTest {

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenTheSchemaIsMadeThenItCountsAsCurrentUntilAScriptDiffers(Engine engine) {
        try (var database = engine.fresh()) {
            assertThat(current(database)).isTrue();
            database.write(sql -> sql.execute("UPDATE flyway_schema_history SET checksum = checksum + 1"));
            assertThat(current(database)).isFalse();
            database.write(sql -> sql.execute("UPDATE flyway_schema_history SET checksum = checksum - 1"));
            assertThat(current(database)).isTrue();
            database.write(sql -> sql.execute("DELETE FROM flyway_schema_history"));
            assertThat(current(database)).isFalse();
        }
    }

    @Test
    void whenAScriptIsAddedThenItIsInTheList() throws Exception {
        var script =
                Objects.requireNonNull(Migration.class.getResource("/db/migration/" + Migration.SCRIPTS.getFirst()));
        var files = Objects.requireNonNull(
                new File(script.toURI()).getAbsoluteFile().getParentFile());
        assertThat(files.list()).containsExactlyInAnyOrderElementsOf(Migration.SCRIPTS);
    }

    @Test
    void whenANewFileIsMadeThenItIsWhatFlywayWouldHaveMadeAndFlywayFindsNothingToDo(@TempDir Path directory)
            throws SQLException {
        var ours = source(directory.resolve("ours.db"));
        Migration.run(ours, Migration.Spelling.SQLITE);
        var flyways = source(directory.resolve("flyways.db"));
        Migration.migrate(flyways, Migration.Spelling.SQLITE);

        assertThat(schema(ours)).isNotEmpty().isEqualTo(schema(flyways));
        assertThat(history(ours)).hasSameSizeAs(Migration.SCRIPTS).isEqualTo(history(flyways));
        Migration.migrate(ours, Migration.Spelling.SQLITE);
        assertThat(history(ours)).isEqualTo(history(flyways));
    }

    @Test
    void whenTheFileHoldsSomethingElseThenItIsLeftToFlywayWhichRefusesIt(@TempDir Path directory) throws SQLException {
        var source = source(directory.resolve("other.db"));
        try (var connection = source.getConnection();
                var statement = connection.createStatement()) {
            statement.executeUpdate("CREATE TABLE somebody_elses (a INT)");
        }
        assertThatThrownBy(() -> Migration.run(source, Migration.Spelling.SQLITE))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("could not be brought up to date");
    }

    private static DataSource source(Path file) {
        var source = new SQLiteDataSource();
        source.setUrl("jdbc:sqlite:" + file);
        return source;
    }

    private static List<String> schema(DataSource source) throws SQLException {
        return rows(source, "SELECT type || ' ' || name || ' ' || coalesce(sql, '') FROM sqlite_schema ORDER BY 1");
    }

    private static List<String> history(DataSource source) throws SQLException {
        return rows(
                source,
                "SELECT concat_ws('|', installed_rank, version, description, type, script, checksum, installed_by,"
                        + " success) FROM flyway_schema_history ORDER BY installed_rank");
    }

    private static List<String> rows(DataSource source, String query) throws SQLException {
        try (var connection = source.getConnection();
                var statement = connection.createStatement();
                var rows = statement.executeQuery(query)) {
            var found = new ArrayList<String>();
            while (rows.next()) {
                found.add(rows.getString(1));
            }
            return found;
        }
    }

    private static boolean current(Database database) {
        return Objects.requireNonNull(database.<Boolean>write(sql -> sql.connectionResult(Migration::isCurrent)));
    }
}
