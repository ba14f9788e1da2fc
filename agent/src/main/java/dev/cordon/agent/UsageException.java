package dev.cordon.agent;

/** The command line is not one the agent understands; the message says what to give instead. */
final class UsageException extends Exception {

    private static final long serialVersionUID = 1L;

    UsageException(String message) {
        super(message);
    }
}
