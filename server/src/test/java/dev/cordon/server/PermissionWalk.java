package dev.cordon.server;

import dev.cordon.server.web.Caller;
import dev.cordon.server.web.Route;
import dev.cordon.server.web.TestHttp;
import dev.cordon.server.web.WebServer;
import dev.cordon.server.web.WebSettings;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A web server with given routes, and callers of any kind for it. */
final class PermissionWalk implements AutoCloseable {

    private final TokenOfCaller tokens = new TokenOfCaller();
    private final WebServer web;
    private final TestHttp http = new TestHttp();

    PermissionWalk(List<Route> routes) {
        web = new WebServer(WebSettings.plainForTests(), tokens, routes);
        web.start();
    }

    /** @param body as JSON, and the whole answer's */
    record Answer(int status, String body) {}

    /** Calls a route, with this for each parameter of its path. */
    Answer call(Caller caller, Route route, String parameter) {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + web.port() + path(route, parameter)))
                .header("Authorization", "Bearer " + tokens.of(caller))
                .header("Content-Type", "application/json")
                .method(
                        route.method().name(),
                        route.method().name().equals("GET")
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString("{}"));
        var answer = http.send(request);
        return new Answer(answer.statusCode(), answer.body());
    }

    /** The path as the documentation's table has it. */
    static String path(Route route) {
        return switch (route.face()) {
            case DEFENDER -> "/api" + route.path();
            case PREVIEW -> Route.PREVIEW_BASE + route.path();
            case CORDON, OBJECTS, TOKEN_SERVICE, CONSOLE -> route.path();
        };
    }

    static String path(Route route, String parameter) {
        return path(route)
                .replace("findbyip{arguments}", "findbyip(ip='192.0.2.1',timestamp=2026-01-01T00:00:00Z)")
                .replaceAll("\\{[^}]+}", URLEncoder.encode(parameter, StandardCharsets.UTF_8));
    }

    @Override
    public void close() {
        http.close();
        web.close();
    }
}
