package dev.cordon.server.web;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.SizeLimitHandler;
import org.eclipse.jetty.util.Callback;

/**
 * Lets callers that show no token send only small bodies: whoever fills the server's memory must be somebody. On all
 * other routes the token is checked before the body is read. Thread-safe.
 */
final class OpenBodyLimit extends SizeLimitHandler {

    /** Twice the largest form of the token service. */
    static final int BYTES = 128 << 10;

    private static final Pattern PARAMETER = Pattern.compile("\\{[^}]+}");

    private final Pattern paths;

    OpenBodyLimit(List<Route> routes) {
        super(BYTES, -1);
        paths = Pattern.compile(
                routes.stream()
                        .filter(route -> route.access() instanceof Route.Access.Open)
                        .map(route -> expression(route.path()) + "/*")
                        .distinct()
                        .collect(Collectors.joining("|")),
                Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE);
    }

    private static String expression(String path) {
        return PARAMETER
                .splitAsStream(path)
                .map(Pattern::quote)
                .collect(Collectors.joining("[^/]+", "", path.endsWith("}") ? "[^/]+" : ""));
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        if (paths.matcher(Request.getPathInContext(request)).matches()) {
            return super.handle(request, response, callback);
        }
        var next = getHandler();
        return next != null && next.handle(request, response, callback);
    }
}
