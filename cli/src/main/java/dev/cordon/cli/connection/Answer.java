package dev.cordon.cli.connection;

import java.net.URI;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** What the server answered to one request. */
public record Answer(String method, URI uri, int status, String body) {

    /** The answer as JSON; a missing node if it is empty or not JSON. */
    public JsonNode json() {
        try {
            return body.isBlank() ? Json.missing() : Json.read(body);
        } catch (JacksonException e) {
            return Json.missing();
        }
    }

    /** Whether the server did what was asked. */
    public boolean succeeded() {
        return status >= 200 && status < 300;
    }

    /**
     * This answer, if the server did what was asked.
     *
     * @throws RefusedException with what the server said otherwise
     */
    public Answer orThrow() {
        if (!succeeded()) {
            throw RefusedException.of(this);
        }
        return this;
    }
}
