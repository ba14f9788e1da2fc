package dev.cordon.server.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.DriverManager;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A 201 says that the action is on disk: a database that is set to answer earlier is not taken at its word. */
final class PostgresDurabilityTest {

    @ParameterizedTest
    @CsvSource({"off, on", "local, local"})
    void whenTheDatabaseWouldAnswerBeforeTheDiskThenItIsToldNotTo(String set, String used) throws Exception {
        var url = PostgresCluster.shared().createDatabase();
        var name = url.substring(url.lastIndexOf('/') + 1);
        try (var connection = DriverManager.getConnection(url, "postgres", "");
                var statement = connection.createStatement()) {
            statement.execute("ALTER DATABASE " + name + " SET synchronous_commit = " + set);
        }
        try (var database = PostgresDatabase.open(url, "postgres", Optional.empty())) {
            for (int i = 0; i < 3; i++) {
                assertThat(setting(database, "synchronous_commit")).isEqualTo(used);
                assertThat(setting(database, "statement_timeout")).isEqualTo("10s");
                assertThatThrownBy(() -> database.write(sql -> {
                            throw new IllegalArgumentException("rolled back");
                        }))
                        .isInstanceOf(IllegalArgumentException.class);
            }
        }
    }

    private static String setting(Database database, String name) {
        return database.write(sql -> String.valueOf(sql.fetchValue("SELECT current_setting('" + name + "')")));
    }
}
