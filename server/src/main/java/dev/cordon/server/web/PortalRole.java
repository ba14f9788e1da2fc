package dev.cordon.server.web;

import java.util.Set;

/** A role that a user has: what it allows, and on which machines. */
public record PortalRole(String name, Set<PortalPermission> permissions, MachineScope machines) {
    public PortalRole {
        permissions = Set.copyOf(permissions);
    }
}
