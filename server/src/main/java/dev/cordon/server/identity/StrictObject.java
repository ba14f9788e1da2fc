package dev.cordon.server.identity;

import dev.cordon.server.web.ApiException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Reads a JSON object whose every key must be known, so that a misspelt setting is an error and not a silent default.
 * Errors name the path of the value. Not thread-safe.
 */
public final class StrictObject {

    private final JsonNode node;
    private final String path;
    private final Set<String> asked = new HashSet<>();

    public StrictObject(JsonNode node, String path) {
        if (!node.isObject()) {
            throw ApiException.badRequest((path.isEmpty() ? "The body" : path) + " must be a JSON object.");
        }
        this.node = node;
        this.path = path;
    }

    /** The path of a key, as errors show it. */
    public String path(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    public ApiException wrong(String key, String message) {
        return ApiException.badRequest(path(key) + ": " + message);
    }

    public Optional<StrictObject> object(String key) {
        return Optional.ofNullable(value(key)).map(value -> new StrictObject(value, path(key)));
    }

    /** A text that is neither missing nor blank; absent, null and "" are the same. */
    public Optional<String> text(String key, int longest) {
        var value = value(key);
        if (value == null) {
            return Optional.empty();
        }
        return Optional.of(text(value, path(key), longest)).filter(text -> !text.isBlank());
    }

    public Optional<Long> integer(String key, long least, long most) {
        return Optional.ofNullable(value(key)).map(value -> integer(value, path(key), least, most));
    }

    public Optional<Boolean> bool(String key) {
        var value = value(key);
        if (value == null) {
            return Optional.empty();
        }
        if (!value.isBoolean()) {
            throw wrong(key, "must be true or false.");
        }
        return Optional.of(value.booleanValue());
    }

    /** A point in time in the form of RFC 3339, for example {@code 2026-01-31T12:00:00Z}. */
    Optional<Instant> instant(String key) {
        return text(key, 40).map(text -> {
            try {
                return OffsetDateTime.parse(text).toInstant();
            } catch (DateTimeParseException e) {
                throw wrong(key, "must be a time such as 2026-01-31T12:00:00Z.");
            }
        });
    }

    /** The elements of an array, each read with its own path; absent is empty. */
    public <T> List<T> list(String key, int most, BiFunction<JsonNode, String, T> read) {
        var value = value(key);
        if (value == null) {
            return List.of();
        }
        if (!value.isArray()) {
            throw wrong(key, "must be an array.");
        }
        if (value.size() > most) {
            throw wrong(key, "holds more than " + most + " elements.");
        }
        var elements = new ArrayList<T>();
        for (int i = 0; i < value.size(); i++) {
            elements.add(read.apply(value.get(i), path(key) + "[" + i + "]"));
        }
        return elements;
    }

    public boolean has(String key) {
        return value(key) != null;
    }

    /** Call it last: what nobody asked for is an error. */
    public void end() {
        for (var key : node.propertyNames()) {
            if (!asked.contains(key)) {
                throw wrong(
                        key,
                        "is unknown; known here: "
                                + String.join(", ", asked.stream().sorted().toList()) + ".");
            }
        }
    }

    public static String text(JsonNode value, String path, int longest) {
        if (!value.isString()) {
            throw ApiException.badRequest(path + ": must be a string.");
        }
        if (value.stringValue().length() > longest) {
            throw ApiException.badRequest(path + ": is longer than " + longest + " characters.");
        }
        return value.stringValue();
    }

    public static long integer(JsonNode value, String path, long least, long most) {
        if (!value.isIntegralNumber()
                || !value.canConvertToLong()
                || value.longValue() < least
                || value.longValue() > most) {
            throw ApiException.badRequest(path + ": must be an integer from " + least + " to " + most + ".");
        }
        return value.longValue();
    }

    private @Nullable JsonNode value(String key) {
        asked.add(key);
        var value = node.get(key);
        return value == null || value.isNull() ? null : value;
    }
}
