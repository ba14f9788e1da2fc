package dev.cordon.cli.output;

import java.util.function.Function;
import tools.jackson.databind.JsonNode;

/**
 * A column of a list: for people under a heading, for scripts under the property's own name.
 *
 * @param property the name in CSV
 * @param value what stands in it, as it came
 * @param kind how people see it
 * @param spare whether it is left out on a terminal that is too narrow
 */
public record Column(String heading, String property, Function<JsonNode, String> value, Kind kind, boolean spare) {

    /** How a value is shown to people. */
    public enum Kind {
        TEXT,
        /** Has a colour of its own. */
        STATUS
    }

    /** A property of each item. */
    public static Column of(String heading, String property) {
        return new Column(heading, property, item -> Values.text(item.path(property)), Kind.TEXT, false);
    }

    /** Something made of several properties. */
    public static Column of(String heading, String property, Function<JsonNode, String> value) {
        return new Column(heading, property, value, Kind.TEXT, false);
    }

    public static Column status(String heading, String property) {
        return new Column(heading, property, item -> Values.text(item.path(property)), Kind.STATUS, false);
    }

    /** The same, but left out where there is no room. */
    public Column ifRoom() {
        return new Column(heading, property, value, kind, true);
    }

    String cell(JsonNode item) {
        String text = value.apply(item);
        return text.isEmpty() ? "-" : Printable.cell(Values.second(text));
    }
}
