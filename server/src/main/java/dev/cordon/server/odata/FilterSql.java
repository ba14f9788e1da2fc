package dev.cordon.server.odata;

import dev.cordon.server.odata.Filter.Operator;
import dev.cordon.server.odata.Property.Folding;
import java.util.ArrayList;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jooq.Condition;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/**
 * Turns a parsed filter into a SQL condition over a model's columns. What names no property of the model, or compares a
 * property with what it cannot hold, is an error that says where.
 */
final class FilterSql {

    /** Words that may stand for a literal without quotes: numbers, dates, GUIDs and ids in hex. */
    private static final Pattern BARE_LITERAL = Pattern.compile("[+-]?\\d.*|[0-9a-fA-F-]{32,}");

    private final EntityModel model;
    private final @Nullable Variable variable;

    FilterSql(EntityModel model) {
        this(model, null);
    }

    private FilterSql(EntityModel model, @Nullable Variable variable) {
        this.model = model;
        this.variable = variable;
    }

    Condition condition(Filter filter) {
        return switch (filter) {
            case Filter.And and -> condition(and.left()).and(condition(and.right()));
            case Filter.Or or -> condition(or.left()).or(condition(or.right()));
            case Filter.Not not -> opposite(condition(not.operand()));
            case Filter.Comparison comparison -> comparison(comparison);
            case Filter.In in -> in(in);
            case Filter.Any any -> any(any);
            case Filter.Call call -> match(call);
            case Filter.Word word -> flag(word);
            case Filter.Quoted quoted -> throw ODataErrors.filter(quoted.at(), "a text alone is no condition");
        };
    }

    /** In OData a comparison with null is false, not unknown; so its opposite is true. */
    private static Condition opposite(Condition condition) {
        return DSL.coalesce(DSL.field(condition), DSL.inline(false)).isFalse();
    }

    private Condition flag(Filter.Word word) {
        if (isTruth(word)) {
            return word.text().equalsIgnoreCase("true") ? DSL.trueCondition() : DSL.falseCondition();
        }
        var property = property(word);
        if (property.type() instanceof ValueType.Flag) {
            return property.compare(Operator.EQ, "true");
        }
        throw ODataErrors.filter(word.at(), property.name() + " alone is no condition; compare it with a value");
    }

    private Condition comparison(Filter.Comparison comparison) {
        var left = comparison.left();
        var right = comparison.right();
        if (isCondition(left) && right instanceof Filter.Word word && isTruth(word)) {
            return equalsTruth(condition(left), comparison, word);
        }
        if (isLiteral(left) && !isLiteral(right)) {
            return compare(right, comparison.operator().mirrored(), left, comparison.at());
        }
        return compare(left, comparison.operator(), right, comparison.at());
    }

    private static Condition equalsTruth(Condition condition, Filter.Comparison comparison, Filter.Word truth) {
        boolean wanted = truth.text().equalsIgnoreCase("true");
        return switch (comparison.operator()) {
            case EQ -> wanted ? condition : opposite(condition);
            case NE -> wanted ? opposite(condition) : condition;
            case GT, GE, LT, LE ->
                throw ODataErrors.filter(comparison.at(), "true and false can be compared with eq and ne only");
        };
    }

    private Condition compare(Filter side, Operator operator, Filter other, int at) {
        var operand = operand(side);
        if (other instanceof Filter.Word word && word.text().equalsIgnoreCase("null")) {
            return operand.property().compareWithNull(operator);
        }
        var literal = literal(other);
        return typed(
                operand.property(), at, () -> operand.property().compareFolded(operator, literal, operand.folding()));
    }

    private Condition in(Filter.In in) {
        var operand = operand(in.left());
        var literals = new ArrayList<String>();
        boolean orNull = false;
        for (var value : in.values()) {
            if (value instanceof Filter.Word word && word.text().equalsIgnoreCase("null")) {
                orNull = true;
            } else {
                literals.add(literal(value));
            }
        }
        boolean withNull = orNull;
        return typed(operand.property(), in.at(), () -> operand.property().in(literals, withNull));
    }

    private Condition any(Filter.Any any) {
        var elements = model.collection(any.collection())
                .orElseThrow(() -> ODataErrors.filter(
                        any.at(), model.set + " have no collection " + Texts.shortened(any.collection())));
        var query = DSL.selectOne().from(elements.table()).where(elements.ofThisRow());
        for (var condition : any.condition()) {
            var element = new Variable(any.variable(), elements.element());
            query = query.and(new FilterSql(model, element).condition(condition));
        }
        return DSL.exists(query);
    }

