package dev.cordon.server.identity;

import dev.cordon.server.store.Database;
import java.util.Optional;
import org.jooq.DSLContext;

/**
 * The clients of grants with a user. A public one, such as a script on somebody's computer, can keep no secret and must
 * send none (RFC 6749, 2.1); any other must prove who it is. Thread-safe.
 */
public final class UserClients {

    private final Database database;
    private final Applications applications;
    private final ClientAuthentication authentication;

    UserClients(Database database, Applications applications, ClientAuthentication authentication) {
        this.database = database;
        this.applications = applications;
        this.authentication = authentication;
    }

    /** Port: tells which applications are public clients. */
    @FunctionalInterface
    public interface Kinds {
        boolean isPublic(DSLContext sql, Application application);
    }

    /**
     * The client of a request, in a tenant that was found from the path or, under an alias, from elsewhere. Not to be
     * called from inside a transaction.
     *
     * @throws TokenRefusal if the client is unknown or disabled, or its credential is wrong, missing or out of place
     */
    public AuthenticatedClient authenticate(Tenant tenant, TokenRequest request, Kinds kinds) {
        var credential = request.credential();
        var publicClient = database.read(sql -> {
            var application = applications
                    .find(sql, tenant.id(), credential.clientId())
                    .orElseThrow(() -> TokenRefusal.applicationNotFound(credential.clientId(), tenant.displayName()));
            if (request.namesNoTenant() && application.ownTenantOnly()) {
                throw TokenRefusal.ownTenantOnly(application);
            }
            return Optional.of(application).filter(known -> kinds.isPublic(sql, known));
        });
        if (publicClient.isEmpty()) {
            return authentication.authenticate(request.in(tenant));
        }
        var application = publicClient.get();
        if (!application.enabled()) {
            throw TokenRefusal.applicationDisabled(application.id());
        }
        if (!(credential instanceof ClientCredential.None)) {
            throw TokenRefusal.of(
                    700025,
                    "invalid_client",
                    401,
                    "Client is public so neither 'client_assertion' nor 'client_secret' should be presented.");
        }
        return new AuthenticatedClient(tenant, application, AuthenticatedClient.Proof.NONE);
    }
}
