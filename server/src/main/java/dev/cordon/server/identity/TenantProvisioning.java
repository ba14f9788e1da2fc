package dev.cordon.server.identity;

import dev.cordon.server.keys.TenantKeys;
import java.util.Collection;
import java.util.Optional;
import org.jooq.DSLContext;

/**
 * Makes a tenant that works: with its keys, and with a first application and a secret for it, without which nobody could
 * administer it. Thread-safe.
 */
public final class TenantProvisioning {

    private final Tenants tenants;
    private final Applications applications;
    private final ApplicationSecrets secrets;
    private final TenantKeys keys;

    TenantProvisioning(Tenants tenants, Applications applications, ApplicationSecrets secrets, TenantKeys keys) {
        this.tenants = tenants;
        this.applications = applications;
        this.secrets = secrets;
        this.keys = keys;
    }

    /** A new tenant, its first application, and the one moment in which that one's secret can be read. */
    public record Provisioned(Tenant tenant, Application application, ApplicationSecret.Created secret) {}

    /**
     * @param applicationName display name of the first application
     * @param permissions what it may do
     * @throws dev.cordon.server.web.ApiException 400 for names and permissions that are not allowed
     */
    public Provisioned create(
            DSLContext sql,
            String displayName,
            Optional<String> domainName,
            String applicationName,
            Collection<String> permissions) {
        var tenant = tenants.create(sql, displayName, domainName);
        keys.create(sql, tenant.id());
        var application = applications.create(sql, tenant.id(), applicationName, permissions);
        var secret = secrets.create(sql, application, ApplicationSecrets.DEFAULT_LIFETIME);
        return new Provisioned(tenant, application, secret);
    }
}
