package dev.cordon.server.identity;

import dev.cordon.server.identity.AuthenticatedClient.Proof;
import dev.cordon.server.store.Database;
import java.util.List;
import org.jooq.DSLContext;

/**
 * Finds the application that a credential names and checks that it is its. What the database knows is read at once;
 * signatures are checked afterwards, so that nobody waits for the database because of them. Thread-safe.
 */
public final class ClientAuthentication {

    private final Database database;
    private final Tenants tenants;
    private final Applications applications;
    private final ApplicationSecrets secrets;
    private final ApplicationCertificates certificates;
    private final CertificateAssertions assertions;

    ClientAuthentication(
            Database database,
            Tenants tenants,
            Applications applications,
            ApplicationSecrets secrets,
            ApplicationCertificates certificates,
            CertificateAssertions assertions) {
        this.database = database;
        this.tenants = tenants;
        this.applications = applications;
        this.secrets = secrets;
        this.certificates = certificates;
        this.assertions = assertions;
    }

    /** Whom a credential names, which proves nothing yet. */
    private record Named(Tenant tenant, Application application) {
        AuthenticatedClient proven(Proof proof) {
            return new AuthenticatedClient(tenant, application, proof);
        }
    }

    private record Certified(Named named, List<ApplicationCertificate> certificates) {}

    /**
     * The client of a request whose path names its tenant, if it proves who it is.
     *
     * @throws TokenRefusal if the tenant or the application is unknown, the application is disabled, or the credential
     *     is missing or not one of its
     */
    public AuthenticatedClient authenticate(TokenRequest request) {
        return switch (request.credential()) {
            case ClientCredential.Secret secret -> secret(request, secret);
            case ClientCredential.Assertion assertion -> assertion(request, assertion);
            case ClientCredential.None none -> {
                database.read(sql -> find(sql, request, none));
                throw TokenRefusal.noCredential();
            }
        };
    }

    private AuthenticatedClient secret(TokenRequest request, ClientCredential.Secret credential) {
        return database.read(sql -> {
            var named = find(sql, request, credential);
            requireSecret(sql, named.application(), credential.secret());
            return named.proven(Proof.SECRET);
        });
    }

    private AuthenticatedClient assertion(TokenRequest request, ClientCredential.Assertion credential) {
        var assertion = ClientAssertion.parse(credential.assertion());
        var client = database.read(sql -> {
            var named = find(sql, request, credential);
            return new Certified(named, certificates.all(sql, named.application()));
        });
        var named = client.named();
        assertions.verify(assertion, named.tenant(), named.application(), client.certificates(), request.base());
        return named.proven(Proof.ASSERTION);
    }

    private Named find(DSLContext sql, TokenRequest request, ClientCredential credential) {
        var tenant = tenants.find(sql, request.tenantName())
                .orElseThrow(() -> TokenRefusal.tenantNotFound(request.tenantName()));
        var application = applications
                .find(sql, tenant.id(), credential.clientId())
                .orElseThrow(() -> TokenRefusal.applicationNotFound(credential.clientId(), tenant.displayName()));
        if (!application.enabled()) {
            throw TokenRefusal.applicationDisabled(application.id());
        }
        return new Named(tenant, application);
    }

    private void requireSecret(DSLContext sql, Application application, String secret) {
        switch (secrets.match(sql, application, secret)) {
            case HOLDS -> {}
            case EXPIRED -> throw TokenRefusal.secretExpired(application.id());
            case WRONG -> throw TokenRefusal.wrongSecret(application.id());
        }
    }
}
