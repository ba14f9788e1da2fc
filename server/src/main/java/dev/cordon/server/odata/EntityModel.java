package dev.cordon.server.odata;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jooq.Condition;
import org.jooq.Field;
import org.jooq.Table;

/**
 * What can be asked of a collection: its name, its table, and which properties map to which columns. Property names
 * count in any case. Whether a column may be null is read off its data type: declare it {@code notNull()} where the
 * schema does, because orders and comparisons get simpler. Immutable; made once per collection.
 *
 * <pre>{@code
 * static final EntityModel MODEL = EntityModel.of("Machines", MACHINES, SEQ, COLUMNS)
 *         .folded("id", ID)
 *         .choice("healthStatus", HEALTH_STATUS, List.of("Active", "Inactive"))
 *         .time("lastSeen", LAST_SEEN)
 *         .collection("machineTags", TAGS, TAG, ofThisMachine())
 *         .build();
 * }</pre>
 */
public final class EntityModel {

    /** The largest page, and the largest {@code $top}. */
    public static final int MAX_PAGE = 10_000;

    final String set;
    final Table<?> table;
    final Property<Long> key;
    final List<Field<?>> columns;
    final List<Order> defaultOrder;
    final int pageSize;
    private final Map<String, Property<?>> properties;
    private final Map<String, Elements> collections;
    private final Map<String, String> shown;
    private final Set<String> identities;

    private EntityModel(Builder builder) {
        set = builder.set;
        table = builder.table;
        key = builder.key;
        columns = List.copyOf(builder.columns);
        defaultOrder = List.copyOf(builder.defaultOrder);
        pageSize = builder.pageSize;
        properties = Map.copyOf(builder.properties);
        collections = Map.copyOf(builder.collections);
        shown = Map.copyOf(builder.shown);
        identities = Set.copyOf(builder.identities);
    }

    /**
     * Begins a model.
     *
     * @param set name of the entity set, as in {@code @odata.context}
     * @param key unique, never null and rising with age; makes every order total
     * @param columns what a page reads
     */
    public static Builder of(String set, Table<?> table, Field<Long> key, List<? extends Field<?>> columns) {
        return new Builder(set, table, key, columns);
    }

    /** Name of the entity set, as in {@code @odata.context}. */
    public String set() {
        return set;
    }

    Optional<Property<?>> property(String name) {
        return Optional.ofNullable(properties.get(fold(name)));
    }

    Optional<Elements> collection(String name) {
        return Optional.ofNullable(collections.get(fold(name)));
    }

    /** Whether one value of this property belongs to few rows. */
    boolean isIdentity(String name) {
        return identities.contains(fold(name));
    }

    /** The spelling of a property in answers. */
    Optional<String> shown(String name) {
        return Optional.ofNullable(shown.get(fold(name)));
    }

    /** The properties that can be filtered by, for error messages. */
    String filterable() {
        var names = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        properties.values().forEach(property -> names.add(property.name()));
        collections.keySet().forEach(name -> names.add(shown.getOrDefault(name, name)));
        return String.join(", ", names);
    }

    /** The properties that can be ordered by, for error messages. */
    String orderable() {
        var names = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        properties.values().forEach(property -> names.add(property.name()));
        return String.join(", ", names);
    }

    private static String fold(String name) {
        return name.toLowerCase(Locale.ROOT);
    }

    /** A sort key of a query. */
    record Order(Property<?> property, boolean descending) {}

    /**
     * A collection of texts in a table of its own.
     *
     * @param ofThisRow ties its rows to the row of the outer query
     */
    record Elements(Table<?> table, Property<String> element, Condition ofThisRow) {}

    /** Collects the properties of a model. */
    public static final class Builder {

