package dev.cordon.server.machines;

import static dev.cordon.server.store.KeptStatement.value;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.table;

import dev.cordon.protocol.wire.Aspect;
import dev.cordon.server.feed.Feed;
import dev.cordon.server.store.Instants;
import dev.cordon.server.store.KeptStatement;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Objects;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.Table;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;
import org.jspecify.annotations.Nullable;

/** Desired and observed state in {@code machine_states}. Stateless. */
final class StateTable {

    private static final Table<Record> STATES = table(name("machine_states"));
    private static final Field<String> TENANT_ID = text("tenant_id");
    private static final Field<String> MACHINE_ID = text("machine_id");
    private static final Field<String> ASPECT = text("aspect");
    private static final Field<String> DESIRED = text("desired");
    private static final Field<Long> DESIRED_SEQUENCE = number("desired_sequence");
    private static final Field<Long> DESIRED_AT = number("desired_at");
    private static final Field<String> OBSERVED = text("observed");
    private static final Field<Long> OBSERVED_SEQUENCE = number("observed_sequence");
    private static final Field<Long> OBSERVED_AT = number("observed_at");

    private static final KeptStatement DESIRE = KeptStatement.of(DSL.insertInto(STATES)
            .set(TENANT_ID, value(1, TENANT_ID))
            .set(MACHINE_ID, value(2, MACHINE_ID))
            .set(ASPECT, value(3, ASPECT))
            .set(DESIRED, value(4, DESIRED))
            .set(DESIRED_SEQUENCE, value(5, DESIRED_SEQUENCE))
            .set(DESIRED_AT, value(6, DESIRED_AT))
            .onConflict(TENANT_ID, MACHINE_ID, ASPECT)
            .doUpdate()
            .set(DESIRED, value(4, DESIRED))
            .set(DESIRED_SEQUENCE, value(5, DESIRED_SEQUENCE))
            .set(DESIRED_AT, value(6, DESIRED_AT)));

    private StateTable() {}

    static void desire(
            DSLContext sql, String tenantId, String machineId, Aspect aspect, String value, long sequence, Instant at) {
        DESIRE.execute(sql, tenantId, machineId, stored(aspect), value, sequence, Instants.micros(at));
        tell(sql, tenantId, machineId, aspect, "desired", value, at);
    }

    /** Writes only what differs from what is stored, because heartbeats repeat themselves. */
    static void observe(
            DSLContext sql, String tenantId, String machineId, Aspect aspect, String value, long sequence, Instant at) {
        var stored = read(sql, tenantId, machineId, aspect);
        if (value.equals(stored.observed()) && sequence == stored.observedSequence()) {
            return;
        }
        sql.insertInto(STATES)
                .set(TENANT_ID, tenantId)
                .set(MACHINE_ID, machineId)
                .set(ASPECT, stored(aspect))
                .set(DESIRED, MachineState.NONE)
                .set(DESIRED_SEQUENCE, 0L)
                .set(DESIRED_AT, 0L)
                .set(OBSERVED, value)
                .set(OBSERVED_SEQUENCE, sequence)
                .set(OBSERVED_AT, Instants.micros(at))
                .onConflict(TENANT_ID, MACHINE_ID, ASPECT)
                .doUpdate()
                .set(OBSERVED, value)
                .set(OBSERVED_SEQUENCE, sequence)
                .set(OBSERVED_AT, Instants.micros(at))
                .execute();
        tell(sql, tenantId, machineId, aspect, "observed", value, at);
    }

    private static void tell(
            DSLContext sql, String tenantId, String machineId, Aspect aspect, String which, String value, Instant at) {
        var detail = new LinkedHashMap<String, String>();
        detail.put("aspect", stored(aspect));
        detail.put(which, value);
        Feed.machine(sql, tenantId, machineId, "machine.state-changed", at, detail);
    }

    static MachineState read(DSLContext sql, String tenantId, String machineId, Aspect aspect) {
        var row = sql.select(DESIRED, DESIRED_SEQUENCE, DESIRED_AT, OBSERVED, OBSERVED_SEQUENCE, OBSERVED_AT)
                .from(STATES)
                .where(is(tenantId, machineId, aspect))
                .fetchOne();
        if (row == null) {
            return new MachineState(aspect, MachineState.NONE, 0, null, null, 0, null);
        }
        return new MachineState(
                aspect,
                Objects.requireNonNull(row.get(DESIRED)),
                row.get(DESIRED_SEQUENCE, long.class),
                instant(row.get(DESIRED_AT)),
                row.get(OBSERVED),
                row.get(OBSERVED_SEQUENCE, long.class),
                instant(row.get(OBSERVED_AT)));
    }

    private static Condition is(String tenantId, String machineId, Aspect aspect) {
        return DSL.and(TENANT_ID.eq(tenantId), MACHINE_ID.eq(machineId), ASPECT.eq(stored(aspect)));
    }

    private static @Nullable Instant instant(@Nullable Long micros) {
        return micros == null || micros == 0 ? null : Instants.instant(micros);
    }

    /** The name of an aspect in the table and in answers. */
    static String stored(Aspect aspect) {
        return switch (aspect) {
            case ASPECT_ISOLATION -> "Isolation";
            case ASPECT_EXECUTION -> "Execution";
            case ASPECT_UNSPECIFIED, UNRECOGNIZED -> throw new IllegalArgumentException("no aspect is named");
        };
    }

    private static Field<String> text(String column) {
        return field(name("machine_states", column), SQLDataType.VARCHAR);
    }

    private static Field<Long> number(String column) {
        return field(name("machine_states", column), SQLDataType.BIGINT);
    }
}
