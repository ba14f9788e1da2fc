package dev.cordon.server.objects;

import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.table;

import org.jooq.DataType;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.Table;
import org.jooq.impl.SQLDataType;

/** The tables and columns that this package owns. */
final class ObjectTables {

    private ObjectTables() {}

    /** {@code objects}. */
    static final class Objects {
        static final Table<Record> TABLE = table(name("objects"));
        static final Field<String> ID = column("id", SQLDataType.CLOB);
        static final Field<String> TENANT_ID = column("tenant_id", SQLDataType.CLOB);
        static final Field<String> MACHINE_ID = column("machine_id", SQLDataType.CLOB);
        static final Field<String> ACTION_ID = column("action_id", SQLDataType.CLOB);
        static final Field<String> UPLOAD_ID = column("upload_id", SQLDataType.CLOB);
        static final Field<String> KIND = column("kind", SQLDataType.CLOB);
        static final Field<String> NAME = column("name", SQLDataType.CLOB);
        static final Field<Long> SIZE = column("size", SQLDataType.BIGINT);
        static final Field<String> SHA256 = column("sha256", SQLDataType.CLOB);
        static final Field<byte[]> WRAPPED_KEY = column("wrapped_key", SQLDataType.BLOB);
        static final Field<Long> CREATED_AT = column("created_at", SQLDataType.BIGINT);
        static final Field<Long> COMPLETED_AT = column("completed_at", SQLDataType.BIGINT);
        static final Field<Long> DELETED_AT = column("deleted_at", SQLDataType.BIGINT);

        private Objects() {}

        private static <T> Field<T> column(String column, DataType<T> type) {
            return field(name("objects", column), type);
        }
    }

    /** {@code object_links}. */
    static final class Links {
        static final Table<Record> TABLE = table(name("object_links"));
        static final Field<String> ID = column("id", SQLDataType.CLOB);
        static final Field<String> TENANT_ID = column("tenant_id", SQLDataType.CLOB);
        static final Field<String> OBJECT_ID = column("object_id", SQLDataType.CLOB);
        static final Field<byte[]> SECRET_HASH = column("secret_hash", SQLDataType.BLOB);
        static final Field<String> REQUESTOR = column("requestor", SQLDataType.CLOB);
        static final Field<Long> CREATED_AT = column("created_at", SQLDataType.BIGINT);
        static final Field<Long> EXPIRES_AT = column("expires_at", SQLDataType.BIGINT);
        static final Field<Long> REVOKED_AT = column("revoked_at", SQLDataType.BIGINT);

        private Links() {}

        private static <T> Field<T> column(String column, DataType<T> type) {
            return field(name("object_links", column), type);
        }
    }
}
