package dev.cordon.server.odata;

import dev.cordon.server.odata.EntityModel.Order;
import io.javalin.http.Context;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.SortField;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/**
 * The query options of a request, checked against a model and ready to run. Immutable.
 *
 * <p>Every order ends in the model's key and is thereby total. A page without {@code $top} ends after
 * {@link EntityModel#MAX_PAGE} rows and links to the next; {@code $top} bounds the whole answer and is followed by no
 * link unless a page holds less. {@code $count} counts all rows that the filter lets through.
 */
public final class ODataQuery {

    private static final int MOST_ORDERS = 8;

    private final EntityModel model;
    private final QueryOptions options;
    private final Condition filter;
    private final boolean sortsFewRows;
    private final List<Order> order;
    private final Condition behindToken;
    private final int skip;
    private final @Nullable Integer top;
    private final boolean count;
    private final Set<String> select;

    private ODataQuery(EntityModel model, QueryOptions options) {
        this.model = model;
        this.options = options;
        var parsed = options.value("$filter").map(FilterParser::parse);
        filter = parsed.map(new FilterSql(model)::condition).orElse(DSL.noCondition());
        sortsFewRows = parsed.filter(text -> pinsIdentity(text, model)).isPresent();
        order = order(model, options.value("$orderby").orElse(""));
        behindToken = options.value("$skiptoken")
                .map(token -> SkipToken.condition(token, order))
                .orElse(DSL.noCondition());
        skip = options.value("$skip").map(text -> number("$skip", text)).orElse(0);
        top = options.value("$top").map(ODataQuery::top).orElse(null);
        count = options.value("$count").map(ODataQuery::truth).orElse(false);
        select = select(model, options.value("$select").orElse("*"));
        options.value("$expand").ifPresent(name -> {
            throw ODataErrors.option("$expand", model.set + " have nothing to expand: " + Texts.shortened(name));
        });
    }

    /** The query of a request. Throws 400 {@code ODataError} with the place and what to do. */
    public static ODataQuery of(Context http, EntityModel model) {
        return parse(http.req().getQueryString(), model);
    }

    /** The query after a URL's question mark, as it came. */
    public static ODataQuery parse(@Nullable String query, EntityModel model) {
        return new ODataQuery(model, QueryOptions.parse(query));
    }

    /** Reads the page that the query asks for, out of the rows in {@code scope}: the caller's tenant above all. */
    public <T> ODataPage<T> page(DSLContext sql, Condition scope, Function<? super Record, ? extends T> reader) {
        int most = top == null ? model.pageSize : Math.min(top, model.pageSize);
        var found = sql.select(columns())
                .from(model.table)
                .where(scope)
                .and(filter)
                .and(behindToken)
                .orderBy(sorted())
                .limit(most == 0 ? 0 : most + 1)
                .offset(skip)
                .fetch();
        boolean more = found.size() > most && (top == null || top > most);
        var rows = new ArrayList<T>();
        found.stream().limit(most).forEach(row -> rows.add(reader.apply(row)));
        var next = more ? next(found.get(most - 1), most) : null;
        return new ODataPage<>(model.set, rows, count ? count(sql, scope) : null, next, select);
    }

    /** How many rows the filter lets through, whatever the page. */
    public long count(DSLContext sql, Condition scope) {
        var counted = sql.select(DSL.count().cast(Long.class))
                .from(model.table)
                .where(scope)
                .and(filter)
                .fetchOne(0, Long.class);
        return counted == null ? 0 : counted;
    }

    private String next(Record last, int shown) {
        var rest = options.without("$skip").with("$skiptoken", SkipToken.after(last, order));
        return (top == null ? rest : rest.with("$top", String.valueOf(top - shown))).encoded();
    }

    private List<Field<?>> columns() {
        var columns = new LinkedHashSet<Field<?>>(model.columns);
        order.forEach(key -> columns.add(key.property().field()));
        return List.copyOf(columns);
    }

    private List<SortField<?>> sorted() {
        var sorted = new ArrayList<SortField<?>>();
        order.forEach(key -> sorted.add(key.property().sorted(key.descending(), sortsFewRows)));
        return sorted;
    }

    /** Whether only rows with certain values of an identity can pass. */
    private static boolean pinsIdentity(Filter filter, EntityModel model) {
        return switch (filter) {
            case Filter.And and -> pinsIdentity(and.left(), model) || pinsIdentity(and.right(), model);
            case Filter.Comparison comparison ->
                comparison.operator() == Filter.Operator.EQ
                        && comparison.left() instanceof Filter.Word word
                        && model.isIdentity(word.text());
            case Filter.In in -> in.left() instanceof Filter.Word word && model.isIdentity(word.text());
            default -> false;
        };
    }

    private static List<Order> order(EntityModel model, String text) {
        var order = new ArrayList<Order>();
        if (text.isEmpty()) {
            order.addAll(model.defaultOrder);
        } else {
            for (var part : text.split(",", -1)) {
                order.add(key(model, part.strip()));
            }
            if (order.size() > MOST_ORDERS) {
                throw ODataErrors.option("$orderby", "it names more than " + MOST_ORDERS + " properties");
            }
        }
        boolean descending = !order.isEmpty() && order.getLast().descending();
        order.add(new Order(model.key, descending));
        return List.copyOf(order);
    }

    private static Order key(EntityModel model, String part) {
        var words = part.split("\\s+", 3);
        var property = model.property(words[0])
                .orElseThrow(() -> ODataErrors.option(
                        "$orderby",
                        "%s cannot be ordered by '%s'; these can: %s"
                                .formatted(model.set, Texts.shortened(words[0]), model.orderable())));
        if (words.length == 1) {
            return new Order(property, false);
        }
        if (words.length == 2) {
            switch (words[1].toLowerCase(Locale.ROOT)) {
                case "asc" -> {
                    return new Order(property, false);
                }
                case "desc" -> {
                    return new Order(property, true);
                }
                default -> {}
            }
        }
        throw ODataErrors.option("$orderby", "a property is followed by asc, desc or a comma");
    }

    private static Set<String> select(EntityModel model, String text) {
        var names = new LinkedHashSet<String>();
        for (var part : text.split(",", -1)) {
            var name = part.strip();
            if (name.equals("*")) {
                return Set.of();
            }
            names.add(model.shown(name)
                    .orElseThrow(() -> ODataErrors.option(
                            "$select", model.set + " have no property '" + Texts.shortened(name) + "'")));
        }
        return names;
    }

    private static int top(String text) {
        int top = number("$top", text);
        if (top > EntityModel.MAX_PAGE) {
            throw ODataErrors.option("$top", "the limit is " + EntityModel.MAX_PAGE + ", asked for were " + top);
        }
        return top;
    }

    private static int number(String option, String text) {
        try {
            int number = Integer.parseInt(text);
            if (number >= 0) {
                return number;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw ODataErrors.option(option, "it takes a whole number from 0, not '" + Texts.shortened(text) + "'");
    }

    private static boolean truth(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "true" -> true;
            case "false" -> false;
            default -> throw ODataErrors.option("$count", "it takes true or false");
        };
    }
}
