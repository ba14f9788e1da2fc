package dev.cordon.server.odata;

import dev.cordon.server.odata.Filter.Operator;
import java.util.List;
import java.util.Locale;
import org.jooq.Condition;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.SQLDialect;
import org.jooq.SortField;
import org.jooq.impl.CustomField;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/**
 * A property of an entity that a query can filter and order by.
 *
 * @param name as in answers
 * @param nullable whether the column may be null; OData sorts null first and finds it unequal to every value
 */
record Property<T>(String name, Field<T> field, ValueType<T> type, boolean nullable) {

    Condition compare(Operator operator, String literal) {
        T value = type.parse(literal);
        return switch (operator) {
            case EQ -> equal(type.forms(literal));
            case NE -> {
                var other = equal(type.forms(literal)).not();
                yield nullable ? other.or(field.isNull()) : other;
            }
            case GT -> field.gt(value);
            case GE -> field.ge(value);
            case LT -> field.lt(value);
            case LE -> field.le(value);
        };
    }

    private Condition equal(List<T> forms) {
        return forms.size() == 1 ? field.eq(forms.getFirst()) : field.in(forms);
    }

    Condition compareWithNull(Operator operator) {
        return switch (operator) {
            case EQ -> field.isNull();
            case NE -> field.isNotNull();
            case GT, GE, LT, LE -> DSL.falseCondition();
        };
    }

    Condition in(List<String> literals, boolean orNull) {
        var among = field.in(literals.stream()
                .flatMap(literal -> type.forms(literal).stream())
                .toList());
        return orNull ? among.or(field.isNull()) : among;
    }

    /** Contains, starts with, ends with. Without regard to case where equality is so too. */
    Condition matches(TextMatch match, String literal, Folding folding) {
        var text = text();
        if (type instanceof ValueType.Choice) {
            return match.of(DSL.lower(text), literal.toLowerCase(Locale.ROOT));
        }
        var folded = ignoresCase() ? text : folding.of(text);
        return DSL.or(type.forms(literal).stream()
                .map(form -> match.of(folded, String.valueOf(form)))
                .toList());
    }

    /** Comparison of {@code tolower(property)} or {@code toupper(property)}. */
    Condition compareFolded(Operator operator, String literal, Folding folding) {
        if (folding == Folding.NONE || ignoresCase()) {
            return compare(operator, literal);
        }
        return new Property<>(name, folding.of(text()), new ValueType.Text(false), nullable).compare(operator, literal);
    }

    boolean isText() {
        return type instanceof ValueType.Text || type instanceof ValueType.Name || type instanceof ValueType.Choice;
    }

    private boolean ignoresCase() {
        return type instanceof ValueType.Choice || (type instanceof ValueType.Text text && text.folded());
    }

    /** @param withoutIndex keeps SQLite, which guesses how many rows a condition leaves, from walking the sort's index */
    SortField<T> sorted(boolean descending, boolean withoutIndex) {
        var by = withoutIndex ? unindexed() : field;
        if (!nullable) {
            return descending ? by.desc() : by.asc();
        }
        return descending ? by.desc().nullsLast() : by.asc().nullsFirst();
    }

    /** SQLite's unary plus: the same value, but no index applies to it. */
    private Field<T> unindexed() {
        return CustomField.of("unindexed", field.getDataType(), context -> {
            if (context.family() == SQLDialect.SQLITE) {
                context.sql("+");
            }
            context.visit(field);
        });
    }

    /** The value by which a row is found again in a continuation token. */
    @Nullable String written(Record row) {
        var value = row.get(field);
        return value == null ? null : value.toString();
    }

    /** Rows that come after the one with this value, or have the same value and fulfil {@code rest}. */
    Condition after(@Nullable String written, boolean descending, Condition rest) {
        if (written == null) {
            var same = field.isNull().and(rest);
            return descending ? same : field.isNotNull().or(same);
        }
        T value = type.restore(written);
        var behind = descending ? field.lt(value) : field.gt(value);
        var notBefore = descending ? field.le(value) : field.ge(value);
        var after = notBefore.and(behind.or(rest));
        return nullable && descending ? after.or(field.isNull()) : after;
    }

    @SuppressWarnings("unchecked")
    private Field<String> text() {
        return (Field<String>) field;
    }

    /** What {@code tolower} and {@code toupper} do. */
    enum Folding {
        NONE,
        LOWER,
        UPPER;

        Field<String> of(Field<String> text) {
            return switch (this) {
                case NONE -> text;
                case LOWER -> DSL.lower(text);
                case UPPER -> DSL.upper(text);
            };
        }

        String of(String text) {
            return switch (this) {
                case NONE -> text;
                case LOWER -> text.toLowerCase(Locale.ROOT);
                case UPPER -> text.toUpperCase(Locale.ROOT);
            };
        }
    }
}
