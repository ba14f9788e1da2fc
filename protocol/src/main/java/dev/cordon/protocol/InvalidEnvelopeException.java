package dev.cordon.protocol;

/** A signed message whose signature does not match its bytes, or whose bytes are no message at all. */
public final class InvalidEnvelopeException extends Exception {

    private static final long serialVersionUID = 1L;

    public InvalidEnvelopeException(String message) {
        super(message);
    }

    public InvalidEnvelopeException(String message, Throwable cause) {
        super(message, cause);
    }
}
