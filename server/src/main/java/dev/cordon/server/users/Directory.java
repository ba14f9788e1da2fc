package dev.cordon.server.users;

import dev.cordon.server.identity.UserDirectory;
import java.util.Optional;
import org.jooq.DSLContext;

/** Tells the check of access tokens what it needs to know of users. Thread-safe. */
public final class Directory implements UserDirectory {

    private final Users users;
    private final PortalRoles roles;
    private final SignIns signIns;

    public Directory(Users users, PortalRoles roles, SignIns signIns) {
        this.users = users;
        this.roles = roles;
        this.signIns = signIns;
    }

    @Override
    public Optional<LiveUser> find(DSLContext sql, String tenantId, String userId, String signInId) {
        boolean holds = signIns.find(sql, signInId)
                .filter(signIn -> !signIn.revoked()
                        && signIn.tenantId().equals(tenantId)
                        && signIn.userId().equals(userId))
                .isPresent();
        if (!holds) {
            return Optional.empty();
        }
        return users.find(sql, tenantId, userId)
                .filter(User::enabled)
                .map(user -> new LiveUser(
                        user.userPrincipalName(),
                        roles.of(sql, user),
                        user.directoryRoles().stream().anyMatch(DirectoryRole::administers)));
    }
}
