package dev.cordon.server.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.table;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.jooq.DSLContext;
import org.jooq.impl.SQLDataType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class DatabaseTest {

    private @Nullable Database opened;

    @AfterEach
    void close() {
        if (opened != null) {
            opened.close();
        }
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenWorkThrowsThenNothingOfItStaysAndOthersAreUntouched(Engine engine) {
        var database = open(engine);
        insert(database, "kept");
        assertThatThrownBy(() -> database.write(sql -> {
                    insert(sql, "lost");
                    throw new IllegalArgumentException("changed my mind");
                }))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("changed my mind");
        assertThat(names(database)).containsExactly("kept");
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenManyWriteAtOnceThenEachIsThereOnceItReturned(Engine engine) {
        var database = open(engine);
        try (var pool = Executors.newVirtualThreadPerTaskExecutor()) {
            var writers = IntStream.range(0, 200)
                    .mapToObj(i -> CompletableFuture.runAsync(
                            () -> {
                                var name = "n%03d".formatted(i);
                                insert(database, name);
                                assertThat(names(database)).contains(name);
                            },
                            pool))
                    .toArray(CompletableFuture<?>[]::new);
            CompletableFuture.allOf(writers).join();
        }
        assertThat(names(database)).hasSize(200);
    }

    private Database open(Engine engine) {
        var database = engine.fresh();
        opened = database;
        return database;
    }

    private static void insert(Database database, String name) {
        database.write(sql -> insert(sql, name));
    }

    private static int insert(DSLContext sql, String name) {
        return sql.insertInto(table(name("tenants")))
                .set(field(name("id"), SQLDataType.CLOB), name)
                .set(field(name("display_name"), SQLDataType.CLOB), name)
                .set(field(name("settings"), SQLDataType.CLOB), "{}")
                .set(field(name("created_at"), SQLDataType.BIGINT), 1L)
                .set(field(name("audit_number"), SQLDataType.BIGINT), 0L)
                .set(field(name("audit_hash"), SQLDataType.BLOB), new byte[32])
                .execute();
    }

    private static List<String> names(Database database) {
        return database.read(sql -> sql.select(field(name("id"), SQLDataType.CLOB))
                .from(table(name("tenants")))
                .orderBy(field(name("id")))
                .fetch(0, String.class));
    }
}
