package dev.cordon.server.identity;

import dev.cordon.server.identity.AuthenticatedClient.Proof;
import dev.cordon.server.store.Database;
import java.time.InstantSource;
import java.util.List;
import org.jooq.DSLContext;

/**
 * Finds the application that a credential names and checks that it is its. What the database knows is read at once;
 * signatures are checked afterwards, so that nobody waits for the database because of them.
 *
 * <p>A program that asks for many tokens names the same tenant, application and secret each time. What the database has of
 * them is remembered until anything is committed, so that a secret that is deleted opens nothing more; what was presented
 * is compared each time and never remembered. Thread-safe.
 */
public final class ClientAuthentication {

    private final Database database;
    private final Tenants tenants;
    private final Applications applications;
    private final ApplicationSecrets secrets;
    private final ApplicationCertificates certificates;
    private final FederatedCredentials federated;
    private final CertificateAssertions certificateAssertions;
    private final FederatedAssertions federatedAssertions;
    private final Recent<Names, WithSecrets> recent;

    ClientAuthentication(
            Database database,
            Tenants tenants,
            Applications applications,
            ApplicationSecrets secrets,
            ApplicationCertificates certificates,
            FederatedCredentials federated,
            CertificateAssertions certificateAssertions,
            FederatedAssertions federatedAssertions,
            InstantSource time) {
        this.database = database;
        this.tenants = tenants;
        this.applications = applications;
        this.secrets = secrets;
        this.certificates = certificates;
        this.federated = federated;
        this.certificateAssertions = certificateAssertions;
        this.federatedAssertions = federatedAssertions;
        this.recent = Recent.exactly(database, time);
    }

    /** Whom a credential names, which proves nothing yet. */
    private record Named(Tenant tenant, Application application) {
        AuthenticatedClient proven(Proof proof) {
            return new AuthenticatedClient(tenant, application, proof);
        }
    }

    /** Tenant and application as a client writes them. */
    private record Names(String tenant, String clientId) {}

    private record WithSecrets(Named named, List<ApplicationSecrets.Kept> secrets) {}

    private record Asserted(
            Named named, List<ApplicationCertificate> certificates, List<FederatedCredential> federated) {}

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
        var known = recent.get(
                new Names(request.tenantName(), credential.clientId()),
                () -> database.read(sql -> {
                    var named = find(sql, request, credential);
                    return new WithSecrets(named, secrets.kept(sql, named.application()));
                }));
        requireSecret(known, credential.secret());
        return known.named().proven(Proof.SECRET);
    }

    private AuthenticatedClient assertion(TokenRequest request, ClientCredential.Assertion credential) {
        var assertion = ClientAssertion.parse(credential.assertion());
        var known = database.read(sql -> {
            var named = find(sql, request, credential);
            var application = named.application();
            return new Asserted(named, certificates.all(sql, application), federated.all(sql, application));
        });
        var named = known.named();
        var application = named.application();
        if (assertion.isIssuedBy(application) || known.federated().isEmpty()) {
            certificateAssertions.verify(assertion, named.tenant(), application, known.certificates(), request.base());
        } else {
            federatedAssertions.verify(assertion, known.federated());
        }
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

    private void requireSecret(WithSecrets known, String secret) {
        var application = known.named().application();
        switch (secrets.match(known.secrets(), secret)) {
            case HOLDS -> {}
            case EXPIRED -> throw TokenRefusal.secretExpired(application.id());
            case WRONG -> throw TokenRefusal.wrongSecret(application.id());
        }
    }
}
