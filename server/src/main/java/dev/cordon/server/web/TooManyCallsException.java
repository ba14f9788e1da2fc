package dev.cordon.server.web;

/** A caller has called an API more often than it may: 429 with {@code Retry-After}. */
final class TooManyCallsException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final long retryAfterSeconds;

    TooManyCallsException(String message, long retryAfterSeconds) {
        super(message, null, false, false);
        this.retryAfterSeconds = retryAfterSeconds;
    }

    long retryAfterSeconds() {
        return retryAfterSeconds;
    }
}
