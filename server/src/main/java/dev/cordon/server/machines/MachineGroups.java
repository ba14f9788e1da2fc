package dev.cordon.server.machines;

import static dev.cordon.server.machines.MachineTable.ID;
import static dev.cordon.server.machines.MachineTable.MACHINES;
import static dev.cordon.server.machines.MachineTable.RBAC_GROUP_ID;
import static dev.cordon.server.machines.MachineTable.RBAC_GROUP_NAME;
import static dev.cordon.server.machines.MachineTable.TENANT_ID;
import static dev.cordon.server.machines.MachineTable.is;
import static org.jooq.impl.DSL.coalesce;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.max;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.table;

import dev.cordon.server.web.Json;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.Table;
import org.jooq.impl.SQLDataType;

/**
 * The machine groups of a tenant. Which group has a machine is stored with the machine, so that lists are filtered by a
 * column; it is found anew when a group changes, and for one machine when it connects or its tags change. Methods run in
 * the caller's transaction. Thread-safe.
 */
public final class MachineGroups {

    private static final Table<Record> TABLE = table(name("machine_groups"));
    private static final Field<String> GROUP_TENANT_ID =
            field(name("machine_groups", "tenant_id"), SQLDataType.VARCHAR.notNull());
    private static final Field<Long> GROUP_ID = field(name("machine_groups", "id"), SQLDataType.BIGINT.notNull());
    private static final Field<String> NAME = field(name("machine_groups", "name"), SQLDataType.VARCHAR.notNull());
    private static final Field<Long> RANK = field(name("machine_groups", "rank"), SQLDataType.BIGINT.notNull());
    private static final Field<Boolean> DELETED =
            field(name("machine_groups", "deleted"), SQLDataType.BOOLEAN.notNull());
    private static final Field<String> RULE = field(name("machine_groups", "rule"), SQLDataType.VARCHAR.notNull());

    /** All groups of a tenant, in the order in which they take machines. */
    public List<MachineGroup> all(DSLContext sql, String tenantId) {
        return sql.select(GROUP_ID, NAME, RANK, RULE)
                .from(TABLE)
                .where(GROUP_TENANT_ID.eq(tenantId), DELETED.isFalse())
                .orderBy(RANK, GROUP_ID)
                .fetch(row -> new MachineGroup(
                        row.value1(),
                        row.value2(),
                        row.value3(),
                        Json.MAPPER.readValue(row.value4(), MachineGroup.Rule.class)));
    }

    public Optional<MachineGroup> find(DSLContext sql, String tenantId, long id) {
        return all(sql, tenantId).stream().filter(group -> group.id() == id).findFirst();
    }

    /** Makes a group and gives it its machines. */
    MachineGroup create(DSLContext sql, String tenantId, String name, long rank, MachineGroup.Rule rule) {
        long id = sql.select(coalesce(max(GROUP_ID), 0L).plus(1L))
                .from(TABLE)
                .where(GROUP_TENANT_ID.eq(tenantId))
                .fetchSingle()
                .value1();
        sql.insertInto(TABLE)
                .set(GROUP_TENANT_ID, tenantId)
                .set(GROUP_ID, id)
                .set(NAME, name)
                .set(RANK, rank)
                .set(RULE, Json.MAPPER.writeValueAsString(rule))
                .set(DELETED, false)
                .execute();
        assign(sql, tenantId);
        return new MachineGroup(id, name, rank, rule);
    }

    /** Replaces name, rank and rule of a group, and finds the group of every machine anew. */
    void change(DSLContext sql, String tenantId, MachineGroup group) {
        sql.update(TABLE)
                .set(NAME, group.name())
                .set(RANK, group.rank())
                .set(RULE, Json.MAPPER.writeValueAsString(group.rule()))
                .where(GROUP_TENANT_ID.eq(tenantId), GROUP_ID.eq(group.id()))
                .execute();
        assign(sql, tenantId);
    }

    /** Deletes a group; its machines go to the groups whose rules they meet. */
    void delete(DSLContext sql, String tenantId, long id) {
        sql.update(TABLE)
                .set(DELETED, true)
                .set(NAME, "deleted " + id)
                .where(GROUP_TENANT_ID.eq(tenantId), GROUP_ID.eq(id))
                .execute();
        assign(sql, tenantId);
    }

    /** Finds the group of one machine anew. */
    void assign(DSLContext sql, String tenantId, String machineId) {
        var groups = all(sql, tenantId);
        if (groups.isEmpty()) {
            return;
        }
        sql.select(MachineTable.COLUMNS)
                .from(MACHINES)
                .where(is(tenantId, machineId))
                .fetchOptional(MachineRows::machine)
                .ifPresent(machine -> assign(sql, tenantId, machine, groups));
    }

    private void assign(DSLContext sql, String tenantId) {
        var groups = all(sql, tenantId);
        sql.select(MachineTable.COLUMNS)
                .from(MACHINES)
                .where(TENANT_ID.eq(tenantId))
                .fetch(MachineRows::machine)
                .forEach(machine -> assign(sql, tenantId, machine, groups));
    }

    private static void assign(DSLContext sql, String tenantId, Machine machine, List<MachineGroup> groups) {
        var group = groups.stream()
                .filter(candidate -> candidate.rule().holds(machine))
                .findFirst();
        long id = group.map(MachineGroup::id).orElse(MachineGroup.UNGROUPED);
        var name = group.map(MachineGroup::name).orElse(null);
        if (id == machine.rbacGroupId() && Objects.equals(name, machine.rbacGroupName())) {
            return;
        }
        sql.update(MACHINES)
                .set(RBAC_GROUP_ID, id)
                .set(RBAC_GROUP_NAME, name)
                .where(TENANT_ID.eq(tenantId), ID.eq(machine.id()))
                .execute();
    }
}
