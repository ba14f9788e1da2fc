package dev.cordon.server.audit;

import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.table;

import org.jooq.Field;
import org.jooq.Record;
import org.jooq.Table;
import org.jooq.impl.SQLDataType;

/** The columns the audit log works with. */
final class AuditTables {

    static final Table<Record> TENANTS = table(name("tenants"));
    static final Field<String> ID = field(name("id"), SQLDataType.CLOB);
    static final Field<Long> AUDIT_NUMBER = field(name("audit_number"), SQLDataType.BIGINT);
    static final Field<byte[]> AUDIT_HASH = field(name("audit_hash"), SQLDataType.BLOB);

    static final Table<Record> ENTRIES = table(name("audit_entries"));
    static final Field<String> TENANT_ID = field(name("tenant_id"), SQLDataType.CLOB);
    static final Field<Long> NUMBER = field(name("number"), SQLDataType.BIGINT);
    static final Field<Long> AT = field(name("at"), SQLDataType.BIGINT);
    static final Field<String> ACTOR = field(name("actor"), SQLDataType.CLOB);
    static final Field<String> EVENT = field(name("event"), SQLDataType.CLOB);
    static final Field<String> SUBJECT = field(name("subject"), SQLDataType.CLOB);
    static final Field<String> DETAIL = field(name("detail"), SQLDataType.CLOB);
    static final Field<byte[]> PREVIOUS_HASH = field(name("previous_hash"), SQLDataType.BLOB);
    static final Field<byte[]> HASH = field(name("hash"), SQLDataType.BLOB);

    private AuditTables() {}
}
