package dev.cordon.server.web;

import io.javalin.http.Context;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One event for each answered request. The path is the route's template, so that no value of a caller gets in. */
final class RequestLog {

    static final String ROUTE = "cordon.route";

    private static final Logger LOG = LoggerFactory.getLogger(RequestLog.class);

    private RequestLog() {}

    static void answered(Context http, float milliseconds) {
        Route route = http.attribute(ROUTE);
        Caller caller = http.attribute(Guard.CALLER);
        var event = LOG.atInfo()
                .addKeyValue("method", http.req().getMethod())
                .addKeyValue("route", route == null ? "-" : route.path())
                .addKeyValue("status", http.statusCode())
                .addKeyValue("ms", Math.round(milliseconds * 10) / 10.0)
                .addKeyValue("request", RequestId.of(http));
        if (caller != null) {
            event = event.addKeyValue("tenant", caller.tenantId()).addKeyValue("caller", caller.subjectId());
        }
        event.log("answered");
    }
}
