package dev.cordon.server.signin;

import dev.cordon.server.identity.DelegatedPermissions;
import dev.cordon.server.identity.Endpoint;
import dev.cordon.server.identity.Graph;
import dev.cordon.server.identity.TokenRefusal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What a sign-in asks for: one resource, some of its permissions or all that the application has ({@code /.default}), and
 * the words of OpenID Connect.
 *
 * @param resource the resource id as the client wrote it; {@link Graph#ID} if it named none
 * @param all whether {@code /.default} was asked for
 * @param openId whether an id token is wanted
 * @param offline whether a refresh token is wanted
 * @param email whether the user's address is wanted
 */
record ScopeRequest(
        String resource, boolean all, SortedSet<String> permissions, boolean openId, boolean offline, boolean email) {

    private static final String DEFAULT = ".default";
    private static final List<String> OPEN_ID = List.of("openid", "profile", "email", "offline_access");

    ScopeRequest {
        permissions = Collections.unmodifiableSortedSet(new TreeSet<>(permissions));
    }

    /**
     * Reads the parameters of a request.
     *
     * @throws TokenRefusal if a scope is malformed or unknown, or several resources are named
     */
    static ScopeRequest of(Endpoint endpoint, Optional<String> resource, Optional<String> scope) {
        return switch (endpoint) {
            case V1 -> ofResource(resource.orElse(Graph.ID));
            case V2 -> {
                if (scope.isEmpty() && resource.isPresent()) {
                    throw TokenRefusal.resourceAtV2();
                }
                yield parse(scope.orElseThrow(() -> TokenRefusal.missingParameter("scope")));
            }
        };
    }

    /** At the v1 endpoint a user always gets all three tokens. */
    private static ScopeRequest ofResource(String text) {
        var resource = text.toLowerCase(Locale.ROOT).endsWith("/" + DEFAULT)
                ? text.substring(0, text.length() - DEFAULT.length() - 1)
                : text;
        boolean directory = resource.equals(Graph.ID);
        return new ScopeRequest(resource, !directory, new TreeSet<>(), true, true, true);
    }

    static ScopeRequest parse(String text) {
        var resource = Optional.<String>empty();
        boolean all = false;
        boolean openId = false;
        boolean offline = false;
        boolean email = false;
        var permissions = new TreeSet<String>();
        for (var asked : text.strip().split("\\s+", -1)) {
            var word = asked.equalsIgnoreCase(Graph.USER_READ) ? Graph.PERMISSION : asked;
            var folded = word.toLowerCase(Locale.ROOT);
            if (OPEN_ID.contains(folded)) {
                openId |= folded.equals("openid");
                offline |= folded.equals("offline_access");
                email |= folded.equals("email");
                continue;
            }
            int slash = word.lastIndexOf('/');
            var name = word.substring(slash + 1);
            if (slash <= 0) {
                throw TokenRefusal.scopeNotValid(word);
            }
            var named = word.substring(0, slash);
            if (resource.isPresent() && !resource.get().equalsIgnoreCase(named)) {
                throw TokenRefusal.scopesOfSeveralResources();
            }
            resource = Optional.of(named);
            if (name.equalsIgnoreCase(DEFAULT)) {
                all = true;
            } else {
                permissions.add(permission(named, name).orElseThrow(() -> TokenRefusal.scopeNotValid(word)));
            }
        }
        return new ScopeRequest(resource.orElse(Graph.ID), all, permissions, openId, offline, email);
    }

    private static Optional<String> permission(String resource, String name) {
        if (Graph.is(resource)) {
            return name.equalsIgnoreCase(Graph.USER_READ) ? Optional.of(Graph.USER_READ) : Optional.empty();
        }
        return name.equalsIgnoreCase(ApplicationApi.SCOPE)
                ? ApplicationApi.ofResource(resource).map(api -> ApplicationApi.SCOPE)
                : DelegatedPermissions.find(name);
    }

    /** What a token carries as its audience: the resource id as it was asked for, an application's in lower case. */
    String audience() {
        return ApplicationApi.ofResource(resource).isPresent() ? resource.toLowerCase(Locale.ROOT) : resource;
    }

    boolean ofDirectory() {
        return Graph.is(resource);
    }

    /** Whether the user's profile is wanted, by the directory's name: with it come the calls of the preview. */
    boolean readsProfile() {
        return Graph.isNamed(resource) && (all || permissions.contains(Graph.USER_READ));
    }

    /** The same, in the form of a {@code scope} parameter. */
    String text() {
        var words = new ArrayList<String>();
        if (openId) {
            words.add("openid");
        }
        if (offline) {
            words.add("offline_access");
        }
        if (email) {
            words.add("email");
        }
        if (all) {
            words.add(resource + "/" + DEFAULT);
        }
        permissions.forEach(permission -> words.add(resource + "/" + permission));
        return words.isEmpty() ? "profile" : String.join(" ", words);
    }
}
