package dev.cordon.server.machines;

import static java.util.Objects.requireNonNull;

import dev.cordon.server.store.Instants;
import java.util.Arrays;
import java.util.List;
import org.jooq.Field;
import org.jooq.Record;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** Rows of {@link MachineTable} to machines. */
final class MachineRows {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private MachineRows() {}

    static Machine machine(Record row) {
        return new Machine(
                value(row, MachineTable.ID),
                row.get(MachineTable.COMPUTER_DNS_NAME),
                Instants.instant(value(row, MachineTable.FIRST_SEEN)),
                Instants.instant(value(row, MachineTable.LAST_SEEN)),
                value(row, MachineTable.OS_PLATFORM),
                row.get(MachineTable.OS_VERSION),
                value(row, MachineTable.OS_PROCESSOR),
                value(row, MachineTable.OS_ARCHITECTURE),
                row.get(MachineTable.OS_BUILD),
                value(row, MachineTable.VERSION),
                value(row, MachineTable.AGENT_VERSION),
                row.get(MachineTable.LAST_IP_ADDRESS),
                row.get(MachineTable.LAST_EXTERNAL_IP_ADDRESS),
                JSON.readValue(value(row, MachineTable.IP_ADDRESSES), new TypeReference<List<MachineIpAddress>>() {}),
                value(row, MachineTable.HEALTH_STATUS),
                value(row, MachineTable.ONBOARDING_STATUS),
                value(row, MachineTable.DEVICE_VALUE),
                value(row, MachineTable.RISK_SCORE),
                value(row, MachineTable.EXPOSURE_LEVEL),
                value(row, MachineTable.RBAC_GROUP_ID),
                row.get(MachineTable.RBAC_GROUP_NAME),
                row.get(MachineTable.AAD_DEVICE_ID),
                JSON.readValue(value(row, MachineTable.CAPABILITIES), new TypeReference<List<MachineCapability>>() {}),
                value(row, MachineTable.CONNECTED),
                tags(row.get(MachineTable.ALL_TAGS)));
    }

    /** The stored form of addresses and capabilities. */
    static String write(List<?> values) {
        return JSON.writeValueAsString(values);
    }

    private static List<String> tags(@Nullable String joined) {
        return joined == null
                ? List.of()
                : Arrays.stream(joined.split(MachineTable.TAG_SEPARATOR, -1))
                        .sorted()
                        .toList();
    }

    private static <T> T value(Record row, Field<T> field) {
        return requireNonNull(row.get(field), field::getName);
    }
}
