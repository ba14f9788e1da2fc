package dev.cordon.server.machines;

import dev.cordon.server.store.Instants;
import dev.cordon.server.web.ApiJson;
import dev.cordon.server.web.Json;
import java.util.ArrayList;
import java.util.List;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.SelectConditionStep;
import org.jooq.SelectJoinStep;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * A machine as {@code /cordon/v1/machines} shows it: what it is, how it stands to what was asked of it, and what is open.
 *
 * @param openActions how many of its actions are pending or in progress
 */
record FleetRow(Machine machine, State isolation, State execution, int openActions) {

    /** @param desiredAt and {@code observedAt}: microseconds; null before anything was asked or said */
    record State(
            String desired,
            @Nullable Long desiredAt,
            @Nullable String observed,
            @Nullable Long observedAt) {

        private static State of(Record row, Aspects aspect) {
            var desired = row.get(aspect.desired());
            return new State(
                    desired == null ? MachineState.NONE : desired,
                    row.get(aspect.desiredAt()),
                    row.get(aspect.observed()),
                    row.get(aspect.observedAt()));
        }

        boolean differs() {
            return observed != null && !observed.equals(desired);
        }
    }

    private static final List<Field<?>> COLUMNS = columns();

    /** All that a row shows, for the machines that meet a condition. */
    static SelectConditionStep<Record> select(DSLContext sql, Condition which) {
        return joined(sql.select(COLUMNS).from(MachineTable.MACHINES)).where(which);
    }

    /** Joins what a row shows, and conditions may name, to {@code machines}. */
    static <R extends Record> SelectJoinStep<R> joined(SelectJoinStep<R> machines) {
        return machines.leftJoin(Aspects.ISOLATION.states())
                .on(Aspects.ISOLATION.ofThisMachine())
                .leftJoin(Aspects.EXECUTION.states())
                .on(Aspects.EXECUTION.ofThisMachine())
                .leftJoin(Aspects.OPEN)
                .on(Aspects.OPEN_ON_THIS_MACHINE);
    }

    static FleetRow of(Record row) {
        return new FleetRow(
                MachineRows.machine(row),
                State.of(row, Aspects.ISOLATION),
                State.of(row, Aspects.EXECUTION),
                row.get(Aspects.OPEN_ACTIONS));
    }

    ObjectNode json() {
        var json = Json.MAPPER.createObjectNode();
        json.put("id", machine.id());
        json.put("computerDnsName", machine.computerDnsName());
        json.put("osPlatform", machine.osPlatform());
        json.put("version", machine.version());
        json.put("firstSeen", ApiJson.instant(machine.firstSeen()));
        json.put("lastSeen", ApiJson.instant(machine.lastSeen()));
        json.put("lastIpAddress", machine.lastIpAddress());
        json.put("agentVersion", machine.agentVersion());
        json.put("healthStatus", machine.healthStatus());
        json.put("onboardingStatus", machine.onboardingStatus());
        json.put("deviceValue", machine.deviceValue());
        json.put("rbacGroupId", machine.rbacGroupId());
        json.put("rbacGroupName", machine.rbacGroupName());
        var tags = json.putArray("machineTags");
        machine.tags().forEach(tags::add);
        json.put("connected", machine.connected());
        json.put("openActions", openActions);
        state(json.putObject("isolation"), isolation);
        state(json.putObject("execution"), execution);
        json.put("drift", drifted(isolation) || drifted(execution));
        var capabilities = json.putArray("capabilities");
        for (var capability : machine.capabilities()) {
            capabilities.addObject().put("name", capability.name()).put("support", word(capability.support()));
        }
        return json;
    }

    /** The row and what only the machine's own page shows. */
    ObjectNode detailed() {
        var json = json();
        json.put("osVersion", machine.osVersion());
        json.put("osBuild", machine.osBuild());
        json.put("osProcessor", machine.osProcessor());
        json.put("osArchitecture", machine.osArchitecture());
        json.put("lastExternalIpAddress", machine.lastExternalIpAddress());
        var addresses = json.putArray("ipAddresses");
        for (var address : machine.ipAddresses()) {
            addresses
                    .addObject()
                    .put("ipAddress", address.ipAddress())
                    .put("macAddress", address.macAddress())
                    .put("type", address.type())
                    .put("operationalStatus", address.operationalStatus());
        }
        var capabilities = json.putArray("capabilities");
        for (var capability : machine.capabilities()) {
            var limits = capabilities
                    .addObject()
                    .put("name", capability.name())
                    .put("support", word(capability.support()))
                    .putArray("limits");
            capability.limits().forEach(limits::add);
        }
        return json;
    }

    /** While an action is open, a difference is on its way to be none. */
    private boolean drifted(State state) {
        return state.differs() && openActions == 0;
    }

    private void state(ObjectNode json, State state) {
        json.put("desired", state.desired());
        json.put("desiredAt", instant(state.desiredAt()));
        json.put("observed", state.observed());
        json.put("observedAt", instant(state.observedAt()));
        json.put("drift", drifted(state));
    }

    private static @Nullable String instant(@Nullable Long micros) {
        return micros == null || micros == 0 ? null : ApiJson.instant(Instants.instant(micros));
    }

    static String word(MachineCapability.Support support) {
        return switch (support) {
            case ENFORCED -> "Enforced";
            case PARTIAL -> "Partial";
            case UNSUPPORTED -> "Unsupported";
        };
    }

    private static List<Field<?>> columns() {
        var columns = new ArrayList<Field<?>>(MachineTable.COLUMNS);
        for (var aspect : List.of(Aspects.ISOLATION, Aspects.EXECUTION)) {
            columns.addAll(List.of(aspect.desired(), aspect.desiredAt(), aspect.observed(), aspect.observedAt()));
        }
        columns.add(Aspects.OPEN_ACTIONS);
        return List.copyOf(columns);
    }
}
