package dev.cordon.agent;

import org.jspecify.annotations.Nullable;

/** The agent cannot start or go on; the message says what to do about it. */
public final class AgentException extends Exception {

    private static final long serialVersionUID = 1L;

    public AgentException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
