package dev.cordon.server.identity;

import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.table;

import org.jooq.DataType;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.Table;
import org.jooq.impl.SQLDataType;

/** The tables of what applications prove themselves with, other than secrets. */
final class CredentialTables {

    private CredentialTables() {}

    static final class Certificates {
        static final Table<Record> TABLE = table(name("application_certificates"));
        static final Field<String> TENANT_ID = column(TABLE, "tenant_id", SQLDataType.CLOB);
        static final Field<String> APPLICATION_ID = column(TABLE, "application_id", SQLDataType.CLOB);
        static final Field<String> ID = column(TABLE, "id", SQLDataType.CLOB);
        static final Field<byte[]> DER = column(TABLE, "der", SQLDataType.BLOB);
        static final Field<String> SHA256 = column(TABLE, "sha256", SQLDataType.CLOB);
        static final Field<Long> STARTS_AT = column(TABLE, "starts_at", SQLDataType.BIGINT);
        static final Field<Long> EXPIRES_AT = column(TABLE, "expires_at", SQLDataType.BIGINT);
        static final Field<Boolean> SINGLE_USE = column(TABLE, "single_use", SQLDataType.BOOLEAN);
        static final Field<Long> CREATED_AT = column(TABLE, "created_at", SQLDataType.BIGINT);

        private Certificates() {}
    }

    static final class UsedAssertions {
        static final Table<Record> TABLE = table(name("used_assertions"));
        static final Field<String> TENANT_ID = column(TABLE, "tenant_id", SQLDataType.CLOB);
        static final Field<String> APPLICATION_ID = column(TABLE, "application_id", SQLDataType.CLOB);
        static final Field<String> ID = column(TABLE, "id", SQLDataType.CLOB);
        static final Field<Long> EXPIRES_AT = column(TABLE, "expires_at", SQLDataType.BIGINT);

        private UsedAssertions() {}
    }

    static final class Federated {
        static final Table<Record> TABLE = table(name("federated_credentials"));
        static final Field<String> TENANT_ID = column(TABLE, "tenant_id", SQLDataType.CLOB);
        static final Field<String> APPLICATION_ID = column(TABLE, "application_id", SQLDataType.CLOB);
        static final Field<String> ID = column(TABLE, "id", SQLDataType.CLOB);
        static final Field<String> NAME = column(TABLE, "name", SQLDataType.CLOB);
        static final Field<String> ISSUER = column(TABLE, "issuer", SQLDataType.CLOB);
        static final Field<String> SUBJECT = column(TABLE, "subject", SQLDataType.CLOB);
        static final Field<String> AUDIENCE = column(TABLE, "audience", SQLDataType.CLOB);
        static final Field<String> JWKS_URI = column(TABLE, "jwks_uri", SQLDataType.CLOB);
        static final Field<String> AUTHORITY = column(TABLE, "authority", SQLDataType.CLOB);
        static final Field<Long> CREATED_AT = column(TABLE, "created_at", SQLDataType.BIGINT);

        private Federated() {}
    }

    static final class OutsideIssuers {
        static final Table<Record> TABLE = table(name("outside_issuers"));
        static final Field<String> TENANT_ID = column(TABLE, "tenant_id", SQLDataType.CLOB);
        static final Field<String> ID = column(TABLE, "id", SQLDataType.CLOB);
        static final Field<String> ISSUER = column(TABLE, "issuer", SQLDataType.CLOB);
        static final Field<String> AUDIENCE = column(TABLE, "audience", SQLDataType.CLOB);
        static final Field<String> JWKS_URI = column(TABLE, "jwks_uri", SQLDataType.CLOB);
        static final Field<String> AUTHORITY = column(TABLE, "authority", SQLDataType.CLOB);
        static final Field<String> MAPPING = column(TABLE, "mapping", SQLDataType.CLOB);
        static final Field<Long> CREATED_AT = column(TABLE, "created_at", SQLDataType.BIGINT);

        private OutsideIssuers() {}
    }

    private static <T> Field<T> column(Table<?> table, String column, DataType<T> type) {
        return field(name(table.getName(), column), type);
    }
}
