package dev.cordon.server.identity;

import dev.cordon.server.store.Database;
import java.time.InstantSource;
import java.util.Optional;

/**
 * Applications as they are now, give or take a second: a disabled one must stop working at once, but not at the price of
 * a query for each request. Bounded; thread-safe.
 */
final class LiveApplications {

    private final Database database;
    private final Applications applications;
    private final Recent<Key, Optional<Application>> recent;

    LiveApplications(Database database, Applications applications, InstantSource time) {
        this.database = database;
        this.applications = applications;
        this.recent = Recent.about(time);
    }

    private record Key(String tenantId, String applicationId) {}

    /** The application, if it exists and is enabled. */
    Optional<Application> enabled(String tenantId, String applicationId) {
        return recent.get(
                        new Key(tenantId, applicationId),
                        () -> database.read(sql -> applications.find(sql, tenantId, applicationId)))
                .filter(Application::enabled);
    }
}
