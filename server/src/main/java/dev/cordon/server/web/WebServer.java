package dev.cordon.server.web;

import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import io.javalin.util.JavalinBindException;
import io.javalin.util.JavalinException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.server.handler.SizeLimitHandler;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HTTP server: the token service, the Defender API under {@code /api} and {@code /api/v1.0}, and what Cordon has
 * beyond it, on one listener. Handlers run on virtual threads.
 *
 * <p>Paths match without regard to case, with or without a slash at their end; what stands in them reaches the handler
 * as it was sent. Routes are tried in the order of the list. Every error, of whatever kind, has the API's JSON shape.
 */
public final class WebServer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(WebServer.class);

    private static final Set<String> EVERYWHERE = Set.of("0.0.0.0", "::");

    private static final List<String> DEFENDER_BASES = List.of("/api", "/api/v1.0");

    private static final String ODATA_JSON =
            "application/json; odata.metadata=minimal; odata.streaming=true; charset=utf-8";

    private final WebSettings settings;
    private final List<Route> routes;
    private final Guard guard;
    private final ErrorAnswers errors;
    private final Javalin javalin;

    public WebServer(WebSettings settings, TokenVerifier verifier, List<Route> routes) {
        this(settings, verifier, routes, e -> false);
    }

    /** @param outage tells exceptions that stand for trouble which may pass (503) from our own mistakes (500) */
    public WebServer(WebSettings settings, TokenVerifier verifier, List<Route> routes, Predicate<Exception> outage) {
        this.settings = settings;
        this.routes = List.copyOf(routes);
        this.guard = new Guard(verifier, new CallCounts(settings.rates(), System::nanoTime));
        this.errors = new ErrorAnswers(outage);
        this.javalin = Javalin.create(this::configure);
    }

    /**
     * Starts to listen.
     *
     * @throws WebServerException if the port is taken or the address is not this machine's
     */
    public void start() {
        try {
            javalin.start();
        } catch (JavalinBindException e) {
            throw new WebServerException(
                    "Port " + settings.port() + " on " + settings.bind()
                            + " is in use or may not be used. End what listens there, or start with another --port.",
                    e);
        }
    }

    /** The port it listens on. */
    public int port() {
        return javalin.port();
    }

    /** Lets running requests end, for a few seconds, then stops. */
    @Override
    public void close() {
        try {
            javalin.stop();
        } catch (JavalinException e) {
            LOG.atWarn().setCause(e).log("requests were still running when the web server stopped");
        }
    }

    private void configure(JavalinConfig config) {
        config.startup.showJavalinBanner = false;
        config.startup.showOldJavalinVersionWarning = false;
        config.startup.startupWatcherEnabled = false;
        config.concurrency.useVirtualThreads = true;
        config.router.caseInsensitiveRoutes = true;
        config.router.ignoreTrailingSlashes = true;
        config.router.javaLangErrorHandler(ErrorAnswers::faulted);
        config.http.prefer405over404 = true;
        config.http.maxRequestSize = settings.maxBodyBytes();
        config.http.defaultContentType = ErrorBody.CONTENT_TYPE;
        config.jsonMapper(new JsonAnswers());
        config.requestLogger.http(RequestLog::answered);
        config.jetty.modifyServer(server -> {
            server.setErrorHandler(new TransportErrors());
            server.setStopTimeout(5_000);
        });
        config.jetty.modifyServletContextHandler(this::limit);
        config.jetty.addConnector(this::connector);
        config.routes.before(http -> SecurityHeaders.NAMES_AND_VALUES.forEach(http::header));
        config.routes.before(WebServer::refuseBrokenQuery);
        routes.forEach(route -> register(config, route));
        errors.register(config.routes);
    }

    private void register(JavalinConfig config, Route route) {
        switch (route.face()) {
            case DEFENDER -> DEFENDER_BASES.forEach(base -> register(config, route, base + route.path()));
            case PREVIEW -> register(config, route, Route.PREVIEW_BASE + route.path());
            case CORDON, OBJECTS, TOKEN_SERVICE, CONSOLE -> register(config, route, route.path());
        }
    }

    /** HEAD is answered as GET without the body (RFC 9110, section 9.3.2), behind the same check of the token. */
    private void register(JavalinConfig config, Route route, String path) {
        config.routes.addHttpHandler(route.method(), path, http -> handle(route, http));
        if (route.method().equals(HandlerType.GET)) {
            config.routes.addHttpHandler(HandlerType.HEAD, path, http -> handle(route, http));
        }
    }

    private void handle(Route route, Context http) throws Exception {
        http.attribute(RequestLog.ROUTE, route);
        guard.handle(route, http);
        var type = http.res().getContentType();
        boolean api = route.face() == Route.Face.DEFENDER || route.face() == Route.Face.PREVIEW;
        if (api && (type == null || type.startsWith("application/json"))) {
            http.contentType(ODATA_JSON).header("OData-Version", "4.0");
        }
    }

    /** A query that is not percent-encoded UTF-8 is the caller's mistake; later it would look like ours. */
    private static void refuseBrokenQuery(Context http) {
        var query = http.queryString();
        if (query == null) {
            return;
        }
        try {
            URLDecoder.decode(query, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw ApiException.badRequest("The query string is not percent-encoded correctly.");
        }
    }

    private void limit(ServletContextHandler context) {
        context.setErrorHandler(new TransportErrors());
        context.insertHandler(new SizeLimitHandler(settings.maxBodyBytes(), -1));
        context.insertHandler(new OpenBodyLimit(routes));
        context.insertHandler(new UnreadBody());
    }

    private Connector connector(Server server, HttpConfiguration shared) {
        var http = new HttpConfiguration(shared);
        http.setSendServerVersion(false);
        http.setSendDateHeader(true);
        http.setRequestHeaderSize(settings.maxHeaderBytes());
        http.setIdleTimeout(settings.idle().toMillis());
        var connector = connector(server, http, settings);
        connector.setHost(EVERYWHERE.contains(settings.bind()) ? null : settings.bind());
        connector.setPort(settings.port());
        connector.setIdleTimeout(settings.idle().toMillis());
        connector.setAcceptQueueSize(1024);
        return connector;
    }

    private static ServerConnector connector(Server server, HttpConfiguration http, WebSettings settings) {
        var tls = settings.tls();
        if (tls == null) {
            return new ServerConnector(server, new HttpConnectionFactory(http));
        }
        var factory = new SslContextFactory.Server();
        factory.setSslContext(tls);
        factory.setIncludeProtocols("TLSv1.3", "TLSv1.2");
        // the certificate is the only one, and callers may reach the server by names it does not carry
        var customizer = new SecureRequestCustomizer(false);
        customizer.setSniRequired(false);
        http.addCustomizer(customizer);
        return new ServerConnector(
                server,
                new SslConnectionFactory(factory, HttpVersion.HTTP_1_1.asString()),
                new HttpConnectionFactory(http));
    }
}
