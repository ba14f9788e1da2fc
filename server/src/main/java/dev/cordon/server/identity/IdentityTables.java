package dev.cordon.server.identity;

import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.table;

import org.jooq.DataType;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.Table;
import org.jooq.impl.SQLDataType;

/** The tables that this package owns. */
final class IdentityTables {

    private IdentityTables() {}

    static final class Tenants {
        static final Table<Record> TABLE = table(name("tenants"));
        static final Field<String> ID = column(TABLE, "id", SQLDataType.CLOB);
        static final Field<String> DISPLAY_NAME = column(TABLE, "display_name", SQLDataType.CLOB);
        static final Field<String> DOMAIN_NAME = column(TABLE, "domain_name", SQLDataType.CLOB);
        static final Field<String> SETTINGS = column(TABLE, "settings", SQLDataType.CLOB);
        static final Field<Long> CREATED_AT = column(TABLE, "created_at", SQLDataType.BIGINT);
        static final Field<Long> AUDIT_NUMBER = column(TABLE, "audit_number", SQLDataType.BIGINT);
        static final Field<byte[]> AUDIT_HASH = column(TABLE, "audit_hash", SQLDataType.BLOB);

        private Tenants() {}
    }

    static final class Applications {
        static final Table<Record> TABLE = table(name("applications"));
        static final Field<String> TENANT_ID = column(TABLE, "tenant_id", SQLDataType.CLOB);
        static final Field<String> ID = column(TABLE, "id", SQLDataType.CLOB);
        static final Field<String> OBJECT_ID = column(TABLE, "object_id", SQLDataType.CLOB);
        static final Field<String> DISPLAY_NAME = column(TABLE, "display_name", SQLDataType.CLOB);
        static final Field<Boolean> OWN_TENANT_ONLY = column(TABLE, "own_tenant_only", SQLDataType.BOOLEAN);
        static final Field<Boolean> ENABLED = column(TABLE, "enabled", SQLDataType.BOOLEAN);
        static final Field<Long> CREATED_AT = column(TABLE, "created_at", SQLDataType.BIGINT);

        private Applications() {}
    }

    static final class Permissions {
        static final Table<Record> TABLE = table(name("application_permissions"));
        static final Field<String> TENANT_ID = column(TABLE, "tenant_id", SQLDataType.CLOB);
        static final Field<String> APPLICATION_ID = column(TABLE, "application_id", SQLDataType.CLOB);
        static final Field<String> PERMISSION = column(TABLE, "permission", SQLDataType.CLOB);

        private Permissions() {}
    }

    static final class Secrets {
        static final Table<Record> TABLE = table(name("application_secrets"));
        static final Field<String> TENANT_ID = column(TABLE, "tenant_id", SQLDataType.CLOB);
        static final Field<String> APPLICATION_ID = column(TABLE, "application_id", SQLDataType.CLOB);
        static final Field<String> ID = column(TABLE, "id", SQLDataType.CLOB);
        static final Field<byte[]> HASH = column(TABLE, "hash", SQLDataType.BLOB);
        static final Field<String> HINT = column(TABLE, "hint", SQLDataType.CLOB);
        static final Field<Long> STARTS_AT = column(TABLE, "starts_at", SQLDataType.BIGINT);
        static final Field<Long> EXPIRES_AT = column(TABLE, "expires_at", SQLDataType.BIGINT);

        private Secrets() {}
    }

    private static <T> Field<T> column(Table<?> table, String column, DataType<T> type) {
        return field(name(table.getName(), column), type);
    }
}
