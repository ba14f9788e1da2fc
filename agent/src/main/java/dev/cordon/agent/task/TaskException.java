package dev.cordon.agent.task;

import org.jspecify.annotations.Nullable;

/** A task failed; the message is a sentence for people that says what they can do. */
public final class TaskException extends Exception {

    private static final long serialVersionUID = 1L;

    public TaskException(String message) {
        super(message);
    }

    public TaskException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
