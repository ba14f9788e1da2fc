package dev.cordon.lab;

import org.jspecify.annotations.Nullable;

/** A lab network could not be built or used; the message carries what the system said. */
public final class LabException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public LabException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
