package dev.cordon.server.odata;

import dev.cordon.server.store.Instants;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * How a property's values are written in a query and kept in its column. The type of a literal follows from the
 * property it is compared with, not from its own shape: so a date or GUID may stand with or without quotes.
 *
 * @param <T> the column's type
 */
sealed interface ValueType<T> {

    /**
     * The column's form of a literal.
     *
     * @throws IllegalArgumentException with what was expected
     */
    T parse(String literal);

    /** The column's form of a value that {@code toString} wrote into a continuation token. */
    T restore(String written);

    /**
     * The column's forms of a literal, of which each value that is meant has one.
     *
     * @throws IllegalArgumentException with what was expected
     */
    default List<T> forms(String literal) {
        return List.of(parse(literal));
    }

    /** Text that is compared exactly or, where the column keeps it in lower case, without regard to case. */
    record Text(boolean folded) implements ValueType<String> {
        @Override
        public String parse(String literal) {
            return folded ? literal.toLowerCase(Locale.ROOT) : literal;
        }

        @Override
        public String restore(String written) {
            return written;
        }
    }

    /**
     * Somebody's name. Its column keeps the names of users, who may be written in any case, in lower case, and those of
     * applications as they are.
     */
    record Name() implements ValueType<String> {
        @Override
        public String parse(String literal) {
            return literal;
        }

        @Override
        public String restore(String written) {
            return written;
        }

        @Override
        public List<String> forms(String literal) {
            return Stream.of(literal, literal.toLowerCase(Locale.ROOT))
                    .distinct()
                    .toList();
        }
    }

    /** One of a closed set of names, in any case. */
    record Choice(List<String> values) implements ValueType<String> {
        @Override
        public String parse(String literal) {
            return values.stream()
                    .filter(literal::equalsIgnoreCase)
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("one of " + String.join(", ", values)));
        }

        @Override
        public String restore(String written) {
            return written;
        }
    }

    /** A whole number. */
    record Whole() implements ValueType<Long> {
        @Override
        public Long parse(String literal) {
            try {
                return Long.valueOf(literal.strip());
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException("a whole number", e);
            }
        }

        @Override
        public Long restore(String written) {
            return Long.valueOf(written);
        }
    }

    /** True or false. */
    record Flag() implements ValueType<Boolean> {
        @Override
        public Boolean parse(String literal) {
            return switch (literal.toLowerCase(Locale.ROOT)) {
                case "true" -> true;
                case "false" -> false;
                default -> throw new IllegalArgumentException("true or false");
            };
        }

        @Override
        public Boolean restore(String written) {
            return parse(written);
        }
    }

    /**
     * An instant, kept in microseconds: a date with or without a time, with an offset, {@code Z} or neither, which means
     * UTC. Anything below a microsecond is cut off.
     */
    record Time() implements ValueType<Long> {
        private static final Pattern FORM = Pattern.compile(
                "(\\d{4}-\\d\\d-\\d\\d)(?:[Tt ](\\d\\d:\\d\\d(?::\\d\\d(?:\\.\\d{1,9})?)?)\\d*)?([Zz]|[+-]\\d\\d:?\\d\\d)?");

        @Override
        public Long parse(String literal) {
            var form = FORM.matcher(literal.strip());
            if (form.matches()) {
                try {
                    var date = LocalDate.parse(form.group(1));
                    var time = form.group(2) == null ? LocalTime.MIDNIGHT : LocalTime.parse(form.group(2));
                    return Instants.micros(date.atTime(time).toInstant(offset(form.group(3))));
                } catch (DateTimeException e) {
                    throw new IllegalArgumentException("a date that the calendar knows", e);
                }
            }
            throw new IllegalArgumentException("a date such as 2026-03-05T10:15:30Z");
        }

        private static ZoneOffset offset(@org.jspecify.annotations.Nullable String written) {
            return written == null || written.equalsIgnoreCase("Z") ? ZoneOffset.UTC : ZoneOffset.of(written);
        }

        @Override
        public Long restore(String written) {
            return Long.valueOf(written);
        }
    }
}
