package dev.cordon.server.web;

/** The web server cannot start; the message tells the operator what to do about it. */
public final class WebServerException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public WebServerException(String message, Throwable cause) {
        super(message, cause);
    }
}
