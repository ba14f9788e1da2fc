package dev.cordon.server.users;

import dev.cordon.server.identity.Tenants;
import dev.cordon.server.web.PortalPermission;
import dev.cordon.server.web.PortalRole;
import java.util.List;
import java.util.stream.Stream;
import org.jooq.DSLContext;

/**
 * What a user may, by roles of the tenant and by directory roles. Administrators of the directory may everything in any
 * case; its readers may look as long as the tenant does not ask for roles of its own. Runs in the caller's transaction.
 * Thread-safe.
 */
public final class PortalRoles {

    private final Tenants tenants;
    private final Roles roles;

    PortalRoles(Tenants tenants, Roles roles) {
        this.tenants = tenants;
        this.roles = roles;
    }

    public List<PortalRole> of(DSLContext sql, User user) {
        var ofTenant = roles.of(sql, user.tenantId(), user.id()).stream().map(Role::portalRole);
        if (user.directoryRoles().isEmpty()) {
            return ofTenant.toList();
        }
        boolean readersCount = !tenants.settings(sql, user.tenantId()).signIn().roleBasedAccess();
        var ofDirectory = user.directoryRoles().stream()
                .filter(role -> role.administers() || readersCount)
                .map(DirectoryRole::portalRole);
        return Stream.concat(ofTenant, ofDirectory).toList();
    }

    /** Whether a user may decide for the whole tenant, as for consent. */
    public boolean administers(DSLContext sql, User user) {
        return user.enabled()
                && of(sql, user).stream()
                        .anyMatch(role -> role.permissions().contains(PortalPermission.MANAGE_PORTAL_SETTINGS));
    }
}
