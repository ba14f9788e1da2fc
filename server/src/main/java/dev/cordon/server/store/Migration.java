package dev.cordon.server.store;

import java.util.Map;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;

/** Brings a database to the schema this version of Cordon expects. */
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

    private Migration() {}

    static void run(DataSource source, Spelling spelling) {
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
