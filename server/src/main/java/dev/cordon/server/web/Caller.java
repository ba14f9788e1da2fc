package dev.cordon.server.web;

import java.util.Set;

/**
 * Who calls the API, as the access token says.
 *
 * @param tenantId GUID, lower case with dashes
 * @param subjectId the application's id in application context, the user's object id in user context
 * @param displayName what the API shows as requestor: the application's display name, or the user principal name
 * @param context whether an application acts for itself or for a user
 * @param permissions values of {@code roles} or of {@code scp}
 */
public record Caller(String tenantId, String subjectId, String displayName, Context context, Set<String> permissions) {

    /** The two contexts of the token contract. */
    public enum Context {
        APPLICATION,
        USER
    }

    public Caller {
        permissions = Set.copyOf(permissions);
    }
}
