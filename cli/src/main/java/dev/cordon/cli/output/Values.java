package dev.cordon.cli.output;

import dev.cordon.cli.connection.Json;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/** JSON values as text. */
public final class Values {

    private static final Pattern INSTANT = Pattern.compile("(\\d{4}-\\d\\d-\\d\\d)T(\\d\\d:\\d\\d:\\d\\d)(\\.\\d+)?Z");

    private Values() {}

    /** A value in one line; nothing for what is not there. */
    public static String text(JsonNode value) {
        if (value.isNull() || value.isMissingNode()) {
            return "";
        }
        if (value.isArray() && value.valueStream().noneMatch(JsonNode::isContainer)) {
            return value.valueStream().map(Values::text).collect(Collectors.joining(", "));
        }
        return value.isString() ? value.asString() : Json.line(value);
    }

    /** An instant as people read it, to the second, in UTC; any other text as it is. */
    public static String second(String text) {
        var instant = INSTANT.matcher(text);
        return instant.matches() ? instant.group(1) + " " + instant.group(2) + "Z" : text;
    }
}
