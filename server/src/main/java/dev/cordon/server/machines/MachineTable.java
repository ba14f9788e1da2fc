package dev.cordon.server.machines;

import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.groupConcat;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.table;

import java.util.List;
import org.jooq.Condition;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.Table;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;

/** The tables {@code machines} and {@code machine_tags}, as the schema script declares them. */
final class MachineTable {

    static final Table<Record> MACHINES = table(name("machines"));
    static final Field<Long> SEQ = number("seq");
    static final Field<String> TENANT_ID = text("tenant_id");
    static final Field<String> ID = text("id");
    static final Field<String> COMPUTER_DNS_NAME = textOrNull("computer_dns_name");
    static final Field<Long> FIRST_SEEN = number("first_seen");
    static final Field<Long> LAST_SEEN = number("last_seen");
    static final Field<String> OS_PLATFORM = text("os_platform");
    static final Field<String> OS_VERSION = textOrNull("os_version");
    static final Field<String> OS_PROCESSOR = text("os_processor");
    static final Field<String> OS_ARCHITECTURE = text("os_architecture");
    static final Field<Long> OS_BUILD = field(name("machines", "os_build"), SQLDataType.BIGINT);
    static final Field<String> VERSION = text("version");
    static final Field<String> AGENT_VERSION = text("agent_version");
    static final Field<String> LAST_IP_ADDRESS = textOrNull("last_ip_address");
    static final Field<String> LAST_EXTERNAL_IP_ADDRESS = textOrNull("last_external_ip_address");
    static final Field<String> IP_ADDRESSES = text("ip_addresses");
    static final Field<String> HEALTH_STATUS = text("health_status");
    static final Field<String> ONBOARDING_STATUS = text("onboarding_status");
    static final Field<String> DEVICE_VALUE = text("device_value");
    static final Field<String> RISK_SCORE = text("risk_score");
    static final Field<String> EXPOSURE_LEVEL = text("exposure_level");
    static final Field<Long> RBAC_GROUP_ID = number("rbac_group_id");
    static final Field<String> RBAC_GROUP_NAME = textOrNull("rbac_group_name");
    static final Field<String> AAD_DEVICE_ID = textOrNull("aad_device_id");
    static final Field<String> CAPABILITIES = text("capabilities");
    static final Field<byte[]> PUBLIC_KEY = field(name("machines", "public_key"), SQLDataType.BLOB);
    static final Field<Long> NEXT_SEQUENCE = number("next_sequence");
    static final Field<Long> LAST_REPORT_NUMBER = number("last_report_number");
    static final Field<Boolean> CONNECTED = field(name("machines", "connected"), SQLDataType.BOOLEAN);

    static final Table<Record> TAGS = table(name("machine_tags"));
    static final Field<String> TAG_TENANT_ID = field(name("machine_tags", "tenant_id"), SQLDataType.VARCHAR);
    static final Field<String> TAG_MACHINE_ID = field(name("machine_tags", "machine_id"), SQLDataType.VARCHAR);
    static final Field<String> TAG = field(name("machine_tags", "tag"), SQLDataType.VARCHAR);

    /** Stands between tags in {@link #ALL_TAGS}; a tag holds no control characters. */
    static final String TAG_SEPARATOR = "\u001f";

    /** All tags of the machine at hand in one text, or null. */
    static final Field<String> ALL_TAGS = field(
                    select(groupConcat(TAG).separator(TAG_SEPARATOR)).from(TAGS).where(ofThisMachine()))
            .as("all_tags");

    /** What {@link MachineRows} reads. */
    static final List<Field<?>> COLUMNS = List.of(
            SEQ,
            ID,
            COMPUTER_DNS_NAME,
            FIRST_SEEN,
            LAST_SEEN,
            OS_PLATFORM,
            OS_VERSION,
            OS_PROCESSOR,
            OS_ARCHITECTURE,
            OS_BUILD,
            VERSION,
            AGENT_VERSION,
            LAST_IP_ADDRESS,
            LAST_EXTERNAL_IP_ADDRESS,
            IP_ADDRESSES,
            HEALTH_STATUS,
            ONBOARDING_STATUS,
            DEVICE_VALUE,
            RISK_SCORE,
            EXPOSURE_LEVEL,
            RBAC_GROUP_ID,
            RBAC_GROUP_NAME,
            AAD_DEVICE_ID,
            CAPABILITIES,
            CONNECTED,
            ALL_TAGS);

    private MachineTable() {}

    /** The tags that belong to the machine of the outer query. */
    static Condition ofThisMachine() {
        return TAG_TENANT_ID.eq(TENANT_ID).and(TAG_MACHINE_ID.eq(ID));
    }

    static Condition is(String tenantId, String machineId) {
        return DSL.and(TENANT_ID.eq(tenantId), ID.eq(machineId));
    }

    private static Field<String> text(String column) {
        return field(name("machines", column), SQLDataType.VARCHAR.notNull());
    }

    private static Field<String> textOrNull(String column) {
        return field(name("machines", column), SQLDataType.VARCHAR);
    }

    private static Field<Long> number(String column) {
        return field(name("machines", column), SQLDataType.BIGINT.notNull());
    }
}
