package dev.cordon.server.signin;

import dev.cordon.server.identity.Application;
import dev.cordon.server.identity.Audiences;
import dev.cordon.server.identity.Endpoint;
import dev.cordon.server.identity.TokenRefusal;
import java.util.List;
import java.util.Optional;
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
     * What the parameters of a request ask for.
     *
     * @throws TokenRefusal if a scope is malformed or unknown, or several resources are named, be it one in
     *     {@code scope} and another in {@code resource}
     */
    ScopeRequest asked(Endpoint endpoint, Optional<String> resource, Optional<String> scope) {
        var asked = ScopeRequest.of(endpoint, resource, scope);
        if (endpoint == Endpoint.V2 && resource.isPresent()) {
            var named = ScopeRequest.of(Endpoint.V1, resource, Optional.empty());
            if (!audiences.sameApi(named.resource(), asked.resource())) {
                throw TokenRefusal.resourceAtV2();
            }
        }
        return asked;
    }

    /** The same of an authorization request. */
    ScopeRequest asked(AuthorizeRequest request) {
        var parameters = request.parameters();
        return asked(request.endpoint(), parameters.optional("resource"), parameters.optional("scope"));
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
        switch (audiences.resource(request.resource())) {
            case API -> {}
            case NEIGHBOUR -> throw Refusals.permissionNotConfigured(application.id(), request.resource());
            case UNKNOWN -> throw TokenRefusal.resourceNotFound(request.resource(), application.tenantId());
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

    /**
     * What a consent page asks for: what is wanted. A request at the v1 endpoint that names no resource, as the links do
     * that let an application into a tenant, asks for all that the application is registered for.
     */
    SortedSet<String> offered(DSLContext sql, AuthorizeRequest request, ScopeRequest scope) {
        return request.endpoint() == Endpoint.V1 && scope.ofDirectory()
                ? clients.find(sql, request.application()).scopes()
                : wanted(sql, request.application(), scope);
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
