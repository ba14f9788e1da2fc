package dev.cordon.server;

import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Holds a value against a schema object of OpenAPI 3.0.3, with the keywords that our document uses; others are faults of
 * the document, so that none is overlooked. Immutable.
 */
final class SchemaCheck {

    private static final Set<String> KNOWN = Set.of(
            "type",
            "nullable",
            "enum",
            "pattern",
            "format",
            "minLength",
            "maxLength",
            "minimum",
            "maximum",
            "required",
            "properties",
            "additionalProperties",
            "items",
            "minItems",
            "maxItems",
            "oneOf",
            "$ref",
            "description",
            "default");

    private final JsonNode root;

    SchemaCheck(JsonNode root) {
        this.root = root;
    }

    JsonNode resolved(JsonNode node) {
        var reference = node.get("$ref");
        if (reference == null) {
            return node;
        }
        var target = root.at(reference.stringValue().substring(1));
        if (target.isMissingNode()) {
            throw new AssertionError(reference + " leads nowhere");
        }
        return resolved(target);
    }

    List<String> faults(JsonNode value, JsonNode schema) {
        var faults = new ArrayList<String>();
        check(value, schema, "$", faults);
        return faults;
    }

    List<String> unknownKeywords() {
        var unknown = new TreeSet<String>();
        root.at("/components/schemas").forEach(schema -> keywords(schema, unknown));
        root.get("paths").findValues("schema").forEach(schema -> keywords(schema, unknown));
        return List.copyOf(unknown);
    }

    private static void keywords(JsonNode schema, Set<String> unknown) {
        for (var entry : schema.properties()) {
            if (!KNOWN.contains(entry.getKey())) {
                unknown.add(entry.getKey());
            }
            switch (entry.getKey()) {
                case "properties", "oneOf" -> entry.getValue().forEach(inner -> keywords(inner, unknown));
                case "items" -> keywords(entry.getValue(), unknown);
                default -> {}
            }
        }
    }

    private void check(JsonNode value, JsonNode unresolved, String at, List<String> faults) {
        var schema = resolved(unresolved);
        if (value.isNull()) {
            require(schema.path("nullable").asBoolean(false), at, "is null", faults);
            return;
        }
        var choices = schema.get("oneOf");
        if (choices != null) {
            long fitting = choices.valueStream()
                    .filter(choice -> faults(value, choice).isEmpty())
                    .count();
            require(fitting == 1, at, "fits " + fitting + " of the choices, not one", faults);
            return;
        }
        var allowed = schema.get("enum");
        require(
                allowed == null || allowed.valueStream().anyMatch(value::equals),
                at,
                "is not one of " + allowed,
                faults);
        switch (schema.get("type").stringValue()) {
            case "object" -> object(value, schema, at, faults);
            case "array" -> array(value, schema, at, faults);
            case "string" -> string(value, schema, at, faults);
            case "integer" -> integer(value, schema, at, faults);
            case "boolean" -> require(value.isBoolean(), at, "is no boolean", faults);
            default -> faults.add(at + " has an unknown type in the document");
        }
    }

    private void object(JsonNode value, JsonNode schema, String at, List<String> faults) {
        if (!value.isObject()) {
            faults.add(at + " is no object");
            return;
        }
        for (var name : schema.path("required")) {
            require(value.has(name.stringValue()), at, "lacks " + name, faults);
        }
        var properties = schema.path("properties");
        boolean open = schema.path("additionalProperties").asBoolean(true);
        for (var entry : value.properties()) {
            var inner = properties.get(entry.getKey());
            if (inner != null) {
                check(entry.getValue(), inner, at + "." + entry.getKey(), faults);
            } else {
                require(open, at, "has " + entry.getKey() + ", which is not in the document", faults);
            }
        }
    }

    private void array(JsonNode value, JsonNode schema, String at, List<String> faults) {
        if (!value.isArray()) {
            faults.add(at + " is no array");
            return;
        }
        within(value.size(), schema.get("minItems"), schema.get("maxItems"), at, faults);
        for (int i = 0; i < value.size(); i++) {
            check(value.get(i), schema.get("items"), at + "[" + i + "]", faults);
        }
    }

    private static void string(JsonNode value, JsonNode schema, String at, List<String> faults) {
        if (!value.isString()) {
            faults.add(at + " is no string");
            return;
        }
        var text = value.stringValue();
        within(text.length(), schema.get("minLength"), schema.get("maxLength"), at, faults);
        var pattern = schema.get("pattern");
        require(
                pattern == null
                        || Pattern.compile(pattern.stringValue()).matcher(text).find(),
                at,
                "does not match " + pattern,
                faults);
        var format = schema.get("format");
        if (format != null) {
            require(format.stringValue().equals("date-time") && isInstant(text), at, "is no " + format, faults);
        }
    }

    private static void integer(JsonNode value, JsonNode schema, String at, List<String> faults) {
        if (!value.isIntegralNumber()) {
            faults.add(at + " is no integer");
            return;
        }
        within(value.longValue(), schema.get("minimum"), schema.get("maximum"), at, faults);
    }

    private static void within(
            long number, @Nullable JsonNode least, @Nullable JsonNode most, String at, List<String> faults) {
        require(
                (least == null || number >= least.longValue()) && (most == null || number <= most.longValue()),
                at,
                number + " is out of bounds",
                faults);
    }

    private static boolean isInstant(String text) {
        try {
            return text.endsWith("Z") && OffsetDateTime.parse(text).toInstant().toEpochMilli() > 0;
        } catch (DateTimeException e) {
            return false;
        }
    }

    private static void require(boolean good, String at, String fault, List<String> faults) {
        if (!good) {
            faults.add(at + " " + fault);
        }
    }
}
