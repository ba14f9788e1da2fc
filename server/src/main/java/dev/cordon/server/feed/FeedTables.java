package dev.cordon.server.feed;

import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.table;

import org.jooq.DataType;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.Table;
import org.jooq.impl.SQLDataType;

/** The columns the feed works with. */
final class FeedTables {

    static final Table<Record> TENANTS = table(name("tenants"));
    static final Field<String> ID = field(name("tenants", "id"), SQLDataType.CLOB);
    static final Field<Long> EVENT_NUMBER = field(name("event_number"), SQLDataType.BIGINT.notNull());

    static final Table<Record> ACTIONS = table(name("machine_actions"));
    static final Field<String> ACTION_TENANT_ID = field(name("machine_actions", "tenant_id"), SQLDataType.CLOB);
    static final Field<String> ACTIONS_ID = field(name("machine_actions", "id"), SQLDataType.CLOB);
    static final Field<String> ACTIONS_MACHINE_ID = field(name("machine_actions", "machine_id"), SQLDataType.CLOB);

    static final Table<Record> EVENTS = table(name("events"));
    static final Field<String> TENANT_ID = column("tenant_id", SQLDataType.CLOB.notNull());
    static final Field<Long> NUMBER = column("number", SQLDataType.BIGINT.notNull());
    static final Field<Long> AT = column("at", SQLDataType.BIGINT.notNull());
    static final Field<String> KIND = column("kind", SQLDataType.CLOB.notNull());
    static final Field<String> ACTOR = column("actor", SQLDataType.CLOB.notNull());
    static final Field<String> SUBJECT = column("subject", SQLDataType.CLOB.notNull());
    static final Field<String> MACHINE_ID = column("machine_id", SQLDataType.CLOB);
    static final Field<String> ACTION_ID = column("action_id", SQLDataType.CLOB);
    static final Field<String> DETAIL = column("detail", SQLDataType.CLOB.notNull());

    private FeedTables() {}

    private static <T> Field<T> column(String column, DataType<T> type) {
        return field(name("events", column), type);
    }
}
