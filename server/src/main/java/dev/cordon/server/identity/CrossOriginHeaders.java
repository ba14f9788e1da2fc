package dev.cordon.server.identity;

import dev.cordon.server.web.RequestUrls;
import io.javalin.http.Context;
import java.util.Optional;

/**
 * What browsers ask of the token endpoint before a page of another origin may read its answer (Fetch, "CORS protocol").
 * No cookie is read there, so none is allowed. Thread-safe.
 */
record CrossOriginHeaders(CrossOrigins origins) {

    /** What token libraries for browsers send; no {@code Authorization}, because a page can keep no secret. */
    private static final String HEADERS = "content-type, client-request-id, return-client-request-id, x-client-sku,"
            + " x-client-ver, x-client-os, x-client-cpu, x-client-current-telemetry, x-client-last-telemetry,"
            + " x-ms-lib-capability, x-app-name, x-app-ver, x-anchormailbox";

    /** The origin of the page that calls, if it is not one of this server's own. */
    static Optional<String> foreign(Context http) {
        return Optional.ofNullable(http.header("Origin"))
                .filter(origin -> !origin.equalsIgnoreCase(RequestUrls.base(http)));
    }

    /** Lets the page that calls read the answer, if it is one of the client's. */
    void answer(Context http, Optional<String> clientId) {
        foreign(http).ifPresent(origin -> {
            http.header("Vary", "Origin");
            if (origins.allowed(http.pathParam("tenant"), clientId, origin)) {
                http.header("Access-Control-Allow-Origin", origin)
                        .header("Access-Control-Expose-Headers", "client-request-id, x-ms-request-id");
            }
        });
    }

    /** What the browser asks first where a request has unusual headers. */
    void preflight(Context http) {
        answer(http, Optional.empty());
        if (http.res().containsHeader("Access-Control-Allow-Origin")) {
            http.header("Access-Control-Allow-Methods", "POST")
                    .header("Access-Control-Allow-Headers", HEADERS)
                    .header("Access-Control-Max-Age", "3600");
        }
        http.status(204);
    }
}
