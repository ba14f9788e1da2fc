package dev.cordon.server;

import dev.cordon.server.web.Route;
import io.javalin.http.HandlerType;

/** Hands out what callers need to trust this server. */
final class TrustRoutes {

    private TrustRoutes() {}

    /** The authority's certificate; public by nature, so that anybody may fetch it and compare its hash. */
    static Route caPem(String pem) {
        return Route.open(
                HandlerType.GET,
                Route.Face.CORDON,
                "/cordon/v1/ca.pem",
                http -> http.contentType("application/x-pem-file")
                        .header("Content-Disposition", "attachment; filename=\"cordon-ca.pem\"")
                        .result(pem));
    }
}
