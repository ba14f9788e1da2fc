package dev.cordon.server.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.name;

import dev.cordon.server.audit.HashChainedAuditLog.Verification;
import dev.cordon.server.store.Database;
import dev.cordon.server.store.Engine;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.jooq.impl.SQLDataType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class HashChainedAuditLogTest {

    private static final String TENANT = "0f7c4a3e-24f6-4c67-9d7c-5a1b1c6d2e01";
    private static final String NEIGHBOUR = "0f7c4a3e-24f6-4c67-9d7c-5a1b1c6d2e02";

    private final HashChainedAuditLog log =
            new HashChainedAuditLog(InstantSource.fixed(Instant.parse("2026-03-01T10:00:00Z")));
    private @Nullable Database opened;

    @AfterEach
    void close() {
        if (opened != null) {
            opened.close();
        }
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenManyAppendAtOnceThenTheChainHasNoGapAndHolds(Engine engine) {
        var database = open(engine);
        try (var pool = Executors.newVirtualThreadPerTaskExecutor()) {
            CompletableFuture.allOf(IntStream.range(0, 60)
                            .mapToObj(i -> CompletableFuture.runAsync(() -> append(database, "e" + i), pool))
                            .toArray(CompletableFuture<?>[]::new))
                    .join();
        }
        assertThat(verify(database))
                .isInstanceOfSatisfying(
                        Verification.Intact.class,
                        intact -> assertThat(intact.entries()).isEqualTo(60));
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenNothingWasWrittenThenTheChainHolds(Engine engine) {
        assertThat(verify(open(engine))).isEqualTo(new Verification.Intact(0, "0".repeat(64)));
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenAnyFieldOfAnEntryIsChangedThenItsNumberIsFound(Engine engine) {
        var database = open(engine);
        IntStream.range(0, 5).forEach(i -> append(database, "e" + i));
        for (var column : List.of("actor", "event", "subject", "detail")) {
            var field = field(name(column), SQLDataType.CLOB);
            var before = database.write(sql -> {
                var was = Objects.requireNonNull(sql.select(field)
                        .from(AuditTables.ENTRIES)
                        .where(AuditTables.NUMBER.eq(3L))
                        .fetchSingle(field));
                sql.update(AuditTables.ENTRIES)
                        .set(field, was + " ")
                        .where(AuditTables.NUMBER.eq(3L))
                        .execute();
                return was;
            });
            assertThat(verify(database)).as(column).isEqualTo(new Verification.Broken(3));
            database.write(sql -> sql.update(AuditTables.ENTRIES)
                    .set(field, before)
                    .where(AuditTables.NUMBER.eq(3L))
                    .execute());
            assertThat(verify(database)).isInstanceOf(Verification.Intact.class);
        }
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenEntriesAreTakenOutThenTheFirstMissingNumberIsFound(Engine engine) {
        var database = open(engine);
        IntStream.range(0, 5).forEach(i -> append(database, "e" + i));
        delete(database, 5);
        assertThat(verify(database)).isEqualTo(new Verification.Broken(5));
        delete(database, 2);
        assertThat(verify(database)).isEqualTo(new Verification.Broken(2));
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenTheEndIsCutOffTogetherWithTheHeadsNumberThenItShows(Engine engine) {
        var database = open(engine);
        IntStream.range(0, 5).forEach(i -> append(database, "e" + i));
        delete(database, 5);
        database.write(sql -> sql.update(AuditTables.TENANTS)
                .set(AuditTables.AUDIT_NUMBER, 4L)
                .where(AuditTables.ID.eq(TENANT))
                .execute());
        assertThat(verify(database)).isEqualTo(new Verification.Broken(4));
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenTwoTenantsWriteThenEachHasAChainOfItsOwn(Engine engine) {
        var database = open(engine);
        append(database, "ours");
        database.write(sql -> {
            log.append(sql, NEIGHBOUR, "server", "theirs", "x", Map.of());
            return true;
        });
        assertThat(verify(database))
                .isInstanceOfSatisfying(
                        Verification.Intact.class,
                        intact -> assertThat(intact.entries()).isEqualTo(1));
    }

    private Verification verify(Database database) {
        return database.read(sql -> log.verify(sql, TENANT));
    }

    private void append(Database database, String event) {
        database.write(sql -> {
            log.append(sql, TENANT, "tester", event, "machine:1", Map.of("b", 1, "a", "ü\0 \"x\""));
            return true;
        });
    }

    private static void delete(Database database, long number) {
        database.write(sql -> sql.deleteFrom(AuditTables.ENTRIES)
                .where(AuditTables.NUMBER.eq(number))
                .execute());
    }

    private Database open(Engine engine) {
        var database = engine.fresh();
        opened = database;
        for (var tenant : List.of(TENANT, NEIGHBOUR)) {
            database.write(sql -> sql.insertInto(AuditTables.TENANTS)
                    .set(AuditTables.ID, tenant)
                    .set(field(name("display_name"), SQLDataType.CLOB), "Tests")
                    .set(field(name("settings"), SQLDataType.CLOB), "{}")
                    .set(field(name("created_at"), SQLDataType.BIGINT), 1L)
                    .set(AuditTables.AUDIT_NUMBER, 0L)
                    .set(AuditTables.AUDIT_HASH, new byte[32])
                    .execute());
        }
        return database;
    }
}
