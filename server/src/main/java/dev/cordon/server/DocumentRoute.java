package dev.cordon.server;

import dev.cordon.server.web.Route;
import io.javalin.http.HandlerType;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Hands out the OpenAPI document of everything under {@code /cordon/v1}. */
final class DocumentRoute {

    private static final String RESOURCE = "/openapi/cordon-v1.yaml";

    private DocumentRoute() {}

    /** Open, because the document says nothing that the source code does not. */
    static Route openApi() {
        var document = document();
        return Route.open(
                HandlerType.GET,
                Route.Face.CORDON,
                "/cordon/v1/openapi.yaml",
                http -> http.contentType("application/yaml").result(document));
    }

    private static byte[] document() {
        try (var in = DocumentRoute.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IllegalStateException(RESOURCE + " is missing from the server's jar");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
