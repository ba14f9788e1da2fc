package dev.cordon.server.machines;

import static dev.cordon.server.machines.MachineTable.COMPUTER_DNS_NAME;
import static dev.cordon.server.machines.MachineTable.CONNECTED;
import static dev.cordon.server.machines.MachineTable.HEALTH_STATUS;
import static dev.cordon.server.machines.MachineTable.ID;
import static dev.cordon.server.machines.MachineTable.LAST_SEEN;
import static dev.cordon.server.machines.MachineTable.MACHINES;
import static dev.cordon.server.machines.MachineTable.ONBOARDING_STATUS;
import static dev.cordon.server.machines.MachineTable.OS_PLATFORM;
import static dev.cordon.server.machines.MachineTable.TENANT_ID;
import static dev.cordon.server.web.Permissions.MACHINE_READ_ALL;
import static dev.cordon.server.web.Permissions.MACHINE_READ_WRITE_ALL;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.table;

import dev.cordon.server.store.Database;
import dev.cordon.server.store.Instants;
import dev.cordon.server.web.ApiJson;
import dev.cordon.server.web.Caller;
import dev.cordon.server.web.Json;
import dev.cordon.server.web.Route;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.TreeMap;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.ResultQuery;
import org.jooq.Table;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code GET /cordon/v1/overview}: how the fleet is, what is open, what needs somebody's attention now, and how long it
 * took to contain machines. Of the machines that the caller may see. Thread-safe.
 */
final class FleetOverview {

    private static final int DAYS = 14;
    private static final int MOST_SHOWN = 50;
    private static final int MOST_ISOLATIONS = 50_000;
    private static final Duration RECENTLY = Duration.ofHours(24);

    private static final Table<Record> ACTIONS = table(name("machine_actions"));
    private static final Field<String> ACTION_TENANT = text("machine_actions", "tenant_id");
    private static final Field<String> ACTION_MACHINE = text("machine_actions", "machine_id");
    private static final Field<String> ACTION_ID = text("machine_actions", "id");
    private static final Field<String> TYPE = text("machine_actions", "type");
    private static final Field<String> STATUS = text("machine_actions", "status");
    private static final Field<Long> CREATED = number("machine_actions", "created_at");
    private static final Field<Long> UPDATED = number("machine_actions", "updated_at");

    private static final Table<Record> CERTIFICATES = table(name("machine_certificates"));
    private static final Field<Long> EXPIRES = number("machine_certificates", "expires_at");

    private static final Condition OFFLINE_ISOLATED =
            Aspects.ISOLATION.inForce().and(CONNECTED.isFalse());
    /** Unlike an isolation a restriction ends with the agent. */
    private static final Condition OFFLINE_RESTRICTED =
            Aspects.EXECUTION.inForce().and(CONNECTED.isFalse());

    private final Database database;
    private final InstantSource time;

    FleetOverview(Database database, InstantSource time) {
        this.database = database;
        this.time = time;
    }

    Route route() {
        return Route.anyOf(
                HandlerType.GET,
                Route.Face.CORDON,
                "/cordon/v1/overview",
                List.of(MACHINE_READ_ALL, MACHINE_READ_WRITE_ALL),
                this::overview);
    }

    private void overview(Context http, Caller caller) {
        var now = time.instant();
        var answer = Json.MAPPER.createObjectNode();
        answer.put("at", ApiJson.instant(now));
        database.read(sql -> {
            var counts = Counts.of(sql, caller);
            machines(sql, caller, counts, answer.putObject("machines"));
            openActions(sql, caller, answer.putObject("openActions"));
            attention(sql, caller, counts, answer.putArray("attention"), now);
            containment(sql, caller, answer.putArray("containment"), now);
            return answer;
        });
        http.json(answer);
    }

    /** How many machines of each kind there are, found in one walk over the fleet. */
    private record Counts(
            int total,
            int onboarded,
            int connected,
            int isolated,
            int restricted,
            int drifted,
            int offlineIsolated,
            int offlineRestricted) {

        static Counts of(DSLContext sql, Caller caller) {
            var onboarded = ONBOARDING_STATUS.eq(Machines.ONBOARDED);
            var row = FleetRow.joined(sql.select(
                                    DSL.count(),
                                    number(onboarded),
                                    number(onboarded.and(CONNECTED.isTrue())),
                                    number(onboarded.and(Aspects.ISOLATION.inForce())),
                                    number(onboarded.and(Aspects.EXECUTION.inForce())),
                                    number(onboarded.and(FleetOverview.drifted())),
                                    number(onboarded.and(OFFLINE_ISOLATED)),
                                    number(onboarded.and(OFFLINE_RESTRICTED)))
                            .from(MACHINES))
                    .where(Machines.visible(caller))
                    .fetchSingle();
            return new Counts(
                    row.value1(),
                    row.value2(),
                    row.value3(),
                    row.value4(),
                    row.value5(),
                    row.value6(),
                    row.value7(),
                    row.value8());
        }

        private static Field<Integer> number(Condition which) {
            return DSL.count(DSL.when(which, 1));
        }
    }

