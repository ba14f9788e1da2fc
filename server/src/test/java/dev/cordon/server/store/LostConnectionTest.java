package dev.cordon.server.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** A PostgreSQL server that ends a connection is an outage, which passes, and no mistake of ours. */
final class LostConnectionTest {

    @Test
    void whenTheConnectionIsLostThenItIsTroubleOfTheStoreAndTheNextWorkGoesThrough() {
        try (var database = Engine.POSTGRES.fresh()) {
            assertThatThrownBy(() -> database.write(sql -> {
                        sql.execute("SELECT pg_terminate_backend(pg_backend_pid())");
                        return sql.execute("SELECT 1");
                    }))
                    .isInstanceOf(StoreException.class)
                    .hasMessageStartingWith("PostgreSQL did not answer");
            assertThatThrownBy(() -> database.read(sql -> sql.execute("SELECT pg_terminate_backend(pg_backend_pid())")))
                    .isInstanceOf(StoreException.class);
            int answer = database.read(sql -> sql.fetchSingle("SELECT 42").get(0, int.class));
            assertThat(answer).isEqualTo(42);
        }
    }
}
