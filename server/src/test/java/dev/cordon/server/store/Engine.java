package dev.cordon.server.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The databases that every store test runs on. Use it with {@code @ParameterizedTest @EnumSource(Engine.class)}. The
 * schema is made once for a test run; what a test gets is a copy.
 */
public enum Engine {
    SQLITE {
        private @Nullable Path migrated;

        @Override
        public Database fresh() {
            try {
                var file = Files.createTempDirectory("cordon-store").resolve("cordon.db");
                Files.copy(migrated(), file);
                return SqliteDatabase.open(file);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private synchronized Path migrated() throws IOException {
            if (migrated == null) {
                var file = Files.createTempDirectory("cordon-store").resolve("migrated.db");
                SqliteDatabase.open(file).close(); // the last connection takes the log to the file
                migrated = file;
            }
            return migrated;
        }
    },
    POSTGRES {
        private @Nullable String migrated;

        @Override
        public Database fresh() {
            return open(PostgresCluster.shared().createDatabaseLike(migrated()));
        }

        private synchronized String migrated() {
            if (migrated == null) {
                var url = PostgresCluster.shared().createDatabase();
                open(url).close();
                migrated = url;
            }
            return migrated;
        }

        private Database open(String url) {
            return PostgresDatabase.open(url, "postgres", Optional.empty());
        }
    };

    /** A new, empty, migrated database; the caller closes it. */
    public abstract Database fresh();
}
