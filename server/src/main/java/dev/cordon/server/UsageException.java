package dev.cordon.server;

/** The command line makes no sense; the message says which word, and what to write instead. */
final class UsageException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    UsageException(String message) {
        super(message);
    }
}
