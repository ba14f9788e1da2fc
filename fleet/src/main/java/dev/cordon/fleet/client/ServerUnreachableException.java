package dev.cordon.fleet.client;

import java.net.URI;
import javax.net.ssl.SSLException;

/** No answer came; the message says what to look at. */
public final class ServerUnreachableException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private ServerUnreachableException(String message, Throwable cause) {
        super(message, cause);
    }

    static ServerUnreachableException of(URI uri, Throwable cause) {
        String server = uri.getScheme() + "://" + uri.getAuthority();
        for (Throwable reason = cause; reason != null; reason = reason.getCause()) {
            if (reason instanceof SSLException) {
                return new ServerUnreachableException(
                        "the server at " + server + " is not the one that the CA file vouches for ("
                                + reason.getMessage()
                                + "). Take tls/ca.pem from that server's data directory, and reach it by a name that its"
                                + " certificate holds (cordon server --host NAME).",
                        cause);
            }
        }
        String detail = cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
        return new ServerUnreachableException(
                "no server answers at " + server + " (" + detail + "). Is it running? Start it with: cordon server",
                cause);
    }
}
