package dev.cordon.server.tls;

import org.jspecify.annotations.Nullable;

/** The server's certificate cannot be read, made or used; the message tells the operator what to do about it. */
public final class TlsException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public TlsException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
