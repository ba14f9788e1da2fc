package dev.cordon.server.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Param;
import org.jooq.QueryPart;
import org.jooq.Record;
import org.jooq.Result;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/**
 * A statement of the way that every action takes. jOOQ writes its text once for each dialect; from then on it is only
 * bound and run. Writing the text anew takes several times as long as SQLite needs to run it, above all in a server that
 * has just started.
 *
 * <p>What changes from run to run stands in the statement as {@link #value}, numbered from 1, and is handed over in that
 * order. Thread-safe.
 */
public final class KeptStatement {

    private static final Pattern VALUE = Pattern.compile("(?<!:):v(\\d+)\\b");

    private final QueryPart statement;
    private final Map<SQLDialect, Text> texts = new ConcurrentHashMap<>();

    private KeptStatement(QueryPart statement) {
        this.statement = statement;
    }

    /** @param statement built without a configuration, by {@link DSL} alone */
    public static KeptStatement of(QueryPart statement) {
        return new KeptStatement(statement);
    }

    /** The place of a value in the statement; the same one may stand in several places. */
    public static <T> Param<T> value(int number, Field<T> like) {
        return DSL.param("v" + number, like.getDataType());
    }

    /** Runs a statement that changes rows and returns their number. */
    public int execute(DSLContext sql, @Nullable Object... values) {
        return sql.connectionResult(connection -> {
            try (var prepared = prepare(sql, connection, values)) {
                return prepared.executeUpdate();
            }
        });
    }

    /** Runs a query, or a change that returns what it changed, of these columns. */
    public Result<Record> fetch(DSLContext sql, List<? extends Field<?>> columns, @Nullable Object... values) {
        return sql.connectionResult(connection -> {
            try (var prepared = prepare(sql, connection, values);
                    var rows = prepared.executeQuery()) {
                return sql.fetch(rows, columns.toArray(Field[]::new));
            }
        });
    }

    private PreparedStatement prepare(DSLContext sql, Connection connection, @Nullable Object[] values)
            throws SQLException {
        var text = texts.computeIfAbsent(sql.dialect(), _ -> Text.of(sql.renderNamedParams(statement)));
        var prepared = connection.prepareStatement(text.sql());
        for (int i = 0; i < text.order().size(); i++) {
            prepared.setObject(i + 1, values[text.order().get(i) - 1]);
        }
        return prepared;
    }

    /**
     * @param sql with a question mark for each value
     * @param order which value stands at each of them
     */
    private record Text(String sql, List<Integer> order) {

        static Text of(String named) {
            var order = new ArrayList<Integer>();
            var places = VALUE.matcher(named);
            var sql = places.replaceAll(place -> {
                order.add(Integer.valueOf(place.group(1)));
                return "?";
            });
            return new Text(sql, List.copyOf(order));
        }
    }
}
