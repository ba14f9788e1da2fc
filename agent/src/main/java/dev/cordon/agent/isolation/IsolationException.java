package dev.cordon.agent.isolation;

import org.jspecify.annotations.Nullable;

/** An isolation could not be applied or released; the message says why and, where it can be known, what to do. */
public final class IsolationException extends Exception {

    private static final long serialVersionUID = 1L;

    public IsolationException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
