package dev.cordon.server.store;

import org.jspecify.annotations.Nullable;

/** The store cannot do its work; the message tells the operator what to do about it. */
public final class StoreException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public StoreException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
