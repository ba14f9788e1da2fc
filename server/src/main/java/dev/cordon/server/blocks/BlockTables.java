package dev.cordon.server.blocks;

import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.table;

import java.util.List;
import org.jooq.DataType;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.Table;
import org.jooq.impl.SQLDataType;

/** The tables and columns that this package owns. */
final class BlockTables {

    private static final DataType<String> TEXT = SQLDataType.CLOB;
    private static final DataType<String> TEXT_NOT_NULL = TEXT.notNull();
    private static final DataType<Long> BIGINT = SQLDataType.BIGINT;
    private static final DataType<Long> BIGINT_NOT_NULL = BIGINT.notNull();
    private static final DataType<Boolean> BOOLEAN_NOT_NULL = SQLDataType.BOOLEAN.notNull();

    private BlockTables() {}

    /** {@code block_lists}. */
    static final class Lists {
        static final Table<Record> TABLE = table(name("block_lists"));
        static final Field<String> TENANT_ID = field(name("block_lists", "tenant_id"), TEXT_NOT_NULL);
        static final Field<Long> VERSION = field(name("block_lists", "version"), BIGINT_NOT_NULL);
        static final Field<Long> FLOOR = field(name("block_lists", "floor"), BIGINT_NOT_NULL);

        private Lists() {}
    }

    /** {@code blocked_files}. */
    static final class Files {
        static final Table<Record> TABLE = table(name("blocked_files"));
        static final Field<Long> SEQ = column("seq", BIGINT_NOT_NULL);
        static final Field<String> TENANT_ID = column("tenant_id", TEXT_NOT_NULL);
        static final Field<String> HASH = column("hash", TEXT_NOT_NULL);
        static final Field<Long> VERSION = column("version", BIGINT_NOT_NULL);
        static final Field<Boolean> BLOCKED = column("blocked", BOOLEAN_NOT_NULL);
        static final Field<Boolean> STOP_RUNNING = column("stop_running", BOOLEAN_NOT_NULL);
        static final Field<String> REQUESTOR = column("requestor", TEXT_NOT_NULL);
        static final Field<String> REQUESTOR_COMMENT = column("requestor_comment", TEXT_NOT_NULL);
        static final Field<Long> CREATED_AT = column("created_at", BIGINT_NOT_NULL);
        static final Field<Long> UPDATED_AT = column("updated_at", BIGINT_NOT_NULL);
        static final Field<String> CANCELLATION_REQUESTOR = column("cancellation_requestor", TEXT);
        static final Field<String> CANCELLATION_COMMENT = column("cancellation_comment", TEXT);
        static final Field<Long> CANCELLED_AT = column("cancelled_at", BIGINT);

        static final List<Field<?>> COLUMNS = List.of(
                HASH,
                VERSION,
                BLOCKED,
                STOP_RUNNING,
                REQUESTOR,
                REQUESTOR_COMMENT,
                CREATED_AT,
                UPDATED_AT,
                CANCELLATION_REQUESTOR,
                CANCELLATION_COMMENT,
                CANCELLED_AT);

        private Files() {}

        private static <T> Field<T> column(String column, DataType<T> type) {
            return field(name("blocked_files", column), type);
        }
    }

    /** {@code block_enforcement}. */
    static final class Enforced {
        static final Table<Record> TABLE = table(name("block_enforcement"));
        static final Field<String> TENANT_ID = column("tenant_id", TEXT_NOT_NULL);
        static final Field<String> MACHINE_ID = column("machine_id", TEXT_NOT_NULL);
        static final Field<Long> VERSION = column("version", BIGINT_NOT_NULL);
        static final Field<String> SUPPORT = column("support", TEXT_NOT_NULL);
        static final Field<String> LIMITS = column("limits", TEXT_NOT_NULL);
        static final Field<Long> TOLD_AT = column("told_at", BIGINT_NOT_NULL);

        private Enforced() {}

        private static <T> Field<T> column(String column, DataType<T> type) {
            return field(name("block_enforcement", column), type);
        }
    }
}