    private Condition match(Filter.Call call) {
        var match = switch (call.function()) {
            case "contains" -> TextMatch.CONTAINS;
            case "startswith" -> TextMatch.STARTS_WITH;
            case "endswith" -> TextMatch.ENDS_WITH;
            case "tolower", "toupper" ->
                throw ODataErrors.filter(call.at(), call.function() + " alone is no condition");
            default -> throw unknownFunction(call);
        };
        if (call.arguments().size() != 2) {
            throw ODataErrors.filter(call.at(), call.function() + " takes a property and a text");
        }
        var operand = operand(call.arguments().getFirst());
        if (!operand.property().isText()) {
            throw ODataErrors.filter(call.at(), operand.property().name() + " is no text");
        }
        return operand.property().matches(match, literal(call.arguments().get(1)), operand.folding());
    }

    private Operand operand(Filter filter) {
        if (filter instanceof Filter.Call call) {
            var folding = folding(call);
            var inner = operand(call.arguments().getFirst());
            if (!inner.property().isText()) {
                throw ODataErrors.filter(call.at(), inner.property().name() + " is no text");
            }
            return new Operand(inner.property(), folding);
        }
        if (filter instanceof Filter.Word word) {
            return new Operand(property(word), Folding.NONE);
        }
        throw ODataErrors.filter(filter.at(), "a property was expected");
    }

    private Property<?> property(Filter.Word word) {
        if (variable != null && word.text().equals(variable.name())) {
            return variable.element();
        }
        return model.property(word.text()).orElseThrow(() -> ODataErrors.filter(word.at(), unknown(word.text())));
    }

    private String unknown(String name) {
        return "%s cannot be filtered by %s; these can: %s"
                .formatted(model.set, Texts.shortened(name), model.filterable());
    }

    private String literal(Filter filter) {
        return switch (filter) {
            case Filter.Quoted quoted -> quoted.text();
            case Filter.Word word when BARE_LITERAL.matcher(word.text()).matches() || isTruth(word) -> word.text();
            case Filter.Call call
            when call.arguments().size() == 1 ->
                folding(call).of(literal(call.arguments().getFirst()));
            case Filter.Word word ->
                throw ODataErrors.filter(
                        word.at(),
                        "a value was expected; a text stands in quotes: '" + Texts.shortened(word.text()) + "'");
            default -> throw ODataErrors.filter(filter.at(), "a value was expected");
        };
    }

    private static Folding folding(Filter.Call call) {
        var folding = switch (call.function()) {
            case "tolower" -> Folding.LOWER;
            case "toupper" -> Folding.UPPER;
            default -> throw unknownFunction(call);
        };
        if (call.arguments().size() != 1) {
            throw ODataErrors.filter(call.at(), call.function() + " takes one text");
        }
        return folding;
    }

    private static RuntimeException unknownFunction(Filter.Call call) {
        return ODataErrors.filter(
                call.at(),
                "there is no function " + Texts.shortened(call.function())
                        + " here; there are contains, startswith, endswith, tolower, toupper and any");
    }

    private static boolean isCondition(Filter filter) {
        return switch (filter) {
            case Filter.Word word -> false;
            case Filter.Quoted quoted -> false;
            case Filter.Call call -> !call.function().startsWith("to");
            default -> true;
        };
    }

    private static boolean isLiteral(Filter filter) {
        return switch (filter) {
            case Filter.Quoted quoted -> true;
            case Filter.Word word ->
                isTruth(word)
                        || word.text().equalsIgnoreCase("null")
                        || BARE_LITERAL.matcher(word.text()).matches();
            case Filter.Call call ->
                call.arguments().size() == 1 && isLiteral(call.arguments().getFirst());
            default -> false;
        };
    }

    private static boolean isTruth(Filter.Word word) {
        var text = word.text().toLowerCase(Locale.ROOT);
        return text.equals("true") || text.equals("false");
    }

    private static Condition typed(Property<?> property, int at, Supplier<Condition> condition) {
        try {
            return condition.get();
        } catch (IllegalArgumentException e) {
            throw ODataErrors.filter(at, property.name() + " takes " + e.getMessage());
        }
    }

    /** What a comparison is about. */
    private record Operand(Property<?> property, Folding folding) {}

    /** The name that an {@code any} gives to the element at hand. */
    private record Variable(String name, Property<String> element) {}
}
