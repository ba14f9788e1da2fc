package dev.cordon.server.signin;

import dev.cordon.server.federation.Federation;
import dev.cordon.server.identity.Application;
import dev.cordon.server.users.Session;
import dev.cordon.server.web.RequestUrls;
import io.javalin.http.Context;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * {@code GET /{tenant}/oauth2/logout} (OpenID Connect RP-Initiated Logout 1.0): ends the browser's session and every
 * sign-in that came of it, so that one logout is enough for all applications. Thread-safe.
 */
final class LogoutEndpoint {

    private final Parts parts;
    private final Federation federation;
    private final Browser browser;
    private final SignInPages pages;

    LogoutEndpoint(Parts parts, Federation federation, Browser browser, SignInPages pages) {
        this.parts = parts;
        this.federation = federation;
        this.browser = browser;
        this.pages = pages;
    }

    void logout(Context http) {
        var session = browser.session(http);
        var notices = session.map(known -> notices(http, known)).orElse(List.of());
        var elsewhere = session.flatMap(this::elsewhere);
        session.ifPresent(known -> browser.end(http, known));
        var target = target(http, session);
        if (target.isPresent() && notices.isEmpty() && elsewhere.isEmpty()) {
            AuthorizeAnswers.redirect(http, target.get());
        } else {
            pages.signedOut(http, new SignedOut(notices, elsewhere, target));
        }
    }

    /**
     * What the page after a logout has to tell and to do.
     *
     * @param notices where applications are told of it
     * @param elsewhere where the user can sign out as well
     * @param target where the browser goes on
     */
    record SignedOut(List<String> notices, Optional<Elsewhere> elsewhere, Optional<String> target) {}

    /** The outside issuer at which the user signed in. */
    record Elsewhere(String name, String uri) {}

    private Optional<Elsewhere> elsewhere(Session session) {
        var tenantId = session.user().tenantId();
        return session.issuerId()
                .flatMap(issuerId -> federation.find(tenantId, issuerId))
                .flatMap(issuer -> federation
                        .signOut(tenantId, issuer.id())
                        .map(uri -> new Elsewhere(issuer.displayName(), uri.toString())));
    }

    /** OpenID Connect Front-Channel Logout 1.0, 3: with issuer and session, so that nobody else ends it. */
    private List<String> notices(Context http, Session session) {
        var tenantId = session.user().tenantId();
        var issuer = RequestUrls.base(http) + "/" + tenantId + "/v2.0";
        return parts.database().read(sql -> {
            var notices = new ArrayList<String>();
            for (var signIn : parts.accounts().signIns().of(sql, session)) {
                parts.identity()
                        .applications()
                        .find(sql, tenantId, signIn.applicationId())
                        .filter(Application::enabled)
                        .flatMap(application ->
                                parts.clients().find(sql, application).logoutUri())
                        .ifPresent(uri -> notices.add(with(uri, Map.of("iss", issuer, "sid", signIn.id()))));
            }
            return List.copyOf(notices);
        });
    }

    private Optional<String> target(Context http, Optional<Session> session) {
        return Optional.ofNullable(http.queryParam("post_logout_redirect_uri"))
                .filter(uri -> uri.equals(RequestUrls.base(http) + ConsoleApplication.PATH)
                        || isRegistered(http, session, uri))
                .map(uri -> Optional.ofNullable(http.queryParam("state"))
                        .map(state -> with(uri, Map.of("state", state)))
                        .orElse(uri));
    }

    private static String with(String uri, Map<String, String> parameters) {
        return uri + (uri.contains("?") ? "&" : "?") + AuthorizeAnswers.encode(new TreeMap<>(parameters));
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
                            .anyMatch(application ->
                                    parts.clients().find(sql, application).mayRedirectTo(uri)))
                    .orElse(false);
        });
    }
}