        private final String set;
        private final Table<?> table;
        private final Property<Long> key;
        private final List<Field<?>> columns;
        private final List<Order> defaultOrder = new ArrayList<>();
        private final Map<String, Property<?>> properties = new LinkedHashMap<>();
        private final Map<String, Elements> collections = new LinkedHashMap<>();
        private final Map<String, String> shown = new LinkedHashMap<>();
        private final Set<String> identities = new HashSet<>();
        private int pageSize = MAX_PAGE;

        private Builder(String set, Table<?> table, Field<Long> key, List<? extends Field<?>> columns) {
            this.set = set;
            this.table = table;
            this.key = new Property<>("", key, new ValueType.Whole(), false);
            this.columns = List.copyOf(columns);
        }

        /** Text that is compared exactly. */
        public Builder text(String name, Field<String> field) {
            return add(name, field, new ValueType.Text(false));
        }

        /** Text that its column keeps in lower case and that is compared without regard to case: ids, DNS names. */
        public Builder folded(String name, Field<String> field) {
            return add(name, field, new ValueType.Text(true));
        }

        /** Names of users, which the column keeps in lower case and which may be written in any, and of applications. */
        public Builder name(String name, Field<String> field) {
            return add(name, field, new ValueType.Name());
        }

        /**
         * As {@link #folded}, for an indexed column of which one value belongs to few rows. A query that pins it finds
         * its rows by it and sorts them, rather than walk an index that has the order but all rows.
         */
        public Builder identity(String name, Field<String> field) {
            identities.add(fold(name));
            return folded(name, field);
        }

        /** One of these names. A query may write them in any case; any other is an error. */
        public Builder choice(String name, Field<String> field, List<String> values) {
            return add(name, field, new ValueType.Choice(List.copyOf(values)));
        }

        /** An instant, its column in microseconds. */
        public Builder time(String name, Field<Long> field) {
            return add(name, field, new ValueType.Time());
        }

        /** A whole number. */
        public Builder whole(String name, Field<Long> field) {
            return add(name, field, new ValueType.Whole());
        }

        /** True or false. */
        public Builder flag(String name, Field<Boolean> field) {
            return add(name, field, new ValueType.Flag());
        }

        /** Another name for a property that is there already. */
        public Builder alias(String name, String property) {
            var known = properties.get(fold(property));
            if (known == null) {
                throw new IllegalArgumentException("there is no property " + property + " to call " + name);
            }
            properties.put(fold(name), known);
            shown.put(fold(name), known.name());
            return this;
        }

        /** A collection of texts for {@code any}, each compared exactly. */
        public Builder collection(String name, Table<?> elements, Field<String> element, Condition ofThisRow) {
            var property = new Property<>(name, element, new ValueType.Text(false), false);
            collections.put(fold(name), new Elements(elements, property, ofThisRow));
            shown.put(fold(name), name);
            return this;
        }

        /** Properties that answers show and {@code $select} knows, but that cannot be filtered by. */
        public Builder shown(String... names) {
            for (var name : names) {
                shown.put(fold(name), name);
            }
            return this;
        }

        /** The order of rows where a query names none; the key follows in the same direction. */
        public Builder newestFirst(String property) {
            var known = properties.get(fold(property));
            if (known == null) {
                throw new IllegalArgumentException("there is no property " + property + " to order by");
            }
            defaultOrder.add(new Order(known, true));
            return this;
        }

        /** Rows on a page, at most {@link #MAX_PAGE}, which is also the default. */
        public Builder pageSize(int rows) {
            if (rows < 1 || rows > MAX_PAGE) {
                throw new IllegalArgumentException("a page has 1 to " + MAX_PAGE + " rows");
            }
            pageSize = rows;
            return this;
        }

        public EntityModel build() {
            return new EntityModel(this);
        }

        private <T> Builder add(String name, Field<T> field, ValueType<T> type) {
            boolean nullable = field.getDataType().nullable();
            properties.put(fold(name), new Property<>(name, field, type, nullable));
            shown.put(fold(name), name);
            return this;
        }
    }
}
