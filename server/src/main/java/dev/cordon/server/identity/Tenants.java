package dev.cordon.server.identity;

import static dev.cordon.server.identity.IdentityTables.Tenants.AUDIT_HASH;
import static dev.cordon.server.identity.IdentityTables.Tenants.AUDIT_NUMBER;
import static dev.cordon.server.identity.IdentityTables.Tenants.CREATED_AT;
import static dev.cordon.server.identity.IdentityTables.Tenants.DISPLAY_NAME;
import static dev.cordon.server.identity.IdentityTables.Tenants.DOMAIN_NAME;
import static dev.cordon.server.identity.IdentityTables.Tenants.ID;
import static dev.cordon.server.identity.IdentityTables.Tenants.SETTINGS;
import static dev.cordon.server.identity.IdentityTables.Tenants.TABLE;

import dev.cordon.server.store.Instants;
import dev.cordon.server.store.KeptStatement;
import dev.cordon.server.web.ApiException;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jooq.DSLContext;
import org.jooq.Record;
import org.jooq.impl.DSL;

/** The tenants of this server and their settings. Thread-safe. */
public final class Tenants {

    private static final Pattern DOMAIN =
            Pattern.compile("(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");
    private static final int LONGEST_NAME = 256;

    private static final KeptStatement SETTINGS_OF =
            KeptStatement.of(DSL.select(SETTINGS).from(TABLE).where(ID.eq(KeptStatement.value(1, ID))));

    private final InstantSource time;

    public Tenants(InstantSource time) {
        this.time = time;
    }

    /**
     * Makes a tenant with a new id, default settings and an empty audit chain. It has neither keys nor applications yet.
     *
     * @throws ApiException 400 for a name that is blank, or a domain that is malformed or another tenant's
     */
    public Tenant create(DSLContext sql, String displayName, Optional<String> domainName) {
        if (displayName.isBlank() || displayName.length() > LONGEST_NAME) {
            throw ApiException.badRequest("displayName: must have 1 to " + LONGEST_NAME + " characters.");
        }
        var domain = domainName.map(name -> name.toLowerCase(Locale.ROOT));
        if (domain.isPresent()) {
            requireFreeDomain(sql, domain.get());
        }
        var now = time.instant();
        var tenant = new Tenant(Guid.random(), displayName, domain, Instants.instant(Instants.micros(now)));
        sql.insertInto(TABLE)
                .set(ID, tenant.id())
                .set(DISPLAY_NAME, displayName)
                .set(DOMAIN_NAME, domain.orElse(null))
                .set(SETTINGS, "{}")
                .set(CREATED_AT, Instants.micros(now))
                .set(AUDIT_NUMBER, 0L)
                .set(AUDIT_HASH, new byte[32])
                .execute();
        return tenant;
    }

    /** Finds a tenant by its id, with or without dashes, or by its domain name, all in any case. */
    public Optional<Tenant> find(DSLContext sql, String idOrDomain) {
        var condition =
                Guid.parse(idOrDomain).map(ID::eq).orElseGet(() -> DOMAIN_NAME.eq(idOrDomain.toLowerCase(Locale.ROOT)));
        return sql.select(ID, DISPLAY_NAME, DOMAIN_NAME, CREATED_AT)
                .from(TABLE)
                .where(condition)
                .fetchOptional(Tenants::tenant);
    }

    /** All tenants, oldest first. */
    public List<Tenant> all(DSLContext sql) {
        return sql.select(ID, DISPLAY_NAME, DOMAIN_NAME, CREATED_AT)
                .from(TABLE)
                .orderBy(CREATED_AT, ID)
                .fetch(Tenants::tenant);
    }

    /** @throws ApiException 404 for a tenant that does not exist */
    public TenantSettings settings(DSLContext sql, String tenantId) {
        return SETTINGS_OF.fetch(sql, List.of(SETTINGS), tenantId).stream()
                .findFirst()
                .map(row -> TenantSettingsJson.parse(row.get(SETTINGS)))
                .orElseThrow(() -> ApiException.resourceNotFound("Tenant " + tenantId + " was not found."));
    }

    /** Replaces all settings of a tenant. */
    public void changeSettings(DSLContext sql, String tenantId, TenantSettings settings) {
        int changed = sql.update(TABLE)
                .set(SETTINGS, TenantSettingsJson.write(settings).toString())
                .where(ID.eq(tenantId))
                .execute();
        if (changed == 0) {
            throw ApiException.resourceNotFound("Tenant " + tenantId + " was not found.");
        }
    }

    private void requireFreeDomain(DSLContext sql, String domain) {
        if (!DOMAIN.matcher(domain).matches()) {
            throw ApiException.badRequest("domainName: must be a domain name such as example.com.");
        }
        if (find(sql, domain).isPresent()) {
            throw ApiException.badRequest("domainName: " + domain + " belongs to another tenant.");
        }
    }

    private static Tenant tenant(Record row) {
        return new Tenant(
                row.get(ID),
                row.get(DISPLAY_NAME),
                Optional.ofNullable(row.get(DOMAIN_NAME)),
                Instants.instant(row.get(CREATED_AT)));
    }
}
