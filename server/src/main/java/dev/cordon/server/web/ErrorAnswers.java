package dev.cordon.server.web;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.Header;
import io.javalin.http.HttpResponseException;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Predicate;
import org.eclipse.jetty.http.HttpException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns whatever a handler throws into an answer in the API's shape. Nothing internal leaves the server. */
final class ErrorAnswers {

    private static final Logger LOG = LoggerFactory.getLogger(ErrorAnswers.class);

    private static final String RETRY_SECONDS = "5";

    private final Predicate<Exception> outage;

    /** @param outage tells trouble that may pass, such as a store that cannot be reached, from our own mistakes */
    ErrorAnswers(Predicate<Exception> outage) {
        this.outage = outage;
    }

    void register(RoutesConfig routes) {
        routes.exception(ApiException.class, (e, http) -> answer(http, e.status(), e.code(), messageOf(e)));
        routes.exception(TooManyCallsException.class, (e, http) -> {
            http.header(Header.RETRY_AFTER, Long.toString(e.retryAfterSeconds()));
            answer(http, 429, ErrorBody.code(429), String.valueOf(e.getMessage()));
        });
        routes.exception(HttpResponseException.class, this::refused);
        routes.exception(Exception.class, this::failed);
    }

    private void refused(HttpResponseException e, Context http) {
        var allowed = e.getDetails().get("availableMethods");
        if (allowed != null) {
            http.header(Header.ALLOW, allowed);
        }
        answer(http, e.getStatus(), ErrorBody.code(e.getStatus()), ErrorBody.message(e.getStatus()));
    }

    private void failed(Exception e, Context http) {
        var transport = transport(e);
        if (transport != null && transport.getCode() < 500) {
            answer(
                    http,
                    transport.getCode(),
                    ErrorBody.code(transport.getCode()),
                    ErrorBody.message(transport.getCode()));
            return;
        }
        int status = outage.test(e) ? 503 : 500;
        LOG.atError()
                .setCause(e)
                .addKeyValue("request", RequestId.of(http))
                .addKeyValue("status", status)
                .log(status == 503 ? "request refused: a service is not available" : "request failed");
        answer(http, status, ErrorBody.code(status), ErrorBody.message(status));
    }

    /** What Jetty refused while a handler read the request; its own conversion makes a 400 of every exception. */
    private static @Nullable HttpException transport(Exception e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof HttpException refused) {
                return refused;
            }
        }
        return null;
    }

    /** A fault of the virtual machine or of our classes: there is no context to answer through any more. */
    static void faulted(HttpServletResponse response, Error fault) {
        var target = UUID.randomUUID().toString();
        LOG.atError().setCause(fault).addKeyValue("request", target).log("request failed");
        try {
            response.reset();
            response.setStatus(500);
            response.setContentType(ErrorBody.CONTENT_TYPE);
            response.getOutputStream().write(ErrorBody.of(ErrorBody.code(500), ErrorBody.message(500), target));
        } catch (IOException | IllegalStateException e) {
            LOG.atInfo().addKeyValue("request", target).log("the caller was gone before the answer");
        }
    }

    private static void answer(Context http, int status, String code, String message) {
        if (status == 401) {
            http.header(Header.WWW_AUTHENTICATE, "Bearer");
        }
        if (status == 503) {
            http.header(Header.RETRY_AFTER, RETRY_SECONDS);
        }
        http.res().setCharacterEncoding(null);
        http.status(status).contentType(ErrorBody.CONTENT_TYPE).result(ErrorBody.of(code, message, RequestId.of(http)));
    }

    private static String messageOf(ApiException e) {
        return Objects.requireNonNullElse(e.getMessage(), ErrorBody.message(e.status()));
    }
}
