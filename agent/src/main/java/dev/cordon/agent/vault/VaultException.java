package dev.cordon.agent.vault;

import org.jspecify.annotations.Nullable;

/**
 * Something could not be taken or given back; nothing was changed by the attempt unless the message says so, which is a
 * sentence for people.
 */
public final class VaultException extends Exception {

    private static final long serialVersionUID = 1L;

    /** What a caller may want to do about it. */
    public enum Why {
        /** It is no longer there, or no longer what was looked for: look again. */
        CHANGED,
        /** The vault's disk has no room for it. */
        FULL,
        /** Anything else. */
        FAILED
    }

    private final Why why;

    VaultException(Why why, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.why = why;
    }

    public Why why() {
        return why;
    }
}
