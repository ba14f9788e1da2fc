package dev.cordon.server.odata;

import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.table;

import dev.cordon.server.store.Database;
import dev.cordon.server.store.Instants;
import java.time.Instant;
import java.util.List;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.Table;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;
import org.jspecify.annotations.Nullable;

/** A table of odd things with a property of every type, and its model. */
final class Things {

    static final Table<Record> THINGS = table(name("things"));
    static final Field<Long> SEQ = field(name("things", "seq"), SQLDataType.BIGINT.notNull());
    static final Field<String> ID = field(name("things", "id"), SQLDataType.VARCHAR.notNull());
    static final Field<String> NAME = field(name("things", "name"), SQLDataType.VARCHAR);
    static final Field<String> TITLE = field(name("things", "title"), SQLDataType.VARCHAR.notNull());
    static final Field<String> STATUS = field(name("things", "status"), SQLDataType.VARCHAR.notNull());
    static final Field<Long> SIZE = field(name("things", "size"), SQLDataType.BIGINT);
    static final Field<Long> MADE = field(name("things", "made"), SQLDataType.BIGINT.notNull());
    static final Field<Boolean> LOUD = field(name("things", "loud"), SQLDataType.BOOLEAN.notNull());
    static final Table<Record> TAGS = table(name("thing_tags"));
    static final Field<Long> TAG_SEQ = field(name("thing_tags", "seq"), SQLDataType.BIGINT.notNull());
    static final Field<String> TAG = field(name("thing_tags", "tag"), SQLDataType.VARCHAR.notNull());

    private static final List<Field<?>> COLUMNS = List.of(SEQ, ID, NAME, TITLE, STATUS, SIZE, MADE, LOUD);

    private Things() {}

    static EntityModel.Builder model() {
        return EntityModel.of("Things", THINGS, SEQ, COLUMNS)
                .identity("id", ID)
                .folded("computerDnsName", NAME)
                .text("title", TITLE)
                .name("requestor", TITLE)
                .choice("status", STATUS, List.of("Pending", "InProgress", "Succeeded", "TimeOut"))
                .whole("size", SIZE)
                .time("lastUpdateDateTimeUtc", MADE)
                .alias("lastUpdateTimeUtc", "lastUpdateDateTimeUtc")
                .flag("loud", LOUD)
                .collection("machineTags", TAGS, TAG, TAG_SEQ.eq(SEQ))
                .shown("shape");
    }

    static void create(Database database) {
        database.write(sql -> {
            sql.createTable(THINGS)
                    .columns(SEQ, ID, NAME, TITLE, STATUS, SIZE, MADE, LOUD)
                    .constraints(DSL.primaryKey(SEQ))
                    .execute();
            sql.createTable(TAGS).columns(TAG_SEQ, TAG).execute();
            return sql.createIndex("things_by_name").on(THINGS, NAME).execute();
        });
    }

    static void insert(
            Database database,
            long seq,
            String id,
            @Nullable String computer,
            String title,
            String status,
            @Nullable Long size,
            String made,
            boolean loud,
            String... tags) {
        database.write(sql -> {
            sql.insertInto(THINGS)
                    .columns(SEQ, ID, NAME, TITLE, STATUS, SIZE, MADE, LOUD)
                    .values(seq, id, computer, title, status, size, Instants.micros(Instant.parse(made)), loud)
                    .execute();
            for (var tag : tags) {
                sql.insertInto(TAGS).columns(TAG_SEQ, TAG).values(seq, tag).execute();
            }
            return 0;
        });
    }
}
