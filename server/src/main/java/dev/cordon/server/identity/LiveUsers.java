package dev.cordon.server.identity;

import dev.cordon.server.identity.UserDirectory.LiveUser;
import dev.cordon.server.store.Database;
import java.time.InstantSource;
import java.util.Optional;

/** Users as they are now, give or take a second, as {@link LiveApplications} does for applications. Bounded; thread-safe. */
final class LiveUsers {

    private final Database database;
    private final UserDirectory directory;
    private final Recent<OfUser, Optional<LiveUser>> recent;

    LiveUsers(Database database, UserDirectory directory, InstantSource time) {
        this.database = database;
        this.directory = directory;
        this.recent = Recent.about(time);
    }

    /** Whom a token was issued for, and by which sign-in. */
    record OfUser(String tenantId, String userId, String signInId) {}

    /** The user, if the token's sign-in still holds. */
    Optional<LiveUser> find(OfUser key) {
        return recent.get(
                key, () -> database.read(sql -> directory.find(sql, key.tenantId(), key.userId(), key.signInId())));
    }
}
