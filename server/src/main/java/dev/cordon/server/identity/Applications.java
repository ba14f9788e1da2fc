package dev.cordon.server.identity;

import static dev.cordon.server.identity.IdentityTables.Applications.CREATED_AT;
import static dev.cordon.server.identity.IdentityTables.Applications.DISPLAY_NAME;
import static dev.cordon.server.identity.IdentityTables.Applications.ENABLED;
import static dev.cordon.server.identity.IdentityTables.Applications.ID;
import static dev.cordon.server.identity.IdentityTables.Applications.OBJECT_ID;
import static dev.cordon.server.identity.IdentityTables.Applications.OWN_TENANT_ONLY;
import static dev.cordon.server.identity.IdentityTables.Applications.TABLE;
import static dev.cordon.server.identity.IdentityTables.Applications.TENANT_ID;

import dev.cordon.server.identity.IdentityTables.Permissions;
import dev.cordon.server.store.Instants;
import dev.cordon.server.web.ApiException;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jooq.DSLContext;
import org.jooq.Record;
import org.jooq.SelectJoinStep;

/** The applications of a tenant and what they may do. Thread-safe. */
public final class Applications {

    private static final int LONGEST_NAME = 256;

    private final InstantSource time;

    public Applications(InstantSource time) {
        this.time = time;
    }

    /**
     * Makes an enabled application without secrets.
     *
     * @throws ApiException 400 for a name that is blank or a permission that does not exist
     */
    public Application create(DSLContext sql, String tenantId, String displayName, Collection<String> permissions) {
        if (displayName.isBlank() || displayName.length() > LONGEST_NAME) {
            throw ApiException.badRequest("displayName: must have 1 to " + LONGEST_NAME + " characters.");
        }
        var application = new Application(
                tenantId,
                Guid.random(),
                Guid.random(),
                displayName,
                ApplicationPermissions.parse(permissions),
                false,
                true,
                Instants.instant(Instants.micros(time.instant())));
        sql.insertInto(TABLE)
                .set(TENANT_ID, tenantId)
                .set(ID, application.id())
                .set(OBJECT_ID, application.objectId())
                .set(DISPLAY_NAME, displayName)
                .set(ENABLED, true)
                .set(CREATED_AT, Instants.micros(application.createdAt()))
                .execute();
        insertPermissions(sql, tenantId, application.id(), application.permissions());
        return application;
    }

    /** Makes an enabled application without secrets and permissions under a given id, unless it is there. */
    public Application ensure(DSLContext sql, String tenantId, String id, String displayName) {
        sql.insertInto(TABLE)
                .set(TENANT_ID, tenantId)
                .set(ID, id)
                .set(OBJECT_ID, Guid.random())
                .set(DISPLAY_NAME, displayName)
                .set(ENABLED, true)
                .set(CREATED_AT, Instants.micros(time.instant()))
                .onConflictDoNothing()
                .execute();
        return find(sql, tenantId, id).orElseThrow();
    }

    /** Finds an application by its id, with or without dashes, in any case. */
    public Optional<Application> find(DSLContext sql, String tenantId, String id) {
        return Guid.parse(id)
                .flatMap(guid -> select(sql)
                        .where(TENANT_ID.eq(tenantId))
                        .and(ID.eq(guid))
                        .fetchOptional(row -> application(sql, row)));
    }

    /** All applications of a tenant, oldest first. */
    public List<Application> all(DSLContext sql, String tenantId) {
        return select(sql)
                .where(TENANT_ID.eq(tenantId))
                .orderBy(CREATED_AT, ID)
                .fetch()
                .map(row -> application(sql, row));
    }

    /** Replaces the permissions; tokens issued before keep theirs until they expire. */
    public void changePermissions(DSLContext sql, Application application, Collection<String> permissions) {
        var parsed = ApplicationPermissions.parse(permissions);
        sql.deleteFrom(Permissions.TABLE)
                .where(Permissions.TENANT_ID.eq(application.tenantId()))
                .and(Permissions.APPLICATION_ID.eq(application.id()))
                .execute();
        insertPermissions(sql, application.tenantId(), application.id(), parsed);
    }

    /** Enables or disables an application, its tokens included. */
    public void changeEnabled(DSLContext sql, Application application, boolean enabled) {
        sql.update(TABLE)
                .set(ENABLED, enabled)
                .where(TENANT_ID.eq(application.tenantId()))
                .and(ID.eq(application.id()))
                .execute();
    }

    /** Whether an application is served under its tenant's name only. */
    public void changeOwnTenantOnly(DSLContext sql, Application application, boolean only) {
        sql.update(TABLE)
                .set(OWN_TENANT_ONLY, only)
                .where(TENANT_ID.eq(application.tenantId()))
                .and(ID.eq(application.id()))
                .execute();
    }

    private static SelectJoinStep<? extends Record> select(DSLContext sql) {
        return sql.select(TENANT_ID, ID, OBJECT_ID, DISPLAY_NAME, OWN_TENANT_ONLY, ENABLED, CREATED_AT)
                .from(TABLE);
    }

    private static void insertPermissions(
            DSLContext sql, String tenantId, String applicationId, SortedSet<String> permissions) {
        for (var permission : permissions) {
            sql.insertInto(Permissions.TABLE)
                    .set(Permissions.TENANT_ID, tenantId)
                    .set(Permissions.APPLICATION_ID, applicationId)
                    .set(Permissions.PERMISSION, permission)
                    .execute();
        }
    }

    private static Application application(DSLContext sql, Record row) {
        var tenantId = row.get(TENANT_ID);
        var id = row.get(ID);
        var permissions = sql.select(Permissions.PERMISSION)
                .from(Permissions.TABLE)
                .where(Permissions.TENANT_ID.eq(tenantId))
                .and(Permissions.APPLICATION_ID.eq(id))
                .fetch(Permissions.PERMISSION);
        return new Application(
                tenantId,
                id,
                row.get(OBJECT_ID),
                row.get(DISPLAY_NAME),
                new TreeSet<>(permissions),
                row.get(OWN_TENANT_ONLY),
                row.get(ENABLED),
                Instants.instant(row.get(CREATED_AT)));
    }
}
