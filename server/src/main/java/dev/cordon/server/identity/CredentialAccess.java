package dev.cordon.server.identity;

import dev.cordon.server.audit.AuditLog;
import dev.cordon.server.store.Database;
import dev.cordon.server.web.ApiException;
import dev.cordon.server.web.Caller;
import io.javalin.http.Context;
import java.util.Map;
import org.jooq.DSLContext;

/**
 * The way to what an application proves itself with, whatever kind it is. Who adds a credential can sign in with it, so to
 * change those of an application that operates the server takes an operator. Thread-safe.
 */
final class CredentialAccess {

    private final Database database;
    private final Applications applications;
    private final AuditLog audit;

    CredentialAccess(Database database, Applications applications, AuditLog audit) {
        this.database = database;
        this.applications = applications;
        this.audit = audit;
    }

    /** What is done with the credentials of the application that the path names as {@code id}. */
    @FunctionalInterface
    interface Work<T> {
        T run(DSLContext sql, Application application);
    }

    /** @throws ApiException 404 if the caller's tenant has no such application */
    <T> T read(Context http, Caller caller, Work<T> work) {
        return database.read(sql -> work.run(sql, require(http, caller, sql)));
    }

    /**
     * Runs in one transaction.
     *
     * @throws ApiException 404 if the caller's tenant has no such application; 403 if only an operator may
     */
    <T> T change(Context http, Caller caller, Work<T> work) {
        return database.write(sql -> {
            var application = require(http, caller, sql);
            PermissionGrants.requireMayGrant(caller, application.permissions());
            return work.run(sql, application);
        });
    }

    private Application require(Context http, Caller caller, DSLContext sql) {
        return ApplicationEndpoints.require(applications, sql, caller, http.pathParam("id"));
    }

    /** Writes down what a change did. */
    void log(DSLContext sql, Caller caller, Application application, String event, Map<String, ?> detail) {
        audit.append(sql, caller.tenantId(), caller.actor(), event, "application:" + application.id(), detail);
    }
}
