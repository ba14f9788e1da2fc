package dev.cordon.server.feed;

import static dev.cordon.server.feed.FeedTables.ACTIONS;
import static dev.cordon.server.feed.FeedTables.ACTIONS_ID;
import static dev.cordon.server.feed.FeedTables.ACTIONS_MACHINE_ID;
import static dev.cordon.server.feed.FeedTables.ACTION_ID;
import static dev.cordon.server.feed.FeedTables.ACTION_TENANT_ID;
import static dev.cordon.server.feed.FeedTables.ACTOR;
import static dev.cordon.server.feed.FeedTables.AT;
import static dev.cordon.server.feed.FeedTables.DETAIL;
import static dev.cordon.server.feed.FeedTables.EVENTS;
import static dev.cordon.server.feed.FeedTables.EVENT_NUMBER;
import static dev.cordon.server.feed.FeedTables.ID;
import static dev.cordon.server.feed.FeedTables.KIND;
import static dev.cordon.server.feed.FeedTables.MACHINE_ID;
import static dev.cordon.server.feed.FeedTables.NUMBER;
import static dev.cordon.server.feed.FeedTables.SUBJECT;
import static dev.cordon.server.feed.FeedTables.TENANTS;
import static dev.cordon.server.feed.FeedTables.TENANT_ID;
import static dev.cordon.server.store.KeptStatement.value;

import dev.cordon.server.store.Instants;
import dev.cordon.server.store.KeptStatement;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * Writes what happened, in the transaction in which it happened: what was rolled back was never told, and what was
 * committed is never missed. The number is taken by an update of the tenant's row, so the events of a tenant become
 * visible in the order of their numbers, on both databases; a reader that goes on after the last number it saw misses
 * none.
 *
 * <p>Whoever follows is woken after the commit, by the {@link FollowedDatabase} that the work runs on. Stateless.
 */
public final class Feed {

    /** Kind of an event that tells of many machines at once: whoever shows machines reads them again. */
    public static final String MANY_MACHINES = "machines.changed";

    /** Column of {@code tenants} that holds the newest number, for those who update that row anyway. */
    public static final Field<Long> NEWEST = EVENT_NUMBER;

    /** The tenants that the transaction at hand has written events for. */
    static final ScopedValue<Set<String>> TOLD = ScopedValue.newInstance();

    private static final int ROWS = 100;
    private static final String ABOUT_ACTION = "action:";
    private static final String ABOUT_MACHINE = "machine:";
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private static final KeptStatement TAKE = KeptStatement.of(DSL.update(TENANTS)
            .set(EVENT_NUMBER, EVENT_NUMBER.plus(value(2, EVENT_NUMBER)))
            .where(ID.eq(value(1, ID)))
            .returningResult(EVENT_NUMBER));

    private static final KeptStatement INSERT = insert(value(7, MACHINE_ID));

    /** An action is one machine's, whether or not the event says whose. */
    private static final KeptStatement INSERT_OF_ACTION = insert(DSL.field(DSL.select(ACTIONS_MACHINE_ID)
            .from(ACTIONS)
            .where(ACTION_TENANT_ID.eq(value(1, TENANT_ID)), ACTIONS_ID.eq(value(8, ACTION_ID)))));

    private Feed() {}

    /** Tells of a machine. */
    public static void machine(
            DSLContext sql, String tenantId, String machineId, String kind, Instant at, Map<String, ?> detail) {
        var about = ABOUT_MACHINE + machineId;
        var text = JSON.writeValueAsString(detail);
        write(sql, new Event(tenantId, take(sql, tenantId, 1), at, kind, about, about, machineId, null, text));
    }

    /** Tells the same of many machines. */
    public static void machines(
            DSLContext sql, String tenantId, List<String> machineIds, String kind, Instant at, Map<String, ?> detail) {
        if (machineIds.isEmpty()) {
            return;
        }
        var text = JSON.writeValueAsString(detail);
        long number = take(sql, tenantId, machineIds.size()) - machineIds.size();
        for (int from = 0; from < machineIds.size(); from += ROWS) {
            var insert =
                    sql.insertInto(EVENTS, TENANT_ID, NUMBER, AT, KIND, ACTOR, SUBJECT, MACHINE_ID, ACTION_ID, DETAIL);
            for (var id : machineIds.subList(from, Math.min(from + ROWS, machineIds.size()))) {
                number++;
                insert = insert.values(
                        tenantId, number, Instants.micros(at), kind, "server", ABOUT_MACHINE + id, id, null, text);
            }
            insert.execute();
        }
        told(tenantId);
    }

    /** Tells that any number of a tenant's machines may have changed. */
    public static void manyMachines(DSLContext sql, String tenantId, Instant at, String why) {
        var detail = JSON.writeValueAsString(Map.of("why", why));
        var about = "tenant:" + tenantId;
        write(sql, new Event(tenantId, take(sql, tenantId, 1), at, MANY_MACHINES, "server", about, null, null, detail));
    }

    /**
     * Tells what the audit log was told. The subject and the detail say which machine and which action it is about.
     *
     * @param number taken by the caller with {@link #NEWEST}
     * @param text {@code detail} as JSON
     */
    public static void audited(
            DSLContext sql,
            String tenantId,
            long number,
            Instant at,
            String actor,
            String kind,
            String subject,
            Map<String, ?> detail,
            String text) {
        var machineId = named(subject, ABOUT_MACHINE, detail, "machineId");
        var actionId = named(subject, ABOUT_ACTION, detail, "actionId");
        write(sql, new Event(tenantId, number, at, kind, actor, subject, machineId, actionId, text));
    }

    /** Takes the next numbers and returns the last of them. */
    private static long take(DSLContext sql, String tenantId, int count) {
        var number = TAKE.fetch(sql, List.of(EVENT_NUMBER), tenantId, (long) count);
        if (number.isEmpty()) {
            throw new IllegalArgumentException("there is no tenant " + tenantId);
        }
        return number.getFirst().get(EVENT_NUMBER);
    }

    private static void write(DSLContext sql, Event event) {
        boolean ofAction = event.machineId() == null && event.actionId() != null;
        (ofAction ? INSERT_OF_ACTION : INSERT)
                .execute(
                        sql,
                        event.tenantId(),
                        event.number(),
                        Instants.micros(event.at()),
                        event.kind(),
                        event.actor(),
                        event.subject(),
                        event.machineId(),
                        event.actionId(),
                        event.detail());
        told(event.tenantId());
    }

    private static KeptStatement insert(Field<String> machineId) {
        return KeptStatement.of(DSL.insertInto(EVENTS)
                .set(TENANT_ID, value(1, TENANT_ID))
                .set(NUMBER, value(2, NUMBER))
                .set(AT, value(3, AT))
                .set(KIND, value(4, KIND))
                .set(ACTOR, value(5, ACTOR))
                .set(SUBJECT, value(6, SUBJECT))
                .set(MACHINE_ID, machineId)
                .set(ACTION_ID, value(8, ACTION_ID))
                .set(DETAIL, value(9, DETAIL)));
    }

    private static @Nullable String named(String subject, String prefix, Map<String, ?> detail, String key) {
        if (subject.startsWith(prefix)) {
            return subject.substring(prefix.length());
        }
        return detail.get(key) instanceof String id ? id : null;
    }

    private static void told(String tenantId) {
        if (TOLD.isBound()) {
            TOLD.get().add(tenantId);
        }
    }
}
