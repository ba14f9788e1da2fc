package dev.cordon.server.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

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

    private static boolean current(Database database) {
        return Objects.requireNonNull(database.<Boolean>write(sql -> sql.connectionResult(Migration::isCurrent)));
    }
}
