package dev.cordon.server.federation;

import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.table;

import org.jooq.DataType;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.Table;
import org.jooq.impl.SQLDataType;

/** The tables that this package owns. */
final class FederationTables {

    private FederationTables() {}

    static final class Issuers {
        static final Table<Record> TABLE = table(name("sign_in_issuers"));
        static final Field<String> TENANT_ID = column(TABLE, "tenant_id", SQLDataType.CLOB.notNull());
        static final Field<String> ID = column(TABLE, "id", SQLDataType.CLOB.notNull());
        static final Field<String> DISPLAY_NAME = column(TABLE, "display_name", SQLDataType.CLOB.notNull());
        static final Field<Boolean> ENABLED = column(TABLE, "enabled", SQLDataType.BOOLEAN.notNull());
        static final Field<String> ISSUER = column(TABLE, "issuer", SQLDataType.CLOB.notNull());
        static final Field<String> JWKS_URI = column(TABLE, "jwks_uri", SQLDataType.CLOB);
        static final Field<String> AUTHORITY = column(TABLE, "authority", SQLDataType.CLOB);
        static final Field<String> CLIENT_ID = column(TABLE, "client_id", SQLDataType.CLOB.notNull());
        static final Field<byte[]> CLIENT_SECRET = column(TABLE, "client_secret", SQLDataType.BLOB);
        static final Field<String> RULES = column(TABLE, "rules", SQLDataType.CLOB.notNull());
        static final Field<Long> CREATED_AT = column(TABLE, "created_at", SQLDataType.BIGINT.notNull());

        private Issuers() {}
    }

    static final class Identities {
        static final Table<Record> TABLE = table(name("outside_identities"));
        static final Field<String> TENANT_ID = column(TABLE, "tenant_id", SQLDataType.CLOB.notNull());
        static final Field<String> ISSUER = column(TABLE, "issuer", SQLDataType.CLOB.notNull());
        static final Field<String> SUBJECT = column(TABLE, "subject", SQLDataType.CLOB.notNull());
        static final Field<String> USER_ID = column(TABLE, "user_id", SQLDataType.CLOB.notNull());
        static final Field<Boolean> MANAGED = column(TABLE, "managed", SQLDataType.BOOLEAN.notNull());
        static final Field<Long> CREATED_AT = column(TABLE, "created_at", SQLDataType.BIGINT.notNull());

        private Identities() {}
    }

    static final class SignIns {
        static final Table<Record> TABLE = table(name("outside_sign_ins"));
        static final Field<byte[]> HASH = column(TABLE, "hash", SQLDataType.BLOB.notNull());
        static final Field<String> TENANT_ID = column(TABLE, "tenant_id", SQLDataType.CLOB.notNull());
        static final Field<String> ISSUER_ID = column(TABLE, "issuer_id", SQLDataType.CLOB.notNull());
        static final Field<byte[]> BROWSER = column(TABLE, "browser", SQLDataType.BLOB.notNull());
        static final Field<String> VERIFIER = column(TABLE, "verifier", SQLDataType.CLOB.notNull());
        static final Field<String> NONCE = column(TABLE, "nonce", SQLDataType.CLOB.notNull());
        static final Field<String> RETURN_PATH = column(TABLE, "return_path", SQLDataType.CLOB.notNull());
        static final Field<Boolean> AFRESH = column(TABLE, "afresh", SQLDataType.BOOLEAN.notNull());
        static final Field<Long> BEGUN_AT = column(TABLE, "begun_at", SQLDataType.BIGINT.notNull());
        static final Field<Long> EXPIRES_AT = column(TABLE, "expires_at", SQLDataType.BIGINT.notNull());

        private SignIns() {}
    }

    private static <T> Field<T> column(Table<?> table, String column, DataType<T> type) {
        return field(name(table.getName(), column), type);
    }
}
