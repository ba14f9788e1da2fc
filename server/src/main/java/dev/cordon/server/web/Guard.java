package dev.cordon.server.web;

import io.javalin.http.Context;
import java.util.List;

/**
 * Lets a request through to its route's handler only if its token allows it and the caller does not call too often: first
 * 401, then 403, then 429, then the handler.
 */
final class Guard {

    static final String CALLER = "cordon.caller";

    private final TokenVerifier verifier;

    private final CallCounts counts;

    Guard(TokenVerifier verifier, CallCounts counts) {
        this.verifier = verifier;
        this.counts = counts;
    }

    void handle(Route route, Context http) throws Exception {
        switch (route.access()) {
            case Route.Access.Open open -> {}
            case Route.Access.AnyOf(var permissions) -> authorize(route, http, permissions);
            case Route.Access.ByObject(var candidates) -> authorize(route, http, candidates);
        }
        switch (route.handler()) {
            case Route.Handler.Anonymous handler -> handler.handle(http);
            case Route.Handler.Authenticated handler -> handler.handle(http, authenticated(http));
        }
    }

    private void authorize(Route route, Context http, List<String> permissions) {
        var caller = authenticate(route, http);
        var narrowed = Permissions.require(caller, permissions, route::portalPermissions);
        counts.count(route, caller).ifPresent(exceeded -> {
            throw new TooManyCallsException(exceeded.message(), exceeded.retryAfterSeconds());
        });
        // what depends on the object is checked against all roles, by the handler
        if (route.access() instanceof Route.Access.AnyOf) {
            http.attribute(CALLER, narrowed);
        }
    }

    private Caller authenticate(Route route, Context http) {
        var token = BearerToken.of(http);
        var caller = route.face() == Route.Face.PREVIEW ? verifier.verifyForPreview(token) : verifier.verify(token);
        http.attribute(CALLER, caller);
        return caller;
    }

    private static Caller authenticated(Context http) {
        Caller caller = http.attribute(CALLER);
        if (caller == null) {
            throw new IllegalStateException("an open route must have a handler without caller");
        }
        return caller;
    }
}
