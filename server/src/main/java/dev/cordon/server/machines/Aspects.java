package dev.cordon.server.machines;

import static dev.cordon.server.machines.MachineTable.ID;
import static dev.cordon.server.machines.MachineTable.TENANT_ID;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.table;

import dev.cordon.protocol.wire.Aspect;
import org.jooq.Condition;
import org.jooq.DataType;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.Table;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;

/** {@code machine_states} as it is joined to {@code machines}, an aspect a join. */
record Aspects(
        Table<Record> states,
        Condition ofThisMachine,
        Field<String> desired,
        Field<Long> desiredAt,
        Field<String> observed,
        Field<Long> observedAt) {

    static final Aspects ISOLATION = of("isolation", Aspect.ASPECT_ISOLATION);
    static final Aspects EXECUTION = of("execution", Aspect.ASPECT_EXECUTION);

    /** Open actions by machine. Few are open at any time, whatever the number of machines. */
    static final Table<?> OPEN = DSL.select(
                    field(name("machine_actions", "tenant_id"), SQLDataType.VARCHAR)
                            .as("tenant_id"),
                    field(name("machine_actions", "machine_id"), SQLDataType.VARCHAR)
                            .as("machine_id"),
                    DSL.count().as("actions"))
            .from(table(name("machine_actions")))
            .where(field(name("machine_actions", "status"), SQLDataType.VARCHAR).in("Pending", "InProgress"))
            .groupBy(
                    field(name("machine_actions", "tenant_id"), SQLDataType.VARCHAR),
                    field(name("machine_actions", "machine_id"), SQLDataType.VARCHAR))
            .asTable("open_actions");

    static final Condition OPEN_ON_THIS_MACHINE = column("open_actions", "tenant_id", SQLDataType.VARCHAR)
            .eq(TENANT_ID)
            .and(column("open_actions", "machine_id", SQLDataType.VARCHAR).eq(ID));

    static final Field<Integer> OPEN_ACTIONS = DSL.coalesce(column("open_actions", "actions", SQLDataType.INTEGER), 0);

    /** Nothing is on its way to the machine that would explain a difference. */
    static final Condition NOTHING_OPEN =
            column("open_actions", "actions", SQLDataType.INTEGER).isNull();

    private static Aspects of(String alias, Aspect aspect) {
        return new Aspects(
                table(name("machine_states")).as(alias),
                DSL.and(
                        column(alias, "tenant_id", SQLDataType.VARCHAR).eq(TENANT_ID),
                        column(alias, "machine_id", SQLDataType.VARCHAR).eq(ID),
                        column(alias, "aspect", SQLDataType.VARCHAR).eq(StateTable.stored(aspect))),
                column(alias, "desired", SQLDataType.VARCHAR),
                column(alias, "desired_at", SQLDataType.BIGINT),
                column(alias, "observed", SQLDataType.VARCHAR),
                column(alias, "observed_at", SQLDataType.BIGINT));
    }

    /** Something is in force, or meant to be. */
    Condition inForce() {
        return desired.ne(MachineState.NONE).or(observed.ne(MachineState.NONE));
    }

    /** What the machine says is not what was asked for. */
    Condition differs() {
        return observed.ne(desired);
    }

    private static <T> Field<T> column(String table, String column, DataType<T> type) {
        return field(name(table, column), type);
    }
}
