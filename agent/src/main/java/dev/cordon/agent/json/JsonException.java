package dev.cordon.agent.json;

/** A text that is not JSON (RFC 8259), or goes beyond the reader's limits. */
public final class JsonException extends Exception {

    private static final long serialVersionUID = 1L;

    JsonException(String message) {
        super(message);
    }
}
