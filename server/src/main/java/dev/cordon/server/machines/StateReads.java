package dev.cordon.server.machines;

import static dev.cordon.server.machines.MachineTable.LAST_REPORT_NUMBER;
import static dev.cordon.server.machines.MachineTable.MACHINES;
import static dev.cordon.server.machines.MachineTable.is;
import static dev.cordon.server.web.Permissions.CORDON_ADMINISTER;
import static dev.cordon.server.web.Permissions.MACHINE_READ_ALL;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.table;

import dev.cordon.protocol.wire.Aspect;
import dev.cordon.server.store.Database;
import dev.cordon.server.web.ApiJson;
import dev.cordon.server.web.Caller;
import dev.cordon.server.web.Json;
import dev.cordon.server.web.Route;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.time.Instant;
import java.util.List;
import org.jooq.DSLContext;
import org.jooq.impl.SQLDataType;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** {@code /cordon/v1/machines/{id}/state}: intent and truth of a machine, side by side. Thread-safe. */
final class StateReads {

    private final Database database;
    private final Machines machines;

    StateReads(Database database, Machines machines) {
        this.database = database;
        this.machines = machines;
    }

    List<Route> routes() {
        return List.of(Route.anyOf(
                HandlerType.GET,
                Route.Face.CORDON,
                "/cordon/v1/machines/{id}/state",
                List.of(CORDON_ADMINISTER, MACHINE_READ_ALL),
                this::state));
    }

    private void state(Context http, Caller caller) {
        var id = http.pathParam("id");
        var answer = database.read(sql -> {
            var machine = machines.require(sql, caller, id);
            return state(sql, caller.tenantId(), machine);
        });
        http.json(answer);
    }

    private ObjectNode state(DSLContext sql, String tenantId, Machine machine) {
        var isolation = machines.state(sql, tenantId, machine.id(), Aspect.ASPECT_ISOLATION);
        var execution = machines.state(sql, tenantId, machine.id(), Aspect.ASPECT_EXECUTION);
        int open = openActions(sql, tenantId, machine.id());
        var json = Json.MAPPER.createObjectNode();
        json.put("machineId", machine.id());
        json.put("computerDnsName", machine.computerDnsName());
        json.put("connected", machine.connected());
        json.put("healthStatus", machine.healthStatus());
        json.put("lastSeen", ApiJson.instant(machine.lastSeen()));
        json.put("lastReportNumber", lastReport(sql, tenantId, machine.id()));
        json.put("openActions", open);
        var aspects = json.putArray("aspects");
        aspect(aspects.addObject(), isolation, open > 0);
        aspect(aspects.addObject(), execution, open > 0);
        var capabilities = json.putArray("capabilities");
        for (var capability : machine.capabilities()) {
            var shown = capabilities.addObject();
            shown.put("name", capability.name());
            shown.put("support", word(capability.support()));
            var limits = shown.putArray("limits");
            capability.limits().forEach(limits::add);
        }
        return json;
    }

    private static void aspect(ObjectNode json, MachineState state, boolean open) {
        json.put("aspect", StateTable.stored(state.aspect()));
        json.put("desired", state.desired());
        json.put("desiredSequence", state.desiredSequence());
        json.put("desiredAt", instant(state.desiredAt()));
        json.put("observed", state.observed());
        json.put("observedSequence", state.observedSequence());
        json.put("observedAt", instant(state.observedAt()));
        json.put("drift", state.differs() && !open);
    }

    /** An open action is on its way to change the machine; only without one is a difference a drift. */
    private static int openActions(DSLContext sql, String tenantId, String machineId) {
        return sql.fetchCount(
                table(name("machine_actions")),
                field(name("tenant_id"), SQLDataType.VARCHAR).eq(tenantId),
                field(name("machine_id"), SQLDataType.VARCHAR).eq(machineId),
                field(name("status"), SQLDataType.VARCHAR).in("Pending", "InProgress"));
    }

    private static long lastReport(DSLContext sql, String tenantId, String machineId) {
        var number = sql.select(LAST_REPORT_NUMBER)
                .from(MACHINES)
                .where(is(tenantId, machineId))
                .fetchOne(LAST_REPORT_NUMBER);
        return number == null ? 0 : number;
    }

    private static String word(MachineCapability.Support support) {
        return switch (support) {
            case ENFORCED -> "Enforced";
            case PARTIAL -> "Partial";
            case UNSUPPORTED -> "Unsupported";
        };
    }

    private static @Nullable String instant(@Nullable Instant instant) {
        return instant == null ? null : ApiJson.instant(instant);
    }
}
