package dev.cordon.server.users;

/** A passkey was refused. The message says why, for the log; whoever signs in is not told more than that it failed. */
public final class PasskeyException extends RuntimeException {
    private static final long serialVersionUID = 1;

    PasskeyException(String message) {
        super(message);
    }

    PasskeyException(String message, Throwable cause) {
        super(message, cause);
    }
}
