package dev.cordon.server.signin;

import dev.cordon.server.identity.Application;
import dev.cordon.server.identity.Applications;
import dev.cordon.server.identity.Audiences;
import dev.cordon.server.identity.DelegatedPermissions;
import dev.cordon.server.identity.Endpoint;
import dev.cordon.server.identity.Graph;
import dev.cordon.server.identity.TokenRefusal;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jooq.DSLContext;

/** Finds what a user's token may hold: asked for, registered for the application, and consented to. Thread-safe. */
final class GrantedScopes {

    private final Audiences audiences;
    private final Applications applications;
    private final Clients clients;

    GrantedScopes(Audiences audiences, Applications applications, Clients clients) {
        this.audiences = audiences;
        this.applications = applications;
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
     * The permissions that a request wants, consented to or not: those of Cordon by their name, that of an application's
     * own API by its full name.
     *
     * @throws TokenRefusal if the resource is unknown or the application was never registered for a permission
     */
    SortedSet<String> wanted(DSLContext sql, Application application, ScopeRequest request) {
        if (request.ofDirectory()) {
            return ofDirectory(sql, application, request);
        }
        switch (audiences.resource(request.resource())) {
            case API -> {}
            case NEIGHBOUR -> throw Refusals.permissionNotConfigured(application.id(), request.resource());
            case UNKNOWN -> {
                return ofApplication(sql, application, request);
            }
        }
        var registered = new TreeSet<>(clients.find(sql, application).scopes());
        registered.removeIf(name -> DelegatedPermissions.find(name).isEmpty());
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

    /** Who the user is, any application may ask; for the profile, which the preview takes as a key, it is registered. */
    private SortedSet<String> ofDirectory(DSLContext sql, Application application, ScopeRequest request) {
        var wanted = new TreeSet<String>();
        if (request.readsProfile()) {
            if (clients.find(sql, application).scopes().contains(Graph.PERMISSION)) {
                wanted.add(Graph.PERMISSION);
            } else if (!request.permissions().isEmpty()) {
                throw Refusals.permissionNotConfigured(application.id(), Graph.PERMISSION);
            }
        }
        return wanted;
    }

    /** An API of an application's own has one permission, so that one is wanted, whether named or not. */
    private SortedSet<String> ofApplication(DSLContext sql, Application application, ScopeRequest request) {
        var api = ApplicationApi.ofResource(request.resource())
                .filter(known -> offering(sql, application.tenantId(), known).isPresent())
                .orElseThrow(() -> TokenRefusal.resourceNotFound(request.resource(), application.tenantId()));
        for (var name : request.permissions()) {
            if (!name.equals(ApplicationApi.SCOPE)) {
                throw TokenRefusal.scopeNotValid(request.resource() + "/" + name);
            }
        }
        if (!clients.find(sql, application).scopes().contains(api.permission())) {
            throw Refusals.permissionNotConfigured(application.id(), request.resource());
        }
        return new TreeSet<>(Set.of(api.permission()));
    }

    /** The application of the tenant that offers an API, if it does. */
    Optional<Application> offering(DSLContext sql, String tenantId, ApplicationApi api) {
        return applications
                .find(sql, tenantId, api.applicationId())
                .filter(Application::enabled)
                .filter(known -> clients.find(sql, known).exposesApi());
    }

    /** Permissions in words that a user understands. */
    List<String> texts(DSLContext sql, String tenantId, Collection<String> permissions) {
        return permissions.stream().map(name -> text(sql, tenantId, name)).toList();
    }

    private String text(DSLContext sql, String tenantId, String permission) {
        return ApplicationApi.ofPermission(permission)
                .flatMap(api -> applications.find(sql, tenantId, api.applicationId()))
                .map(Application::displayName)
                .map(name -> "Use " + name + ", which can then act in your name too")
                .orElseGet(() -> PermissionText.of(permission));
    }

    /**
     * What a consent page asks for: what is wanted. A request at the v1 endpoint that names no resource, as the links do
     * that let an application into a tenant, asks for all that the application is registered for.
     */
    SortedSet<String> offered(DSLContext sql, AuthorizeRequest request, ScopeRequest scope) {
        return request.endpoint() == Endpoint.V1 && scope.ofDirectory() && !scope.readsProfile()
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
        var wanted = wanted(sql, application, request);
        var granted = new TreeSet<>(wanted);
        granted.retainAll(clients.consented(sql, application, userId));
        if (request.ofDirectory()) {
            if (!granted.equals(wanted)) {
                throw Refusals.consentNeeded(application.id());
            }
            return openId(request, !granted.isEmpty());
        }
        if (granted.isEmpty()) {
            throw Refusals.consentNeeded(application.id());
        }
        if (ApplicationApi.ofPermission(granted.first()).isPresent()) {
            return new TreeSet<>(Set.of(ApplicationApi.SCOPE));
        }
        if (!granted.containsAll(request.permissions())) {
            throw Refusals.consentNeeded(application.id());
        }
        return granted;
    }

    /** What a token for the directory holds. */
    private static SortedSet<String> openId(ScopeRequest request, boolean profile) {
        var words = new TreeSet<>(List.of("openid", "profile"));
        if (request.email()) {
            words.add("email");
        }
        if (profile) {
            words.add(Graph.USER_READ);
        }
        return words;
    }
}
