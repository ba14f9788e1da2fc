package dev.cordon.agent.journal;

import org.jspecify.annotations.Nullable;

/** The journal cannot be read or written; what was to be written counts as not happened. */
public final class JournalException extends Exception {

    private static final long serialVersionUID = 1L;

    JournalException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
