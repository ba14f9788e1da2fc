package dev.cordon.server.signin;

import dev.cordon.server.identity.Audiences;
import dev.cordon.server.identity.Guid;
import java.util.Locale;
import java.util.Optional;

/**
 * An API that an application offers of its own, as tokens name it: by the client id, bare or behind {@code api://}. It has
 * one permission. Clients hand its tokens to the application, which trades them for others in the user's name
 * ({@link OnBehalfOfGrant}); they open nothing of this server.
 *
 * @param applicationId client id of the application that offers it
 */
record ApplicationApi(String applicationId) {

    /** Its one permission, as tokens hold it. */
    static final String SCOPE = "access_as_user";

    private static final String SCHEME = "api://";

    /** The API that a resource id may name; whether there is such an application, it does not say. */
    static Optional<ApplicationApi> ofResource(String resource) {
        var folded = resource.toLowerCase(Locale.ROOT);
        var id = folded.startsWith(SCHEME) ? folded.substring(SCHEME.length()) : folded;
        return Audiences.isReserved(id)
                ? Optional.empty()
                : Guid.parse(id).filter(id::equals).map(ApplicationApi::new);
    }

    /** The API that a permission is of, if it is none of Cordon's. */
    static Optional<ApplicationApi> ofPermission(String permission) {
        int slash = permission.lastIndexOf('/');
        return slash > SCHEME.length()
                        && permission.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
                        && permission.substring(slash + 1).equalsIgnoreCase(SCOPE)
                ? ofResource(permission.substring(0, slash))
                : Optional.empty();
    }

    /** The permission's full name: how applications are registered for it and users consent to it. */
    String permission() {
        return SCHEME + applicationId + "/" + SCOPE;
    }
}
