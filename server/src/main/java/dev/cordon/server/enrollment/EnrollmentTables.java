package dev.cordon.server.enrollment;

import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.table;

import org.jooq.Field;
import org.jooq.Record;
import org.jooq.Table;
import org.jooq.impl.SQLDataType;

/** The tables that this package owns, as the schema script declares them. */
final class EnrollmentTables {

    private EnrollmentTables() {}

    /** {@code enrollment_tokens}. */
    static final class Tokens {
        static final Table<Record> TABLE = table(name("enrollment_tokens"));
        static final Field<String> TENANT_ID = field(name("tenant_id"), SQLDataType.VARCHAR);
        static final Field<String> ID = field(name("id"), SQLDataType.VARCHAR);
        static final Field<byte[]> HASH = field(name("hash"), SQLDataType.BLOB);
        static final Field<String> DESCRIPTION = field(name("description"), SQLDataType.VARCHAR);
        static final Field<Integer> MAX_USES = field(name("max_uses"), SQLDataType.INTEGER);
        static final Field<Integer> USES = field(name("uses"), SQLDataType.INTEGER);
        static final Field<Long> CREATED_AT = field(name("created_at"), SQLDataType.BIGINT);
        static final Field<Long> EXPIRES_AT = field(name("expires_at"), SQLDataType.BIGINT);
        static final Field<Long> REVOKED_AT = field(name("revoked_at"), SQLDataType.BIGINT);

        private Tokens() {}
    }

    /** {@code machine_certificates}. */
    static final class Certificates {
        static final Table<Record> TABLE = table(name("machine_certificates"));
        static final Field<String> TENANT_ID = field(name("tenant_id"), SQLDataType.VARCHAR);
        static final Field<String> MACHINE_ID = field(name("machine_id"), SQLDataType.VARCHAR);
        static final Field<String> SERIAL = field(name("serial"), SQLDataType.VARCHAR);
        static final Field<byte[]> DER = field(name("der"), SQLDataType.BLOB);
        static final Field<Long> ISSUED_AT = field(name("issued_at"), SQLDataType.BIGINT);
        static final Field<Long> EXPIRES_AT = field(name("expires_at"), SQLDataType.BIGINT);
        static final Field<Long> REVOKED_AT = field(name("revoked_at"), SQLDataType.BIGINT);

        private Certificates() {}
    }
}
