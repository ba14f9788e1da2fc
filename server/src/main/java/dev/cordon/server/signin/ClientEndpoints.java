package dev.cordon.server.signin;

import dev.cordon.server.identity.Application;
import dev.cordon.server.identity.DelegatedPermissions;
import dev.cordon.server.identity.Excerpt;
import dev.cordon.server.identity.Graph;
import dev.cordon.server.identity.PermissionGrants;
import dev.cordon.server.identity.StrictObject;
import dev.cordon.server.web.ApiException;
import dev.cordon.server.web.Caller;
import dev.cordon.server.web.Json;
import dev.cordon.server.web.JsonBody;
import dev.cordon.server.web.Route;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jooq.DSLContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code /cordon/v1/applications/{id}/sign-in}: administrators say how users sign in to an application, and consent to it
 * for everybody. Thread-safe.
 */
final class ClientEndpoints {

    private static final String PATH = "/cordon/v1/applications/{id}/sign-in";
    private static final int MOST = 100;
    private static final int LONGEST_URI = 2_000;

    private final Parts parts;
    private final GrantedScopes scopes;

    ClientEndpoints(Parts parts, GrantedScopes scopes) {
        this.parts = parts;
        this.scopes = scopes;
    }

    List<Route> routes() {
        return List.of(
                Route.administration(HandlerType.GET, PATH, this::get),
                Route.administration(HandlerType.PUT, PATH, this::replace),
                Route.administration(HandlerType.POST, PATH + "/consent", this::consent),
                Route.administration(HandlerType.DELETE, PATH + "/consent", this::withdraw));
    }

    private void get(Context http, Caller caller) {
        http.json(parts.database().read(sql -> json(sql, require(http, sql, caller))));
    }

    private void replace(Context http, Caller caller) {
        parts.database().read(sql -> require(http, sql, caller));
        var body = new StrictObject(JsonBody.object(http), "");
        var redirectUris = body.list("redirectUris", MOST, ClientEndpoints::redirectUri);
        var singlePageUris = body.list("spaRedirectUris", MOST, ClientEndpoints::singlePageUri);
        if (singlePageUris.stream().anyMatch(redirectUris::contains)) {
            throw body.wrong("spaRedirectUris", "must hold none of redirectUris: a code is redeemed in one way only.");
        }
        var wanted = new Client(
                body.bool("publicClient").orElse(false),
                body.bool("passwordGrant").orElse(false),
                body.bool("idTokens").orElse(false),
                body.bool("exposesApi").orElse(false),
                redirectUris,
                singlePageUris,
                logoutUri(
                        body,
                        Stream.concat(redirectUris.stream(), singlePageUris.stream())
                                .toList()),
                permissions(
                        body.list("delegatedPermissions", MOST, (value, path) -> StrictObject.text(value, path, 100))));
        body.end();
        PermissionGrants.requireMayGrant(caller, wanted.scopes());
        http.json(parts.database().write(sql -> {
            var application = require(http, sql, caller);
            requireOffered(sql, application, wanted);
            parts.clients().change(sql, application, wanted);
            log(
                    sql,
                    caller,
                    "application.signInChanged",
                    application,
                    Map.of(
                            "publicClient", wanted.publicClient(),
                            "passwordGrant", wanted.passwordGrant(),
                            "idTokens", wanted.idTokens(),
                            "exposesApi", wanted.exposesApi(),
                            "redirectUris", wanted.redirectUris(),
                            "spaRedirectUris", wanted.singlePageUris(),
                            "frontChannelLogoutUri", wanted.logoutUri().orElse(""),
                            "delegatedPermissions", List.copyOf(wanted.scopes())));
            return json(sql, application);
        }));
    }

    private void consent(Context http, Caller caller) {
        http.json(parts.database().write(sql -> {
            var application = require(http, sql, caller);
            var scopes = parts.clients().find(sql, application).scopes();
            PermissionGrants.requireMayGrant(caller, scopes);
            parts.clients().consent(sql, application, Clients.EVERYBODY, scopes);
            log(sql, caller, "consent.granted", application, Map.of("scopes", List.copyOf(scopes), "for", "everybody"));
            return json(sql, application);
        }));
    }

