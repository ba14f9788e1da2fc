package dev.cordon.server.users;

import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.table;

import org.jooq.DataType;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.Table;
import org.jooq.impl.SQLDataType;

/** The tables that this package owns. */
final class UserTables {

    private UserTables() {}

    static final class Users {
        static final Table<Record> TABLE = table(name("users"));
        static final Field<String> TENANT_ID = column(TABLE, "tenant_id", SQLDataType.CLOB.notNull());
        static final Field<String> ID = column(TABLE, "id", SQLDataType.CLOB.notNull());
        static final Field<String> USER_PRINCIPAL_NAME =
                column(TABLE, "user_principal_name", SQLDataType.CLOB.notNull());
        static final Field<String> DISPLAY_NAME = column(TABLE, "display_name", SQLDataType.CLOB.notNull());
        static final Field<String> GIVEN_NAME = column(TABLE, "given_name", SQLDataType.CLOB);
        static final Field<String> FAMILY_NAME = column(TABLE, "family_name", SQLDataType.CLOB);
        static final Field<String> DIRECTORY_ROLES = column(TABLE, "directory_roles", SQLDataType.CLOB.notNull());
        static final Field<String> PASSWORD = column(TABLE, "password", SQLDataType.CLOB);
        static final Field<Long> PASSWORD_SET_AT = column(TABLE, "password_set_at", SQLDataType.BIGINT);
        static final Field<Boolean> ENABLED = column(TABLE, "enabled", SQLDataType.BOOLEAN.notNull());
        static final Field<Boolean> SECOND_FACTOR = column(TABLE, "second_factor", SQLDataType.BOOLEAN.notNull());
        static final Field<byte[]> TOTP_SECRET = column(TABLE, "totp_secret", SQLDataType.BLOB);
        static final Field<Long> TOTP_LAST_STEP = column(TABLE, "totp_last_step", SQLDataType.BIGINT.notNull());
        static final Field<Long> FAILED_TRIES = column(TABLE, "failed_tries", SQLDataType.BIGINT.notNull());
        static final Field<Long> LOCKED_UNTIL = column(TABLE, "locked_until", SQLDataType.BIGINT.notNull());
        static final Field<Long> CREATED_AT = column(TABLE, "created_at", SQLDataType.BIGINT.notNull());

        private Users() {}
    }

    static final class Roles {
        static final Table<Record> TABLE = table(name("roles"));
        static final Field<String> TENANT_ID = column(TABLE, "tenant_id", SQLDataType.CLOB.notNull());
        static final Field<String> ID = column(TABLE, "id", SQLDataType.CLOB.notNull());
        static final Field<String> DISPLAY_NAME = column(TABLE, "display_name", SQLDataType.CLOB.notNull());
        static final Field<String> PERMISSIONS = column(TABLE, "permissions", SQLDataType.CLOB.notNull());
        static final Field<Boolean> ALL_MACHINES = column(TABLE, "all_machines", SQLDataType.BOOLEAN.notNull());
        static final Field<Boolean> SECOND_FACTOR = column(TABLE, "second_factor", SQLDataType.BOOLEAN.notNull());

        private Roles() {}
    }

    static final class RoleGroups {
        static final Table<Record> TABLE = table(name("role_machine_groups"));
        static final Field<String> TENANT_ID = column(TABLE, "tenant_id", SQLDataType.CLOB.notNull());
        static final Field<String> ROLE_ID = column(TABLE, "role_id", SQLDataType.CLOB.notNull());
        static final Field<Long> GROUP_ID = column(TABLE, "machine_group_id", SQLDataType.BIGINT.notNull());

        private RoleGroups() {}
    }

    static final class UserRoles {
        static final Table<Record> TABLE = table(name("user_roles"));
        static final Field<String> TENANT_ID = column(TABLE, "tenant_id", SQLDataType.CLOB.notNull());
        static final Field<String> USER_ID = column(TABLE, "user_id", SQLDataType.CLOB.notNull());
        static final Field<String> ROLE_ID = column(TABLE, "role_id", SQLDataType.CLOB.notNull());

        private UserRoles() {}
    }

    static final class Invitations {
        static final Table<Record> TABLE = table(name("invitations"));
        static final Field<byte[]> HASH = column(TABLE, "hash", SQLDataType.BLOB.notNull());
        static final Field<String> TENANT_ID = column(TABLE, "tenant_id", SQLDataType.CLOB.notNull());
        static final Field<String> USER_ID = column(TABLE, "user_id", SQLDataType.CLOB);
        static final Field<Long> CREATED_AT = column(TABLE, "created_at", SQLDataType.BIGINT.notNull());
        static final Field<Long> EXPIRES_AT = column(TABLE, "expires_at", SQLDataType.BIGINT.notNull());
        static final Field<Long> USED_AT = column(TABLE, "used_at", SQLDataType.BIGINT);

        private Invitations() {}
    }