    private static void machines(DSLContext sql, Caller caller, Counts counts, ObjectNode json) {
        var onboarded = Machines.visible(caller).and(ONBOARDING_STATUS.eq(Machines.ONBOARDED));
        json.put("total", counts.total());
        json.put("onboarded", counts.onboarded());
        json.put("connected", counts.connected());
        json.put("isolated", counts.isolated());
        json.put("restricted", counts.restricted());
        json.put("drifted", counts.drifted());
        var health = json.putObject("byHealth");
        HealthStatus.VALUES.forEach(status -> health.put(status, 0));
        sql.select(HEALTH_STATUS, DSL.count())
                .from(MACHINES)
                .where(onboarded)
                .groupBy(HEALTH_STATUS)
                .forEach(row -> health.put(row.value1(), row.value2()));
        var platforms = json.putObject("byOsPlatform");
        sql.select(OS_PLATFORM, DSL.count())
                .from(MACHINES)
                .where(onboarded)
                .groupBy(OS_PLATFORM)
                .orderBy(DSL.count().desc(), OS_PLATFORM)
                .limit(MOST_SHOWN)
                .forEach(row -> platforms.put(row.value1(), row.value2()));
    }

    private static void openActions(DSLContext sql, Caller caller, ObjectNode json) {
        var open = actions(caller).and(STATUS.in(inline("Pending"), inline("InProgress")));
        var types = new TreeMap<String, int[]>();
        sql.select(TYPE, STATUS, DSL.count())
                .from(ACTIONS)
                .where(open)
                .groupBy(TYPE, STATUS)
                .forEach(row -> {
                    var counts = types.computeIfAbsent(row.value1(), type -> new int[2]);
                    counts[row.value2().equals("Pending") ? 0 : 1] += row.value3();
                });
        json.put(
                "total",
                types.values().stream()
                        .mapToInt(counts -> counts[0] + counts[1])
                        .sum());
        var oldest = sql.select(DSL.min(CREATED)).from(ACTIONS).where(open).fetchOne(0, Long.class);
        json.put("oldest", oldest == null ? null : ApiJson.instant(Instants.instant(oldest)));
        var byType = json.putArray("byType");
        types.forEach((type, counts) ->
                byType.addObject().put("type", type).put("pending", counts[0]).put("inProgress", counts[1]));
    }

    private static void attention(DSLContext sql, Caller caller, Counts counts, ArrayNode json, Instant now) {
        var onboarded = Machines.visible(caller).and(ONBOARDING_STATUS.eq(Machines.ONBOARDED));
        attend(sql, json, "OfflineIsolated", counts.offlineIsolated(), onboarded.and(OFFLINE_ISOLATED));
        attend(sql, json, "OfflineRestricted", counts.offlineRestricted(), onboarded.and(OFFLINE_RESTRICTED));
        attend(sql, json, "Drifted", counts.drifted(), onboarded.and(drifted()));
        failed(sql, caller, json, now);
        expired(sql, onboarded, json, now);
    }

    private static void attend(DSLContext sql, ArrayNode json, String reason, int count, Condition which) {
        var found = FleetRow.joined(sql.select(ID, COMPUTER_DNS_NAME, LAST_SEEN).from(MACHINES))
                .where(which)
                .orderBy(LAST_SEEN)
                .limit(MOST_SHOWN);
        add(json, reason, count, found);
    }

