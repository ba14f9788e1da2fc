package dev.cordon.fleet.client;

import tools.jackson.databind.JsonNode;

/** The server answered with an error; the message is the server's own. */
public final class RequestFailedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int status;
    private final String code;

    private RequestFailedException(int status, String code, String message) {
        super(message);
        this.status = status;
        this.code = code;
    }

    /** Reads both shapes of errors: the API's and the token service's. */
    static RequestFailedException of(Exchange exchange) {
        JsonNode error = exchange.json().path("error");
        if (error.isString()) {
            String description = exchange.json()
                    .path("error_description")
                    .asString("")
                    .lines()
                    .findFirst()
                    .orElse("");
            return new RequestFailedException(exchange.status(), error.asString(), description);
        }
        String code = error.path("code").asString("");
        String message = error.path("message").asString("");
        if (code.isEmpty()) {
            message = exchange.method() + " " + exchange.uri() + " answered " + exchange.status();
        }
        return new RequestFailedException(exchange.status(), code, message);
    }

    /** The HTTP status. */
    public int status() {
        return status;
    }

    /** The error's code, for example {@code ResourceNotFound}; empty if the answer had none. */
    public String code() {
        return code;
    }
}
