package dev.cordon.gateway;

import org.jspecify.annotations.Nullable;

/** The gateway cannot start; the message tells the operator what to do about it. */
public final class GatewayException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    GatewayException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
