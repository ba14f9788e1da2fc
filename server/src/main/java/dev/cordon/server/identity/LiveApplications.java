package dev.cordon.server.identity;

import dev.cordon.server.store.Database;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Applications as they are now, give or take a second: a disabled one must stop working at once, but not at the price of
 * a query for each request. Bounded; thread-safe.
 */
final class LiveApplications {

    private static final Duration FRESH = Duration.ofSeconds(1);
    private static final int MOST = 10_000;

    private final Database database;
    private final Applications applications;
    private final InstantSource time;
    private final ConcurrentHashMap<Key, Seen> seen = new ConcurrentHashMap<>();

    LiveApplications(Database database, Applications applications, InstantSource time) {
        this.database = database;
        this.applications = applications;
        this.time = time;
    }

    private record Key(String tenantId, String applicationId) {}

    private record Seen(Optional<Application> application, Instant at) {}

    /** The application, if it exists and is enabled. */
    Optional<Application> enabled(String tenantId, String applicationId) {
        var key = new Key(tenantId, applicationId);
        var now = time.instant();
        var known = seen.get(key);
        if (known == null || Duration.between(known.at(), now).abs().compareTo(FRESH) >= 0) {
            known = new Seen(database.read(sql -> applications.find(sql, tenantId, applicationId)), now);
            if (seen.size() >= MOST) {
                seen.clear();
            }
            seen.put(key, known);
        }
        return known.application().filter(Application::enabled);
    }
}
