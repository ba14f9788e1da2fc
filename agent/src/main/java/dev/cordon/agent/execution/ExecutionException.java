package dev.cordon.agent.execution;

import org.jspecify.annotations.Nullable;

/** Execution could not be controlled as asked; the message says why and what the operator can do. */
public final class ExecutionException extends Exception {

    private static final long serialVersionUID = 1L;

    public ExecutionException(String message) {
        super(message);
    }

    public ExecutionException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
