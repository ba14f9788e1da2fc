package dev.cordon.server.actions;

import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.table;

import java.util.List;
import org.jooq.Condition;
import org.jooq.DataType;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.Table;
import org.jooq.impl.SQLDataType;

/** The tables and columns that this package owns. */
final class ActionTables {

    private static final DataType<String> TEXT = SQLDataType.CLOB;
    private static final DataType<String> TEXT_NOT_NULL = TEXT.notNull();
    private static final DataType<Long> BIGINT = SQLDataType.BIGINT;
    private static final DataType<Long> BIGINT_NOT_NULL = BIGINT.notNull();
    private static final DataType<byte[]> BYTES = SQLDataType.BLOB;

    private ActionTables() {}

    /** {@code machine_actions}. */
    static final class Action {
        static final Table<Record> TABLE = table(name("machine_actions"));
        static final Field<Long> SEQ = column("seq", BIGINT_NOT_NULL);
        static final Field<String> TENANT_ID = column("tenant_id", TEXT_NOT_NULL);
        static final Field<String> ID = column("id", TEXT_NOT_NULL);
        static final Field<String> TYPE = column("type", TEXT_NOT_NULL);
        static final Field<String> TITLE = column("title", TEXT);
        static final Field<String> REQUESTOR = column("requestor", TEXT_NOT_NULL);
        static final Field<String> REQUESTOR_ID = column("requestor_id", TEXT_NOT_NULL);
        static final Field<String> REQUESTOR_COMMENT = column("requestor_comment", TEXT_NOT_NULL);
        static final Field<String> STATUS = column("status", TEXT_NOT_NULL);
        static final Field<String> MACHINE_ID = column("machine_id", TEXT_NOT_NULL);
        static final Field<String> COMPUTER_DNS_NAME = column("computer_dns_name", TEXT);
        static final Field<Long> CREATED_AT = column("created_at", BIGINT_NOT_NULL);
        static final Field<Long> UPDATED_AT = column("updated_at", BIGINT_NOT_NULL);
        static final Field<Long> EXPIRES_AT = column("expires_at", BIGINT_NOT_NULL);
        static final Field<String> CANCELLATION_REQUESTOR = column("cancellation_requestor", TEXT);
        static final Field<String> CANCELLATION_COMMENT = column("cancellation_comment", TEXT);
        static final Field<Long> CANCELLED_AT = column("cancelled_at", BIGINT);
        static final Field<Integer> ERROR_HRESULT = column("error_hresult", SQLDataType.INTEGER);
        static final Field<String> SCOPE = column("scope", TEXT);
        static final Field<String> EXTERNAL_ID = column("external_id", TEXT);
        static final Field<String> REQUEST_SOURCE = column("request_source", TEXT_NOT_NULL);
        static final Field<String> RELATED_FILE = column("related_file", TEXT);
        static final Field<String> COMMANDS = column("commands", TEXT_NOT_NULL);
        static final Field<String> TROUBLESHOOT_INFO = column("troubleshoot_info", TEXT);
        static final Field<String> OUTCOME = column("outcome", TEXT);

        /**
         * It has not ended. Spelt as the partial indexes of the table spell it, without which the database would not see
         * that it may use them.
         */
        static final Condition IS_OPEN = STATUS.in(inline(Status.PENDING.word()), inline(Status.IN_PROGRESS.word()));

        private Action() {}

        private static <T> Field<T> column(String column, DataType<T> type) {
            return field(name("machine_actions", column), type);
        }
    }

    /** {@code commands}, the outbox. */
    static final class Outgoing {
        static final Table<Record> TABLE = table(name("commands"));
        static final Field<String> TENANT_ID = column("tenant_id", TEXT);
        static final Field<String> MACHINE_ID = column("machine_id", TEXT);
        static final Field<Long> SEQUENCE = column("sequence", BIGINT);
        static final Field<String> ACTION_ID = column("action_id", TEXT);
        static final Field<String> KIND = column("kind", TEXT);
        static final Field<byte[]> ENVELOPE = column("envelope", BYTES);
        static final Field<String> INTENT = column("intent", TEXT);
        static final Field<Long> CREATED_AT = column("created_at", BIGINT);
        static final Field<Long> EXPIRES_AT = column("expires_at", BIGINT);
        static final Field<Long> DELIVERED_AT = column("delivered_at", BIGINT);
        static final Field<Long> ACKNOWLEDGED_AT = column("acknowledged_at", BIGINT);
        static final Field<Long> WITHDRAWN_AT = column("withdrawn_at", BIGINT);
        static final Field<Long> UNDONE_AT = column("undone_at", BIGINT);
        static final Field<byte[]> BREAK_GLASS = column("break_glass", BYTES);

        private Outgoing() {}

        private static <T> Field<T> column(String column, DataType<T> type) {
            return field(name("commands", column), type);
        }
    }

    /** {@code quarantined_files}. */
    static final class Quarantined {
        static final Table<Record> TABLE = table(name("quarantined_files"));
        static final Field<Long> SEQ = column("seq", BIGINT_NOT_NULL);
        static final Field<String> TENANT_ID = column("tenant_id", TEXT_NOT_NULL);
        static final Field<String> MACHINE_ID = column("machine_id", TEXT_NOT_NULL);
        static final Field<String> VAULT_ID = column("vault_id", TEXT_NOT_NULL);
        static final Field<String> ACTION_ID = column("action_id", TEXT_NOT_NULL);
        static final Field<String> COMPUTER_DNS_NAME = column("computer_dns_name", TEXT);
        static final Field<String> PATH = column("path", TEXT_NOT_NULL);
        static final Field<Long> SIZE = column("size", BIGINT_NOT_NULL);
        static final Field<String> SHA256 = column("sha256", TEXT);
        static final Field<Long> QUARANTINED_AT = column("quarantined_at", BIGINT_NOT_NULL);
        static final List<Field<?>> ALL = List.of(
                SEQ, TENANT_ID, MACHINE_ID, VAULT_ID, ACTION_ID, COMPUTER_DNS_NAME, PATH, SIZE, SHA256, QUARANTINED_AT);

        private Quarantined() {}

        private static <T> Field<T> column(String column, DataType<T> type) {
            return field(name("quarantined_files", column), type);
        }
    }

    /** {@code idempotency_keys}. */
    static final class UsedKey {
        static final Table<Record> TABLE = table(name("idempotency_keys"));
        static final Field<String> TENANT_ID = column("tenant_id", TEXT);
        static final Field<String> REQUESTOR_ID = column("requestor_id", TEXT);
        static final Field<String> KEY = column("key", TEXT);
        static final Field<byte[]> REQUEST_HASH = column("request_hash", BYTES);
        static final Field<String> ACTION_ID = column("action_id", TEXT);
        static final Field<Long> CREATED_AT = column("created_at", BIGINT);

        private UsedKey() {}

        private static <T> Field<T> column(String column, DataType<T> type) {
            return field(name("idempotency_keys", column), type);
        }
    }
}