    private static void failed(DSLContext sql, Caller caller, ArrayNode json, Instant now) {
        var which = actions(caller)
                .and(STATUS.in("Failed", "TimeOut"))
                .and(UPDATED.ge(Instants.micros(now.minus(RECENTLY))));
        int count = sql.fetchCount(ACTIONS, which);
        var found = sql.select(ID, COMPUTER_DNS_NAME, UPDATED, ACTION_ID, TYPE, STATUS)
                .from(ACTIONS)
                .join(MACHINES)
                .on(TENANT_ID.eq(ACTION_TENANT), ID.eq(ACTION_MACHINE))
                .where(which)
                .orderBy(UPDATED.desc())
                .limit(MOST_SHOWN);
        var items = add(json, "FailedAction", count, found);
        var rows = found.fetch();
        for (int i = 0; i < Math.min(items.size(), rows.size()); i++) {
            ((ObjectNode) items.get(i))
                    .put("actionId", rows.get(i).get(ACTION_ID))
                    .put("actionType", rows.get(i).get(TYPE))
                    .put("actionStatus", rows.get(i).get(STATUS));
        }
    }

    /** Machines that cannot connect any more, because no certificate of theirs is valid. */
    private static void expired(DSLContext sql, Condition onboarded, ArrayNode json, Instant now) {
        var last = DSL.max(EXPIRES);
        var expired = sql.select(ID, COMPUTER_DNS_NAME, last)
                .from(MACHINES)
                .join(CERTIFICATES)
                .on(
                        text("machine_certificates", "tenant_id").eq(TENANT_ID),
                        text("machine_certificates", "machine_id").eq(ID),
                        number("machine_certificates", "revoked_at").isNull())
                .where(onboarded)
                .groupBy(ID, COMPUTER_DNS_NAME)
                .having(last.le(Instants.micros(now)))
                .orderBy(last);
        add(json, "CertificateExpired", sql.fetchCount(expired), expired.limit(MOST_SHOWN));
    }

    /** @param found rows of a machine's id, its name, and since when */
    private static ArrayNode add(ArrayNode json, String reason, int count, ResultQuery<? extends Record> found) {
        var group = json.addObject().put("reason", reason).put("count", count);
        var items = group.putArray("machines");
        if (count > 0) {
            found.fetch()
                    .forEach(row -> items.addObject()
                            .put("machineId", row.get(0, String.class))
                            .put("computerDnsName", row.get(1, String.class))
                            .put("since", ApiJson.instant(Instants.instant(row.get(2, Long.class)))));
        }
        return items;
    }

    /** From the request to the machine's word that it is isolated and has looked, a day a row, the last day of UTC now. */
    private static void containment(DSLContext sql, Caller caller, ArrayNode json, Instant now) {
        var today = LocalDate.ofInstant(now, ZoneOffset.UTC);
        var days = new TreeMap<LocalDate, List<Long>>();
        for (int ago = DAYS - 1; ago >= 0; ago--) {
            days.put(today.minusDays(ago), new ArrayList<>());
        }
        long from = Instants.micros(days.firstKey().atStartOfDay().toInstant(ZoneOffset.UTC));
        sql.select(CREATED, UPDATED)
                .from(ACTIONS)
                .where(actions(caller), TYPE.eq("Isolate"), STATUS.eq("Succeeded"), CREATED.ge(from))
                .orderBy(CREATED.desc())
                .limit(MOST_ISOLATIONS)
                .forEach(row -> {
                    var day = LocalDate.ofInstant(Instants.instant(row.value1()), ZoneOffset.UTC);
                    var took = days.get(day);
                    if (took != null) {
                        took.add(row.value2() - row.value1());
                    }
                });
        days.forEach((day, took) -> {
            Collections.sort(took);
            json.addObject()
                    .put("day", day.toString())
                    .put("isolations", took.size())
                    .put("medianSeconds", seconds(took, 0.5))
                    .put("p95Seconds", seconds(took, 0.95));
        });
    }

    /** Nearest rank; null of nothing. */
    private static @org.jspecify.annotations.Nullable Double seconds(List<Long> sorted, double share) {
        if (sorted.isEmpty()) {
            return null;
        }
        int rank = Math.max(1, (int) Math.ceil(share * sorted.size()));
        return sorted.get(rank - 1) / 1_000_000.0;
    }

    private static Condition drifted() {
        return Aspects.NOTHING_OPEN.and(Aspects.ISOLATION.differs().or(Aspects.EXECUTION.differs()));
    }

    private static Condition actions(Caller caller) {
        return Machines.visible(caller, ACTION_TENANT, ACTION_MACHINE);
    }

    private static Field<String> text(String table, String column) {
        return field(name(table, column), SQLDataType.VARCHAR);
    }

    private static Field<Long> number(String table, String column) {
        return field(name(table, column), SQLDataType.BIGINT);
    }
}
