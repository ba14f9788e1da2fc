package dev.cordon.server.identity;

import dev.cordon.server.web.ApiException;
import dev.cordon.server.web.Caller;
import dev.cordon.server.web.Permissions;
import java.util.Collection;
import java.util.List;

/** Keeps the administrators of a tenant from making themselves operators of the server. */
public final class PermissionGrants {

    private PermissionGrants() {}

    /**
     * Checks that a caller may hand out these permissions, or a secret of an application that has them.
     *
     * @throws ApiException 403 if only an operator may
     */
    public static void requireMayGrant(Caller caller, Collection<String> permissions) {
        if (permissions.contains(Permissions.CORDON_OPERATE)) {
            Permissions.require(caller, List.of(Permissions.CORDON_OPERATE));
        }
    }
}