    static final class SignIns {
        static final Table<Record> TABLE = table(name("sign_ins"));
        static final Field<String> ID = column(TABLE, "id", SQLDataType.CLOB.notNull());
        static final Field<String> TENANT_ID = column(TABLE, "tenant_id", SQLDataType.CLOB.notNull());
        static final Field<String> APPLICATION_ID = column(TABLE, "application_id", SQLDataType.CLOB.notNull());
        static final Field<String> USER_ID = column(TABLE, "user_id", SQLDataType.CLOB.notNull());
        static final Field<String> METHODS = column(TABLE, "methods", SQLDataType.CLOB.notNull());
        static final Field<String> ISSUER_ID = column(TABLE, "issuer_id", SQLDataType.CLOB);
        static final Field<String> SCOPE = column(TABLE, "scope", SQLDataType.CLOB.notNull());
        static final Field<Long> AUTHENTICATED_AT = column(TABLE, "authenticated_at", SQLDataType.BIGINT.notNull());
        static final Field<Long> CREATED_AT = column(TABLE, "created_at", SQLDataType.BIGINT.notNull());
        static final Field<byte[]> SESSION_HASH = column(TABLE, "session_hash", SQLDataType.BLOB);
        static final Field<Long> REVOKED_AT = column(TABLE, "revoked_at", SQLDataType.BIGINT);

        private SignIns() {}
    }

    static final class Sessions {
        static final Table<Record> TABLE = table(name("sign_in_sessions"));
        static final Field<byte[]> HASH = column(TABLE, "hash", SQLDataType.BLOB.notNull());
        static final Field<String> TENANT_ID = column(TABLE, "tenant_id", SQLDataType.CLOB.notNull());
        static final Field<String> USER_ID = column(TABLE, "user_id", SQLDataType.CLOB.notNull());
        static final Field<String> METHODS = column(TABLE, "methods", SQLDataType.CLOB.notNull());
        static final Field<Boolean> COMPLETE = column(TABLE, "complete", SQLDataType.BOOLEAN.notNull());
        static final Field<Long> AUTHENTICATED_AT = column(TABLE, "authenticated_at", SQLDataType.BIGINT.notNull());
        static final Field<String> ISSUER_ID = column(TABLE, "issuer_id", SQLDataType.CLOB);
        static final Field<String> ISSUER_SESSION = column(TABLE, "issuer_session", SQLDataType.CLOB);
        static final Field<Long> EXPIRES_AT = column(TABLE, "expires_at", SQLDataType.BIGINT.notNull());

        private Sessions() {}
    }

    static final class Passkeys {
        static final Table<Record> TABLE = table(name("passkeys"));
        static final Field<String> TENANT_ID = column(TABLE, "tenant_id", SQLDataType.CLOB.notNull());
        static final Field<String> USER_ID = column(TABLE, "user_id", SQLDataType.CLOB.notNull());
        static final Field<String> ID = column(TABLE, "id", SQLDataType.CLOB.notNull());
        static final Field<String> NAME = column(TABLE, "name", SQLDataType.CLOB.notNull());
        static final Field<String> RP_ID = column(TABLE, "rp_id", SQLDataType.CLOB.notNull());
        static final Field<byte[]> CREDENTIAL_ID = column(TABLE, "credential_id", SQLDataType.BLOB.notNull());
        static final Field<byte[]> CREDENTIAL = column(TABLE, "credential", SQLDataType.BLOB.notNull());
        static final Field<Long> SIGN_COUNT = column(TABLE, "sign_count", SQLDataType.BIGINT.notNull());
        static final Field<Boolean> BACKUP_ELIGIBLE = column(TABLE, "backup_eligible", SQLDataType.BOOLEAN.notNull());
        static final Field<String> TRANSPORTS = column(TABLE, "transports", SQLDataType.CLOB.notNull());
        static final Field<Long> CREATED_AT = column(TABLE, "created_at", SQLDataType.BIGINT.notNull());
        static final Field<Long> LAST_USED_AT = column(TABLE, "last_used_at", SQLDataType.BIGINT);

        private Passkeys() {}
    }

    static final class Challenges {
        static final Table<Record> TABLE = table(name("passkey_challenges"));
        static final Field<byte[]> HASH = column(TABLE, "hash", SQLDataType.BLOB.notNull());
        static final Field<String> PURPOSE = column(TABLE, "purpose", SQLDataType.CLOB.notNull());
        static final Field<byte[]> BROWSER = column(TABLE, "browser", SQLDataType.BLOB.notNull());
        static final Field<Long> EXPIRES_AT = column(TABLE, "expires_at", SQLDataType.BIGINT.notNull());

        private Challenges() {}
    }

    static final class RecoveryCodes {
        static final Table<Record> TABLE = table(name("recovery_codes"));
        static final Field<String> TENANT_ID = column(TABLE, "tenant_id", SQLDataType.CLOB.notNull());
        static final Field<String> USER_ID = column(TABLE, "user_id", SQLDataType.CLOB.notNull());
        static final Field<byte[]> HASH = column(TABLE, "hash", SQLDataType.BLOB.notNull());
        static final Field<Long> USED_AT = column(TABLE, "used_at", SQLDataType.BIGINT);

        private RecoveryCodes() {}
    }

    private static <T> Field<T> column(Table<?> table, String column, DataType<T> type) {
        return field(name(table.getName(), column), type);
    }
}
