package dev.cordon.server.keys;

import org.jspecify.annotations.Nullable;

/** A key cannot be read, made or unwrapped; the message tells the operator what to do about it. */
public final class KeyException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public KeyException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
