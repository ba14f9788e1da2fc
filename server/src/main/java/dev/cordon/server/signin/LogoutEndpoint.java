package dev.cordon.server.signin;

import dev.cordon.server.identity.Application;
import dev.cordon.server.users.Session;
import dev.cordon.server.web.RequestUrls;
import io.javalin.http.Context;
import java.util.LinkedHashMap;
import java.util.Optional;

/**
 * {@code GET /{tenant}/oauth2/logout} (OpenID Connect RP-Initiated Logout 1.0): ends the browser's session and every
 * sign-in that came of it, so that one logout is enough for all applications. Thread-safe.
 */
final class LogoutEndpoint {

    private final Parts parts;
    private final Browser browser;
    private final SignInPages pages;

    LogoutEndpoint(Parts parts, Browser browser, SignInPages pages) {
        this.parts = parts;
        this.browser = browser;
        this.pages = pages;
    }

    void logout(Context http) {
        var session = browser.session(http);
        session.ifPresent(known -> browser.end(http, known));
        var target = Optional.ofNullable(http.queryParam("post_logout_redirect_uri"))
                .filter(uri -> uri.equals(RequestUrls.base(http) + ConsoleApplication.PATH)
                        || isRegistered(http, session, uri));
        if (target.isEmpty()) {
            pages.signedOut(http);
            return;
        }
        var parameters = new LinkedHashMap<String, String>();
        Optional.ofNullable(http.queryParam("state")).ifPresent(state -> parameters.put("state", state));
        var query = AuthorizeAnswers.encode(parameters);
        var uri = target.get();
        AuthorizeAnswers.redirect(http, query.isEmpty() ? uri : uri + (uri.contains("?") ? "&" : "?") + query);
    }

    /** Only where an application of the tenant has its answers sent to, so that nobody is led elsewhere from here. */
    private boolean isRegistered(Context http, Optional<Session> session, String uri) {
        return parts.database().read(sql -> {
            var tenantId = parts.identity()
                    .tenants()
                    .find(sql, http.pathParam("tenant"))
                    .map(tenant -> tenant.id())
                    .or(() -> session.map(known -> known.user().tenantId()));
            return tenantId.map(id -> parts.identity().applications().all(sql, id).stream()
                            .filter(Application::enabled)
                            .anyMatch(application -> RedirectUri.matches(
                                    parts.clients().find(sql, application).redirectUris(), uri)))
                    .orElse(false);
        });
    }
}
