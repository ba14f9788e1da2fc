package dev.cordon.server.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.Optional;

/** The databases that every store test runs on. Use it with {@code @ParameterizedTest @EnumSource(Engine.class)}. */
public enum Engine {
    SQLITE {
        @Override
        public Database fresh() {
            try {
                return SqliteDatabase.open(
                        Files.createTempDirectory("cordon-store").resolve("cordon.db"));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    },
    POSTGRES {
        @Override
        public Database fresh() {
            return PostgresDatabase.open(PostgresCluster.shared().createDatabase(), "postgres", Optional.empty());
        }
    };

    /** A new, empty, migrated database; the caller closes it. */
    public abstract Database fresh();
}
