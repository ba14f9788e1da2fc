package dev.cordon.cli.output;

import dev.cordon.cli.connection.Json;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** JSON as YAML 1.2 in block style. Strings are always quoted as in JSON, so that none is taken for anything else. */
final class Yaml {

    private static final Pattern PLAIN_KEY = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

    private final StringBuilder text = new StringBuilder();

    private Yaml() {}

    static String write(JsonNode value) {
        var yaml = new Yaml();
        yaml.value(value, 0, false);
        return yaml.text.toString();
    }

    /** Writes a value and ends its line; a key or a dash may stand before it. */
    private void value(JsonNode value, int indent, boolean afterDash) {
        if (value.isObject() && !value.isEmpty()) {
            boolean first = afterDash;
            for (var property : value.properties()) {
                pad(first ? 0 : indent);
                first = false;
                text.append(key(property.getKey())).append(':');
                nested(property.getValue(), indent);
            }
        } else if (value.isArray() && !value.isEmpty()) {
            boolean first = afterDash;
            for (JsonNode item : value) {
                pad(first ? 0 : indent);
                first = false;
                text.append("- ");
                value(item, indent + 2, true);
            }
        } else {
            text.append(Json.line(value)).append('\n');
        }
    }

    private void nested(JsonNode value, int indent) {
        if (value.isContainer() && !value.isEmpty()) {
            text.append('\n');
            value(value, indent + 2, false);
        } else {
            text.append(' ');
            value(value, 0, false);
        }
    }

    private void pad(int columns) {
        text.append(" ".repeat(columns));
    }

    private static String key(String name) {
        boolean word = name.matches("(?i)true|false|null|yes|no|on|off|y|n");
        return PLAIN_KEY.matcher(name).matches() && !word ? name : Json.line(JsonNodeFactory.instance.stringNode(name));
    }
}
