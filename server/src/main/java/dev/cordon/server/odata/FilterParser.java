package dev.cordon.server.odata;

import dev.cordon.server.odata.Filter.Operator;
import dev.cordon.server.odata.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Parses {@code $filter} by precedence climbing: {@code or} binds weakest, then {@code and}, then {@code not}, then the
 * comparisons. Keywords count in any case. Nesting, size and lists are bounded, so that no filter can exhaust the stack
 * or the time.
 */
final class FilterParser {

    static final int DEPTH = 50;
    static final int NODES = 200;
    static final int LIST_VALUES = 1_000;

    private static final int OR = 1;
    private static final int AND = 2;
    private static final int COMPARISON = 3;

    private final FilterLexer lexer;
    private Token token;
    private int depth;
    private int nodes;
    private int listValues;

    private FilterParser(String text) {
        lexer = new FilterLexer(text);
        token = lexer.next();
    }

    static Filter parse(String text) {
        var parser = new FilterParser(text);
        var filter = parser.expression(OR);
        if (parser.token.kind() != Kind.END) {
            throw parser.unexpected("and, or or the end");
        }
        return filter;
    }

    private Filter expression(int weakest) {
        if (++depth > DEPTH) {
            throw ODataErrors.filter(token.at(), "it is nested more than " + DEPTH + " deep");
        }
        var left = operand();
        while (true) {
            var operator = token;
            int precedence = precedence(operator);
            if (precedence < weakest) {
                depth--;
                return left;
            }
            advance();
            left = counted(
                    switch (precedence) {
                        case OR -> new Filter.Or(left, expression(AND), operator.at());
                        case AND -> new Filter.And(left, expression(COMPARISON), operator.at());
                        default ->
                            operator.is("in") ? new Filter.In(left, list(), operator.at()) : comparison(left, operator);
                    });
        }
    }

    private Filter comparison(Filter left, Token operator) {
        var compared = Operator.valueOf(operator.text().toUpperCase(Locale.ROOT));
        return new Filter.Comparison(compared, left, expression(COMPARISON + 1), operator.at());
    }

    private Filter operand() {
        var first = token;
        return switch (first.kind()) {
            case STRING -> {
                advance();
                yield counted(new Filter.Quoted(first.text(), first.at()));
            }
            case OPEN -> {
                advance();
                var inner = expression(OR);
                expect(Kind.CLOSE, "a closing bracket");
                yield inner;
            }
            case WORD -> {
                advance();
                yield counted(word(first));
            }
            default -> throw unexpected("a property, a value, a function or an opening bracket");
        };
    }

    private Filter word(Token word) {
        if (word.is("not")) {
            return new Filter.Not(expression(COMPARISON), word.at());
        }
        if (precedence(word) > 0) {
            throw ODataErrors.filter(word.at(), "a value or property is missing before " + word.text());
        }
        return token.kind() == Kind.OPEN ? call(word) : new Filter.Word(word.text(), word.at());
    }

    private Filter call(Token name) {
        advance();
        var function = name.text().toLowerCase(Locale.ROOT);
        if (function.endsWith("/any")) {
            var collection = name.text().substring(0, name.text().length() - "/any".length());
            return any(collection, name.at());
        }
        var arguments = new ArrayList<Filter>();
        if (token.kind() != Kind.CLOSE) {
            do {
                arguments.add(expression(OR));
            } while (skip(Kind.COMMA));
        }
        expect(Kind.CLOSE, "a closing bracket");
        return new Filter.Call(function, List.copyOf(arguments), name.at());
    }

    private Filter any(String collection, int at) {
        if (skip(Kind.CLOSE)) {
            return new Filter.Any(collection, "", List.of(), at);
        }
        var variable = expect(Kind.WORD, "a name and a colon, as in any(tag: tag eq 'x')");
        expect(Kind.COLON, "a colon, as in any(tag: tag eq 'x')");
        var condition = expression(OR);
        expect(Kind.CLOSE, "a closing bracket");
        return new Filter.Any(collection, variable.text(), List.of(condition), at);
    }

    private List<Filter> list() {
        expect(Kind.OPEN, "a list in brackets, as in in ('a','b')");
        var values = new ArrayList<Filter>();
        do {
            if (++listValues > LIST_VALUES) {
                throw ODataErrors.filter(token.at(), "its lists hold more than " + LIST_VALUES + " values");
            }
            var value = token;
            if (value.kind() != Kind.STRING && value.kind() != Kind.WORD) {
                throw unexpected("a value");
            }
            advance();
            values.add(
                    value.kind() == Kind.STRING
                            ? new Filter.Quoted(value.text(), value.at())
                            : new Filter.Word(value.text(), value.at()));
        } while (skip(Kind.COMMA));
        expect(Kind.CLOSE, "a comma or a closing bracket");
        return List.copyOf(values);
    }

    private Filter counted(Filter filter) {
        if (++nodes > NODES) {
            throw ODataErrors.filter(filter.at(), "it has more than " + NODES + " parts");
        }
        return filter;
    }

    private static int precedence(Token token) {
        if (token.kind() != Kind.WORD) {
            return 0;
        }
        return switch (token.text().toLowerCase(Locale.ROOT)) {
            case "or" -> OR;
            case "and" -> AND;
            case "eq", "ne", "gt", "ge", "lt", "le", "in" -> COMPARISON;
            default -> 0;
        };
    }

    private Token expect(Kind kind, String wanted) {
        var found = token;
        if (!skip(kind)) {
            throw unexpected(wanted);
        }
        return found;
    }

    private boolean skip(Kind kind) {
        if (token.kind() != kind) {
            return false;
        }
        advance();
        return true;
    }

    private void advance() {
        token = lexer.next();
    }

    private RuntimeException unexpected(String wanted) {
        return ODataErrors.filter(token.at(), "found " + token.shown() + " where " + wanted + " was expected");
    }
}
