package dev.cordon.server.identity;

import dev.cordon.server.web.PortalRole;
import java.util.List;
import java.util.Optional;
import org.jooq.DSLContext;

/** Port: what the check of access tokens needs to know of users. Thread-safe. */
@FunctionalInterface
public interface UserDirectory {

    /** A directory without users, so that no token in user context is good. */
    UserDirectory EMPTY = (sql, tenantId, userId, signInId) -> Optional.empty();

    /**
     * A user as it is now.
     *
     * @param signInId the sign-in that the token came of
     * @return empty if there is no such user, it is disabled, or the sign-in was revoked
     */
    Optional<LiveUser> find(DSLContext sql, String tenantId, String userId, String signInId);

    /**
     * What a call in a user's name is shown as and may do.
     *
     * @param directoryAdministrator whether the user administers the directory's security, as the preview asks for
     */
    record LiveUser(String userPrincipalName, List<PortalRole> roles, boolean directoryAdministrator) {
        public LiveUser {
            roles = List.copyOf(roles);
        }
    }
}
