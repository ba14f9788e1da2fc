package dev.cordon.cli.connection;

import java.io.Serial;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** The server answered with an error; the message is the server's own. */
public final class RefusedException extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1L;

    private final int status;
    private final String code;
    private final String requestId;

    private RefusedException(int status, String code, String message, String requestId) {
        super(message);
        this.status = status;
        this.code = code;
        this.requestId = requestId;
    }

    /** Reads both shapes of errors: the API's and the token service's. */
    static RefusedException of(Answer answer) {
        JsonNode json = answer.json();
        JsonNode error = json.path("error");
        if (error.isString()) {
            String description = json.path("error_description").asString("");
            String first = description.lines().findFirst().orElse("");
            return new RefusedException(
                    answer.status(),
                    error.asString(),
                    first.isEmpty() ? error.asString() : first,
                    json.path("trace_id").asString(""));
        }
        String code = error.path("code").asString("");
        String message = error.path("message").asString("");
        return new RefusedException(
                answer.status(),
                code,
                message.isEmpty()
                        ? answer.method() + " " + answer.uri() + " was answered with " + answer.status()
                        : message,
                error.path("target").asString(""));
    }

    /** The HTTP status. */
    public int status() {
        return status;
    }

    /** The error's code, for example {@code ResourceNotFound}; empty if the answer had none. */
    public String code() {
        return code;
    }

    /** By what the server's log names the request. */
    public Optional<String> requestId() {
        return requestId.isEmpty() ? Optional.empty() : Optional.of(requestId);
    }
}
