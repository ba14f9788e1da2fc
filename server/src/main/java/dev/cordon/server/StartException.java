package dev.cordon.server;

import org.jspecify.annotations.Nullable;

/** The server cannot start; the message is one line and tells the operator what to do about it. */
public final class StartException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public StartException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
