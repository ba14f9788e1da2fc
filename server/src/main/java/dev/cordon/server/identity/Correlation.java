package dev.cordon.server.identity;

import io.javalin.http.Context;
import java.util.Optional;

/** The GUID by which a client finds its own request again: {@code client-request-id}. */
public final class Correlation {

    private static final String NAME = "client-request-id";

    private Correlation() {}

    /** From the header, as most libraries send it, or the query. */
    public static Optional<String> of(Context http) {
        return Optional.ofNullable(http.header(NAME))
                .or(() -> Optional.ofNullable(http.queryParam(NAME)))
                .flatMap(Guid::parse);
    }

    /** From there or, as some libraries send it, from the form. */
    static Optional<String> of(Context http, TokenForm form) {
        return of(http).or(() -> form.optional(NAME).flatMap(Guid::parse));
    }

    /** Returns the header to a client that asks for it. */
    static void echo(Context http) {
        if ("true".equalsIgnoreCase(http.header("return-client-request-id"))) {
            of(http).ifPresent(id -> http.header(NAME, id));
        }
    }
}
