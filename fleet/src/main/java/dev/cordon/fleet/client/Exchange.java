package dev.cordon.fleet.client;

import java.net.URI;
import java.time.Duration;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * One request and its answer.
 *
 * @param requestBody empty if there was none
 * @param sentAt {@link System#nanoTime} just before the request left
 */
public record Exchange(
        String method, URI uri, String requestBody, int status, String body, long sentAt, Duration took) {

    private static final JsonMapper JSON = new JsonMapper();

    /** The answer as JSON; a missing node if it is empty or not JSON. */
    public JsonNode json() {
        try {
            return body.isBlank() ? JSON.missingNode() : JSON.readTree(body);
        } catch (JacksonException e) {
            return JSON.missingNode();
        }
    }

    /** Whether the server did what was asked. */
    public boolean succeeded() {
        return status >= 200 && status < 300;
    }

    /**
     * This exchange, if it succeeded.
     *
     * @throws RequestFailedException with what the server said otherwise
     */
    public Exchange orThrow() {
        if (!succeeded()) {
            throw RequestFailedException.of(this);
        }
        return this;
    }
}
