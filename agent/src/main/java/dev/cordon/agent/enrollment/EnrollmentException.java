package dev.cordon.agent.enrollment;

import org.jspecify.annotations.Nullable;

/** The machine could not be enrolled, or its identity cannot be read; the message says what to do. */
public final class EnrollmentException extends Exception {

    private static final long serialVersionUID = 1L;

    public EnrollmentException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
