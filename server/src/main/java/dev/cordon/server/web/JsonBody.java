package dev.cordon.server.web;

import io.javalin.http.Context;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads the JSON object of a request, whatever its Content-Type says: real clients label it as a form or not at all.
 * Names of fields are case-sensitive.
 */
public final class JsonBody {

    private JsonBody() {}

    /** @throws ApiException 400 {@code InvalidRequestBody} if there is no body, or it is no JSON object */
    public static ObjectNode object(Context http) {
        var bytes = http.bodyAsBytes();
        if (bytes.length == 0) {
            throw ApiException.invalidRequestBody("Request body is incorrect: it is empty.");
        }
        try {
            if (Json.MAPPER.readTree(bytes) instanceof ObjectNode object) {
                return object;
            }
        } catch (JacksonException e) {
            var at = e.getLocation();
            throw ApiException.invalidRequestBody("Request body is incorrect: it is not valid JSON"
                    + (at == null ? "" : " (line " + at.getLineNr() + ", column " + at.getColumnNr() + ")") + ".");
        }
        throw ApiException.invalidRequestBody("Request body is incorrect: it must be a JSON object.");
    }

    /**
     * A field that holds text; nothing if it is absent or null.
     *
     * @throws ApiException 400 {@code InvalidRequestBody} if it holds anything else
     */
    public static Optional<String> text(ObjectNode body, String name) {
        return present(body, name).map(value -> {
            if (!value.isString()) {
                throw wrongType(name, "a string");
            }
            return value.stringValue();
        });
    }

    /**
     * A field that holds an integer; nothing if it is absent or null.
     *
     * @throws ApiException 400 {@code InvalidRequestBody} if it holds anything else
     */
    public static Optional<Integer> integer(ObjectNode body, String name) {
        return present(body, name).map(value -> {
            if (!value.isIntegralNumber() || !value.canConvertToInt()) {
                throw wrongType(name, "an integer");
            }
            return value.intValue();
        });
    }

    /**
     * A field that holds true or false; nothing if it is absent or null.
     *
     * @throws ApiException 400 {@code InvalidRequestBody} if it holds anything else
     */
    public static Optional<Boolean> flag(ObjectNode body, String name) {
        return present(body, name).map(value -> {
            if (!value.isBoolean()) {
                throw wrongType(name, "true or false");
            }
            return value.booleanValue();
        });
    }

    private static Optional<JsonNode> present(ObjectNode body, String name) {
        return body.optional(name).filter(value -> !value.isNull());
    }

    private static ApiException wrongType(String name, String wanted) {
        return ApiException.invalidRequestBody("Request body is incorrect: " + name + " must be " + wanted + ".");
    }
}
