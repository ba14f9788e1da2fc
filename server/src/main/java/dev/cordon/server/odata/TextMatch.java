package dev.cordon.server.odata;

import org.jooq.Condition;
import org.jooq.Field;
import org.jooq.SQLDialect;
import org.jooq.impl.CustomCondition;
import org.jooq.impl.DSL;

/**
 * The three text functions as SQL that means the same in both dialects and lets {@code startswith} use an index.
 * SQLite's LIKE is not used: it ignores the case of ASCII letters only, and no index of ours serves it.
 */
enum TextMatch {
    CONTAINS {
        @Override
        Condition of(Field<String> text, String piece) {
            return DSL.position(text, piece).gt(0);
        }
    },
    STARTS_WITH {
        @Override
        Condition of(Field<String> text, String piece) {
            if (piece.isEmpty()) {
                return text.isNotNull();
            }
            var range = text.ge(piece);
            var end = successor(piece);
            var inRange = end.isEmpty() ? range : range.and(text.lt(end));
            var like = text.like(escaped(piece) + "%", ESCAPE);
            return CustomCondition.of(context -> context.visit(context.family() == SQLDialect.SQLITE ? inRange : like));
        }
    },
    ENDS_WITH {
        @Override
        Condition of(Field<String> text, String piece) {
            return piece.isEmpty()
                    ? text.isNotNull()
                    : DSL.right(text, piece.codePointCount(0, piece.length())).eq(piece);
        }
    };

    private static final char ESCAPE = '!';

    abstract Condition of(Field<String> text, String piece);

    private static String escaped(String piece) {
        return piece.replace("!", "!!").replace("%", "!%").replace("_", "!_");
    }

    /** The first text, in the order of code points, behind all that begin with {@code prefix}; empty if there is none. */
    private static String successor(String prefix) {
        var points = prefix.codePoints().toArray();
        for (int i = points.length - 1; i >= 0; i--) {
            if (points[i] < Character.MAX_CODE_POINT) {
                points[i] = points[i] + 1 == Character.MIN_SURROGATE ? Character.MAX_SURROGATE + 1 : points[i] + 1;
                return new String(points, 0, i + 1);
            }
        }
        return "";
    }
}
