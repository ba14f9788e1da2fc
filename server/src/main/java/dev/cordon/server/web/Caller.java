package dev.cordon.server.web;

import java.util.Collection;
import java.util.List;
import java.util.Set;

/**
 * Who calls the API, as the access token says.
 *
 * @param tenantId GUID, lower case with dashes
 * @param subjectId the application's id in application context, the user's object id in user context
 * @param displayName what the API shows as requestor: the application's display name, or the user principal name
 * @param context whether an application acts for itself or for a user
 * @param permissions values of {@code roles} or of {@code scp}
 * @param roles what the user may, besides; empty in application context, where it does not count. A handler gets only
 *     those roles that open its route
 */
public record Caller(
        String tenantId,
        String subjectId,
        String displayName,
        Context context,
        Set<String> permissions,
        List<PortalRole> roles) {

    /** The two contexts of the token contract. */
    public enum Context {
        APPLICATION,
        USER
    }

    public Caller {
        permissions = Set.copyOf(permissions);
        roles = List.copyOf(roles);
    }

    /** A caller without roles: an application, or a user who may nothing. */
    public Caller(String tenantId, String subjectId, String displayName, Context context, Set<String> permissions) {
        this(tenantId, subjectId, displayName, context, permissions, List.of());
    }

    /** Whoever calls, as the audit log names it. */
    public String actor() {
        return displayName + " (" + subjectId + ")";
    }

    /** The machines that the call may touch or show. */
    public MachineScope machines() {
        return switch (context) {
            case APPLICATION -> MachineScope.ALL;
            case USER -> roles.stream().map(PortalRole::machines).reduce(MachineScope.NONE, MachineScope::or);
        };
    }

    /** The caller with those of its roles only that have any of these permissions. */
    Caller within(Collection<PortalPermission> anyOf) {
        var left = roles.stream()
                .filter(role -> anyOf.stream().anyMatch(role.permissions()::contains))
                .toList();
        return new Caller(tenantId, subjectId, displayName, context, permissions, left);
    }
}
