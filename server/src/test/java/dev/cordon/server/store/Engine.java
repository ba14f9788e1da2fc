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
        @Override
        public Database fresh() {
            try {
                var file = Files.createTempDirectory("cordon-store").resolve("cordon.db");
                Files.copy(Migrated.file(), file);
                return SqliteDatabase.open(file);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    },
    POSTGRES {
        @Override
        public Database fresh() {
            return Migrated.open(PostgresCluster.shared().createDatabaseLike(Migrated.url()));
        }
    };

    /** A new, empty, migrated database; the caller closes it. */
    public abstract Database fresh();

    /** What is copied. */
    private static final class Migrated {

        private static @Nullable Path file;
        private static @Nullable String url;

        static synchronized Path file() throws IOException {
            if (file == null) {
                var made = Files.createTempDirectory("cordon-store").resolve("migrated.db");
                SqliteDatabase.open(made).close(); // the last connection takes the log to the file
                file = made;
            }
            return file;
        }

        static synchronized String url() {
            if (url == null) {
                var made = PostgresCluster.shared().createDatabase();
                open(made).close();
                url = made;
            }
            return url;
        }

        static Database open(String url) {
            return PostgresDatabase.open(url, "postgres", Optional.empty());
        }
    }
}
