package dev.cordon.server.users;

import dev.cordon.server.web.MachineScope;
import dev.cordon.server.web.PortalPermission;
import dev.cordon.server.web.PortalRole;
import java.util.Set;

/**
 * A named set of portal permissions on some machines, which users are given.
 *
 * @param secondFactor whether a password alone does not do for whoever holds it
 */
public record Role(
        String id, String displayName, Set<PortalPermission> permissions, MachineScope machines, boolean secondFactor) {
    public Role {
        permissions = Set.copyOf(permissions);
    }

    PortalRole portalRole() {
        return new PortalRole(displayName, permissions, machines);
    }
}
