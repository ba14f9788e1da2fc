package dev.cordon.server.identity;

import dev.cordon.server.identity.UserDirectory.LiveUser;
import dev.cordon.server.store.Database;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Users as they are now, give or take a second, as {@link LiveApplications} does for applications. Bounded; thread-safe. */
final class LiveUsers {

    private static final Duration FRESH = Duration.ofSeconds(1);
    private static final int MOST = 10_000;

    private final Database database;
    private final UserDirectory directory;
    private final InstantSource time;
    private final ConcurrentHashMap<OfUser, Seen> seen = new ConcurrentHashMap<>();

    LiveUsers(Database database, UserDirectory directory, InstantSource time) {
        this.database = database;
        this.directory = directory;
        this.time = time;
    }

    /** Whom a token was issued for, and by which sign-in. */
    record OfUser(String tenantId, String userId, String signInId) {}

    private record Seen(Optional<LiveUser> user, Instant at) {}

    /** The user, if the token's sign-in still holds. */
    Optional<LiveUser> find(OfUser key) {
        var now = time.instant();
        var known = seen.get(key);
        if (known == null || Duration.between(known.at(), now).abs().compareTo(FRESH) >= 0) {
            known = new Seen(
                    database.read(sql -> directory.find(sql, key.tenantId(), key.userId(), key.signInId())), now);
            if (seen.size() >= MOST) {
                seen.clear();
            }
            seen.put(key, known);
        }
        return known.user();
    }
}
