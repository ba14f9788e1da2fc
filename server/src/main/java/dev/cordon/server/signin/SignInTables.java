package dev.cordon.server.signin;

import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.table;

import org.jooq.DataType;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.Table;
import org.jooq.impl.SQLDataType;

/** The tables that this package owns. */
final class SignInTables {

    private SignInTables() {}

    static final class Clients {
        static final Table<Record> TABLE = table(name("application_sign_in"));
        static final Field<String> TENANT_ID = column(TABLE, "tenant_id", SQLDataType.CLOB.notNull());
        static final Field<String> APPLICATION_ID = column(TABLE, "application_id", SQLDataType.CLOB.notNull());
        static final Field<Boolean> PUBLIC_CLIENT = column(TABLE, "public_client", SQLDataType.BOOLEAN.notNull());
        static final Field<Boolean> PASSWORD_GRANT = column(TABLE, "password_grant", SQLDataType.BOOLEAN.notNull());
        static final Field<Boolean> ID_TOKENS = column(TABLE, "id_tokens", SQLDataType.BOOLEAN.notNull());
        static final Field<Boolean> EXPOSES_API = column(TABLE, "exposes_api", SQLDataType.BOOLEAN.notNull());
        static final Field<String> LOGOUT_URI = column(TABLE, "front_channel_logout_uri", SQLDataType.CLOB);

        private Clients() {}
    }

    static final class RedirectUris {
        static final Table<Record> TABLE = table(name("application_redirect_uris"));
        static final Field<String> TENANT_ID = column(TABLE, "tenant_id", SQLDataType.CLOB.notNull());
        static final Field<String> APPLICATION_ID = column(TABLE, "application_id", SQLDataType.CLOB.notNull());
        static final Field<String> URI = column(TABLE, "uri", SQLDataType.CLOB.notNull());
        static final Field<Boolean> SINGLE_PAGE = column(TABLE, "single_page", SQLDataType.BOOLEAN.notNull());

        private RedirectUris() {}
    }

    static final class Scopes {
        static final Table<Record> TABLE = table(name("application_scopes"));
        static final Field<String> TENANT_ID = column(TABLE, "tenant_id", SQLDataType.CLOB.notNull());
        static final Field<String> APPLICATION_ID = column(TABLE, "application_id", SQLDataType.CLOB.notNull());
        static final Field<String> SCOPE = column(TABLE, "scope", SQLDataType.CLOB.notNull());

        private Scopes() {}
    }

    static final class Consented {
        static final Table<Record> TABLE = table(name("consents"));
        static final Field<String> TENANT_ID = column(TABLE, "tenant_id", SQLDataType.CLOB.notNull());
        static final Field<String> APPLICATION_ID = column(TABLE, "application_id", SQLDataType.CLOB.notNull());
        static final Field<String> USER_ID = column(TABLE, "user_id", SQLDataType.CLOB.notNull());
        static final Field<String> SCOPE = column(TABLE, "scope", SQLDataType.CLOB.notNull());
        static final Field<Long> GRANTED_AT = column(TABLE, "granted_at", SQLDataType.BIGINT.notNull());

        private Consented() {}
    }

    static final class Refresh {
        static final Table<Record> TABLE = table(name("refresh_tokens"));
        static final Field<byte[]> HASH = column(TABLE, "hash", SQLDataType.BLOB.notNull());
        static final Field<String> SIGN_IN_ID = column(TABLE, "sign_in_id", SQLDataType.CLOB.notNull());
        static final Field<Long> CREATED_AT = column(TABLE, "created_at", SQLDataType.BIGINT.notNull());
        static final Field<Long> EXPIRES_AT = column(TABLE, "expires_at", SQLDataType.BIGINT.notNull());
        static final Field<Long> USED_AT = column(TABLE, "used_at", SQLDataType.BIGINT);
        static final Field<Boolean> SINGLE_PAGE = column(TABLE, "single_page", SQLDataType.BOOLEAN.notNull());

        private Refresh() {}
    }

    static final class Codes {
        static final Table<Record> TABLE = table(name("authorization_codes"));
        static final Field<byte[]> HASH = column(TABLE, "hash", SQLDataType.BLOB.notNull());
        static final Field<String> SIGN_IN_ID = column(TABLE, "sign_in_id", SQLDataType.CLOB.notNull());
        static final Field<String> REDIRECT_URI = column(TABLE, "redirect_uri", SQLDataType.CLOB.notNull());
        static final Field<String> CHALLENGE = column(TABLE, "challenge", SQLDataType.CLOB);
        static final Field<String> CHALLENGE_METHOD = column(TABLE, "challenge_method", SQLDataType.CLOB);
        static final Field<String> NONCE = column(TABLE, "nonce", SQLDataType.CLOB);
        static final Field<Long> EXPIRES_AT = column(TABLE, "expires_at", SQLDataType.BIGINT.notNull());
        static final Field<Long> REDEEMED_AT = column(TABLE, "redeemed_at", SQLDataType.BIGINT);

        private Codes() {}
    }

    static final class Devices {
        static final Table<Record> TABLE = table(name("device_codes"));
        static final Field<byte[]> HASH = column(TABLE, "hash", SQLDataType.BLOB.notNull());
        static final Field<String> USER_CODE = column(TABLE, "user_code", SQLDataType.CLOB.notNull());
        static final Field<String> TENANT_ID = column(TABLE, "tenant_id", SQLDataType.CLOB.notNull());
        static final Field<String> APPLICATION_ID = column(TABLE, "application_id", SQLDataType.CLOB.notNull());
        static final Field<String> SCOPE = column(TABLE, "scope", SQLDataType.CLOB.notNull());
        static final Field<Long> EXPIRES_AT = column(TABLE, "expires_at", SQLDataType.BIGINT.notNull());
        static final Field<Long> LAST_POLL_AT = column(TABLE, "last_poll_at", SQLDataType.BIGINT);
        static final Field<Boolean> DECLINED = column(TABLE, "declined", SQLDataType.BOOLEAN.notNull());
        static final Field<String> SIGN_IN_ID = column(TABLE, "sign_in_id", SQLDataType.CLOB);
        static final Field<Long> REDEEMED_AT = column(TABLE, "redeemed_at", SQLDataType.BIGINT);

        private Devices() {}
    }

    private static <T> Field<T> column(Table<?> table, String column, DataType<T> type) {
        return field(name(table.getName(), column), type);
    }
}
