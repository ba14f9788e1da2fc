package dev.cordon.server.web;

import java.nio.ByteBuffer;
import java.util.UUID;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers, in the API's shape, what Jetty refuses before any route sees it: malformed requests and broken limits. */
final class TransportErrors extends ErrorHandler {

    private static final Logger LOG = LoggerFactory.getLogger(TransportErrors.class);

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        int status = response.getStatus();
        var target = UUID.randomUUID().toString();
        if (status >= 500) {
            var cause = request.getAttribute(ERROR_EXCEPTION);
            LOG.atError()
                    .setCause(cause instanceof Throwable thrown ? thrown : null)
                    .addKeyValue("status", status)
                    .addKeyValue("request", target)
                    .log("request failed in the transport");
        } else {
            LOG.atInfo()
                    .addKeyValue("status", status)
                    .addKeyValue("request", target)
                    .log("request refused by the transport");
        }
        var body = ErrorBody.of(ErrorBody.code(status), ErrorBody.message(status), target);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, ErrorBody.CONTENT_TYPE);
        SecurityHeaders.NAMES_AND_VALUES.forEach(
                (name, value) -> response.getHeaders().put(name, value));
        response.write(true, ByteBuffer.wrap(body), callback);
        return true;
    }
}
