package dev.cordon.server.audit;

import static dev.cordon.server.audit.AuditTables.ACTOR;
import static dev.cordon.server.audit.AuditTables.AT;
import static dev.cordon.server.audit.AuditTables.DETAIL;
import static dev.cordon.server.audit.AuditTables.ENTRIES;
import static dev.cordon.server.audit.AuditTables.EVENT;
import static dev.cordon.server.audit.AuditTables.NUMBER;
import static dev.cordon.server.audit.AuditTables.SUBJECT;
import static dev.cordon.server.audit.AuditTables.TENANT_ID;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.table;

import dev.cordon.server.store.Instants;
import java.time.Instant;
import java.util.List;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;

/** What other features show of the log, about one thing at a time. Stateless. */
public final class AuditReads {

    private AuditReads() {}

    /** An entry as it is shown. */
    public record Entry(long number, Instant at, String actor, String event, String subject, String detail) {}

    /** The entries about one subject, oldest first. */
    public static List<Entry> about(DSLContext sql, String tenantId, String subject, int most) {
        return sql.select(NUMBER, AT, ACTOR, EVENT, SUBJECT, DETAIL)
                .from(ENTRIES)
                .where(TENANT_ID.eq(tenantId), SUBJECT.eq(subject))
                .orderBy(NUMBER)
                .limit(most)
                .fetch(AuditReads::entry);
    }

    /** The entries about a machine and its actions below a number, newest first. */
    public static List<Entry> aboutMachine(DSLContext sql, String tenantId, String machineId, long before, int most) {
        return sql.select(NUMBER, AT, ACTOR, EVENT, SUBJECT, DETAIL)
                .from(ENTRIES)
                .where(TENANT_ID.eq(tenantId), NUMBER.lt(before), ofMachine(machineId))
                .orderBy(NUMBER.desc())
                .limit(most)
                .fetch(AuditReads::entry);
    }

    /** What is about a machine, about one of its actions, or was caused by it. */
    static Condition ofMachine(String machineId) {
        var actions = table(name("machine_actions"));
        return SUBJECT.eq("machine:" + machineId)
                .or(ACTOR.eq("machine:" + machineId))
                .or(SUBJECT.in(DSL.select(DSL.concat(
                                DSL.inline("action:"), field(name("machine_actions", "id"), SQLDataType.CLOB)))
                        .from(actions)
                        .where(
                                field(name("machine_actions", "tenant_id"), SQLDataType.CLOB)
                                        .eq(TENANT_ID),
                                field(name("machine_actions", "machine_id"), SQLDataType.CLOB)
                                        .eq(machineId))));
    }

    private static Entry entry(org.jooq.Record row) {
        return new Entry(
                row.get(NUMBER),
                Instants.instant(row.get(AT)),
                row.get(ACTOR),
                row.get(EVENT),
                row.get(SUBJECT),
                row.get(DETAIL));
    }
}
