package dev.cordon.cli.connection;

import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.core.io.JsonStringEncoder;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.MissingNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * JSON to Jackson's trees and back, without Jackson's mapper: setting that one up takes as long as half a command, and
 * trees of a few kinds of values need nothing of it. Thread-safe.
 */
public final class Json {

    private static final JsonFactory FACTORY = new JsonFactory();
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final String STEP = "  ";

    private Json() {}

    /** A new object to fill in. */
    public static ObjectNode object() {
        return NODES.objectNode();
    }

    /** What stands for something that is not there. */
    public static JsonNode missing() {
        return MissingNode.getInstance();
    }

    /**
     * Reads one value; a missing node from blank text.
     *
     * @throws tools.jackson.core.JacksonException if it is no JSON, or nested deeper than Jackson allows
     */
    public static JsonNode read(String text) {
        try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), text)) {
            if (parser.nextToken() == null) {
                return missing();
            }
            JsonNode value = value(parser);
            if (parser.nextToken() != null) {
                throw new StreamReadException(parser, "there is more than one value");
            }
            return value;
        }
    }

    private static JsonNode value(JsonParser parser) {
        return switch (parser.currentToken()) {
            case START_OBJECT -> {
                ObjectNode object = NODES.objectNode();
                while (parser.nextToken() != JsonToken.END_OBJECT) {
                    String name = parser.currentName();
                    parser.nextToken();
                    object.set(name, value(parser));
                }
                yield object;
            }
            case START_ARRAY -> {
                ArrayNode array = NODES.arrayNode();
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    array.add(value(parser));
                }
                yield array;
            }
            case VALUE_STRING -> NODES.stringNode(parser.getString());
            case VALUE_TRUE -> NODES.booleanNode(true);
            case VALUE_FALSE -> NODES.booleanNode(false);
            case VALUE_NULL -> NODES.nullNode();
            case VALUE_NUMBER_FLOAT -> NODES.numberNode(parser.getDecimalValue());
            case VALUE_NUMBER_INT ->
                switch (parser.getNumberType()) {
                    case INT -> NODES.numberNode(parser.getIntValue());
                    case LONG -> NODES.numberNode(parser.getLongValue());
                    default -> NODES.numberNode(parser.getBigIntegerValue());
                };
            default -> throw new StreamReadException(parser, "there is no value");
        };
    }

    /** As people read it: a property a line. */
    public static String write(JsonNode value) {
        var text = new StringBuilder();
        write(value, text, "\n");
        return text.toString();
    }

    /** In one line, without blanks. */
    public static String line(JsonNode value) {
        var text = new StringBuilder();
        write(value, text, "");
        return text.toString();
    }

    /** @param end what a line ends with, and the next one begins with; empty for none */
    private static void write(JsonNode value, StringBuilder text, String end) {
        boolean lines = !end.isEmpty();
        String blank = lines ? " " : "";
        if (value.isObject()) {
            String inner = lines ? end + STEP : "";
            String between = "{" + (value.isEmpty() ? blank : "");
            for (var property : value.properties()) {
                text.append(between).append(inner);
                quote(property.getKey(), text).append(blank).append(':').append(blank);
                write(property.getValue(), text, inner);
                between = ",";
            }
            text.append(value.isEmpty() ? between : end).append('}');
        } else if (value.isArray()) {
            String between = "[" + blank;
            for (JsonNode item : value) {
                text.append(between);
                write(item, text, end);
                between = "," + blank;
            }
            text.append(value.isEmpty() ? between : blank).append(']');
        } else if (value.isString()) {
            quote(value.asString(), text);
        } else {
            text.append(value.isNull() || value.isMissingNode() ? "null" : value.asString());
        }
    }

    private static StringBuilder quote(String raw, StringBuilder text) {
        text.append('"');
        JsonStringEncoder.getInstance().quoteAsString(raw, text);
        return text.append('"');
    }
}
