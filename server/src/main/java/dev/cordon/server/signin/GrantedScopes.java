package dev.cordon.server.signin;

import dev.cordon.server.identity.Application;
import dev.cordon.server.identity.Audiences;
import dev.cordon.server.identity.TokenRefusal;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jooq.DSLContext;

/** Finds what a user's token may hold: asked for, registered for the application, and consented to. Thread-safe. */
final class GrantedScopes {

    private final Audiences audiences;
    private final Clients clients;

    GrantedScopes(Audiences audiences, Clients clients) {
        this.audiences = audiences;
        this.clients = clients;
    }

    /**
     * The permissions that a request wants, consented to or not.
     *
     * @throws TokenRefusal if the resource is unknown or the application was never registered for a permission
     */
    SortedSet<String> wanted(DSLContext sql, Application application, ScopeRequest request) {
        if (request.ofDirectory()) {
            return new TreeSet<>();
        }
        if (audiences.resource(request.resource()) != Audiences.Resource.API) {
            throw TokenRefusal.resourceNotFound(request.resource(), application.tenantId());
        }
        var registered = clients.find(sql, application).scopes();
        if (registered.isEmpty()) {
            throw Refusals.permissionNotConfigured(application.id(), request.resource());
        }
        for (var permission : request.permissions()) {
            if (!registered.contains(permission)) {
                throw Refusals.permissionNotConfigured(application.id(), permission);
            }
        }
        return request.all() ? registered : request.permissions();
    }

    /** What of it still lacks consent. */
    SortedSet<String> missing(DSLContext sql, Application application, String userId, ScopeRequest request) {
        var missing = new TreeSet<>(wanted(sql, application, request));
        missing.removeAll(clients.consented(sql, application, userId));
        return missing;
    }

    /**
     * What a token holds. Asked for all, it holds what was consented to; asked for some, it holds exactly these.
     *
     * @throws TokenRefusal if consent is missing
     */
    SortedSet<String> granted(DSLContext sql, Application application, String userId, ScopeRequest request) {
        if (request.ofDirectory()) {
            return openId(request);
        }
        var granted = new TreeSet<>(wanted(sql, application, request));
        granted.retainAll(clients.consented(sql, application, userId));
        if (granted.isEmpty() || !granted.containsAll(request.permissions())) {
            throw Refusals.consentNeeded(application.id());
        }
        return granted;
    }

    /** What a token for userinfo holds. */
    private static SortedSet<String> openId(ScopeRequest request) {
        var words = new TreeSet<>(List.of("openid", "profile"));
        if (request.email()) {
            words.add("email");
        }
        return words;
    }
}
