package dev.cordon.server.events;

import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.table;

import org.jooq.DataType;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.Table;
import org.jooq.impl.SQLDataType;

/** The tables {@code webhooks} and {@code webhook_deliveries}. */
final class WebhookTable {

    static final Table<Record> WEBHOOKS = table(name("webhooks"));
    static final Field<String> TENANT_ID = column("tenant_id", SQLDataType.CLOB.notNull());
    static final Field<String> ID = column("id", SQLDataType.CLOB.notNull());
    static final Field<String> NAME = column("name", SQLDataType.CLOB.notNull());
    static final Field<String> URL = column("url", SQLDataType.CLOB.notNull());
    static final Field<String> KINDS = column("kinds", SQLDataType.CLOB.notNull());
    static final Field<byte[]> SECRET = column("secret", SQLDataType.BLOB.notNull());
    static final Field<Boolean> ENABLED = column("enabled", SQLDataType.BOOLEAN.notNull());
    static final Field<Long> CREATED_AT = column("created_at", SQLDataType.BIGINT.notNull());
    static final Field<Long> NUMBER = column("number", SQLDataType.BIGINT.notNull());
    static final Field<Long> FAILING_SINCE = column("failing_since", SQLDataType.BIGINT);
    static final Field<Long> FAILURES = column("failures", SQLDataType.BIGINT.notNull());
    static final Field<Long> NEXT_ATTEMPT_AT = column("next_attempt_at", SQLDataType.BIGINT.notNull());
    static final Field<Long> PARKED_AT = column("parked_at", SQLDataType.BIGINT);
    static final Field<String> LEASED_BY = column("leased_by", SQLDataType.CLOB);
    static final Field<Long> LEASED_UNTIL = column("leased_until", SQLDataType.BIGINT.notNull());

    static final Table<Record> TENANTS = table(name("tenants"));
    static final Field<String> TENANTS_ID = field(name("tenants", "id"), SQLDataType.CLOB);
    static final Field<Long> NEWEST = field(name("tenants", "event_number"), SQLDataType.BIGINT);

    static final Table<Record> DELIVERIES = table(name("webhook_deliveries"));
    static final Field<Long> DELIVERY_SEQ = delivery("seq", SQLDataType.BIGINT);
    static final Field<String> DELIVERY_TENANT_ID = delivery("tenant_id", SQLDataType.CLOB);
    static final Field<String> WEBHOOK_ID = delivery("webhook_id", SQLDataType.CLOB);
    static final Field<Long> EVENT_NUMBER = delivery("number", SQLDataType.BIGINT);
    static final Field<String> KIND = delivery("kind", SQLDataType.CLOB);
    static final Field<Long> AT = delivery("at", SQLDataType.BIGINT);
    static final Field<Long> MILLISECONDS = delivery("milliseconds", SQLDataType.BIGINT);
    static final Field<Integer> STATUS = delivery("status", SQLDataType.INTEGER);
    static final Field<String> ERROR = delivery("error", SQLDataType.CLOB);

    private WebhookTable() {}

    private static <T> Field<T> column(String column, DataType<T> type) {
        return field(name("webhooks", column), type);
    }

    private static <T> Field<T> delivery(String column, DataType<T> type) {
        return field(name("webhook_deliveries", column), type);
    }
}
