package dev.cordon.server.odata;

import java.util.List;

/** A parsed {@code $filter}. Each node knows where it begins, so that an error can tell. */
sealed interface Filter {

    /** Position in the text, counted from 0. */
    int at();

    /** A bare word: a property, or a literal without quotes; which one is known once its neighbour is. */
    record Word(String text, int at) implements Filter {}

    /** A literal in quotes. */
    record Quoted(String text, int at) implements Filter {}

    record Comparison(Operator operator, Filter left, Filter right, int at) implements Filter {}

    record And(Filter left, Filter right, int at) implements Filter {}

    record Or(Filter left, Filter right, int at) implements Filter {}

    record Not(Filter operand, int at) implements Filter {}

    /** @param function lower case */
    record Call(String function, List<Filter> arguments, int at) implements Filter {}

    record In(Filter left, List<Filter> values, int at) implements Filter {}

    /** {@code collection/any(variable: condition)}; without a condition it asks whether there is any element. */
    record Any(String collection, String variable, List<Filter> condition, int at) implements Filter {}

    /** The six comparisons. */
    enum Operator {
        EQ,
        NE,
        GT,
        GE,
        LT,
        LE;

        /** The comparison that says the same with its sides swapped. */
        Operator mirrored() {
            return switch (this) {
                case EQ, NE -> this;
                case GT -> LT;
                case GE -> LE;
                case LT -> GT;
                case LE -> GE;
            };
        }
    }
}
