package dev.cordon.server.identity;

import dev.cordon.server.store.Database;
import java.util.Locale;
import java.util.Map;

/** The first segment of a discovery URL: a tenant, or an alias for all of them. Thread-safe. */
public final class TenantPath {

    /** What documents say in place of a tenant's id where the path names none. */
    private static final String PLACEHOLDER = "{tenantid}";

    private static final Map<String, String> ALIASES =
            Map.of("common", "common", "organizations", "organizations", "consumers", "consumers");

    private final Database database;
    private final Tenants tenants;

    TenantPath(Database database, Tenants tenants) {
        this.database = database;
        this.tenants = tenants;
    }

    /** Whether a path's first segment names no tenant but all of them. */
    public static boolean isAlias(String segment) {
        return ALIASES.containsKey(segment.toLowerCase(Locale.ROOT));
    }

    /**
     * @param inUrls the segment in the URLs of a document
     * @param inIssuer the segment in the issuer
     */
    record Resolved(String inUrls, String inIssuer) {}

    /** @throws TokenRefusal for a tenant that does not exist */
    Resolved resolve(String segment) {
        var alias = ALIASES.get(segment.toLowerCase(Locale.ROOT));
        if (alias != null) {
            return new Resolved(alias, PLACEHOLDER);
        }
        var tenant = database.read(sql -> tenants.find(sql, segment))
                .orElseThrow(() -> TokenRefusal.tenantNotFound(segment));
        return new Resolved(tenant.id(), tenant.id());
    }
}
