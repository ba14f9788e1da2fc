package dev.cordon.agent.scan;

import org.jspecify.annotations.Nullable;

/** The engine cannot go on; the message is a sentence for people. */
final class EngineException extends Exception {

    private static final long serialVersionUID = 1L;

    EngineException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