    private void withdraw(Context http, Caller caller) {
        parts.database().write(sql -> {
            var application = require(http, sql, caller);
            parts.clients().withdraw(sql, application);
            log(sql, caller, "consent.withdrawn", application, Map.of("for", "everybody"));
            return application;
        });
        http.status(204);
    }

    private Application require(Context http, DSLContext sql, Caller caller) {
        var id = http.pathParam("id");
        return parts.identity()
                .applications()
                .find(sql, caller.tenantId(), id)
                .orElseThrow(() -> ApiException.resourceNotFound("Application " + Excerpt.of(id) + " was not found."));
    }

    private void log(DSLContext sql, Caller caller, String event, Application application, Map<String, ?> detail) {
        parts.audit().append(sql, caller.tenantId(), caller.actor(), event, "application:" + application.id(), detail);
    }

    private static String redirectUri(JsonNode value, String path) {
        var uri = StrictObject.text(value, path, LONGEST_URI);
        RedirectUri.objection(uri).ifPresent(why -> {
            throw ApiException.badRequest(path + ": " + why + ".");
        });
        return uri;
    }

    private static String singlePageUri(JsonNode value, String path) {
        var uri = StrictObject.text(value, path, LONGEST_URI);
        RedirectUri.pageObjection(uri).ifPresent(why -> {
            throw ApiException.badRequest(path + ": " + why + ".");
        });
        return uri;
    }

    /** Permissions of Cordon, and those of other APIs by their full names. */
    private static SortedSet<String> permissions(List<String> names) {
        var permissions = new TreeSet<String>();
        var ours = new ArrayList<String>();
        for (var name : names) {
            Graph.permission(name)
                    .or(() -> ApplicationApi.ofPermission(name).map(ApplicationApi::permission))
                    .ifPresentOrElse(permissions::add, () -> ours.add(name));
        }
        permissions.addAll(DelegatedPermissions.parse(ours));
        return permissions;
    }

    /** What an application was registered for before may stay, so that a setting elsewhere does not block this one. */
    private void requireOffered(DSLContext sql, Application application, Client wanted) {
        var registered = parts.clients().find(sql, application).scopes();
        for (var name : wanted.scopes()) {
            var missing = ApplicationApi.ofPermission(name)
                    .filter(api -> !registered.contains(name))
                    .filter(api ->
                            scopes.offering(sql, application.tenantId(), api).isEmpty());
            if (missing.isPresent()) {
                throw ApiException.badRequest("delegatedPermissions: no application of the tenant offers '" + name
                        + "'. Let the application with this client id expose an API first.");
            }
        }
    }

    /** OpenID Connect Front-Channel Logout 1.0, 2: scheme, host and port are those of a redirect URI. */
    private static Optional<String> logoutUri(StrictObject body, List<String> redirectUris) {
        var uri = body.text("frontChannelLogoutUri", LONGEST_URI);
        uri.flatMap(RedirectUri::objection).ifPresent(why -> {
            throw body.wrong("frontChannelLogoutUri", why + ".");
        });
        boolean foreign = uri.filter(one -> !one.toLowerCase(Locale.ROOT).startsWith("http")
                        || redirectUris.stream()
                                .map(RedirectUri::policySource)
                                .noneMatch(RedirectUri.policySource(one)::equalsIgnoreCase))
                .isPresent();
        if (foreign) {
            throw body.wrong("frontChannelLogoutUri", "must have scheme, host and port of one of the redirect URIs.");
        }
        return uri;
    }

    private ObjectNode json(DSLContext sql, Application application) {
        var client = parts.clients().find(sql, application);
        var json = Json.MAPPER
                .createObjectNode()
                .put("publicClient", client.publicClient())
                .put("passwordGrant", client.passwordGrant())
                .put("idTokens", client.idTokens())
                .put("exposesApi", client.exposesApi());
        json.put("frontChannelLogoutUri", client.logoutUri().orElse(null));
        client.redirectUris().forEach(json.putArray("redirectUris")::add);
        client.singlePageUris().forEach(json.putArray("spaRedirectUris")::add);
        client.scopes().forEach(json.putArray("delegatedPermissions")::add);
        parts.clients()
                .consented(sql, application, Clients.EVERYBODY)
                .forEach(json.putArray("consentedForEverybody")::add);
        return json;
    }
}
