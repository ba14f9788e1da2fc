package dev.cordon.cli.connection;

import java.io.Serial;
import java.net.URI;
import javax.net.ssl.SSLException;

/** No answer came; the message says what to look at. */
public final class UnreachableException extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1L;

    private UnreachableException(String message, Throwable cause) {
        super(message, cause);
    }

    static UnreachableException of(URI uri, Throwable cause) {
        String server = uri.getScheme() + "://" + uri.getAuthority();
        for (Throwable reason = cause; reason != null; reason = reason.getCause()) {
            if (reason instanceof SSLException) {
                return new UnreachableException(
                        "the server at " + server + " is not the one that the CA vouches for (" + reason.getMessage()
                                + "). Take tls/ca.pem from that server's data directory (cordon login --ca FILE), and"
                                + " reach it by a name that its certificate holds (cordon server --host NAME).",
                        cause);
            }
        }
        String detail = cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
        return new UnreachableException(
                "no server answers at " + server + " (" + detail + "). Is it running? Start it with: cordon server",
                cause);
    }
}
