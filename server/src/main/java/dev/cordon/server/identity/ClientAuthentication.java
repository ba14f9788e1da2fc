package dev.cordon.server.identity;

import org.jooq.DSLContext;

/** Finds the application that a credential names and checks that it is its. Thread-safe. */
final class ClientAuthentication {

    private final Applications applications;
    private final ApplicationSecrets secrets;

    ClientAuthentication(Applications applications, ApplicationSecrets secrets) {
        this.applications = applications;
        this.secrets = secrets;
    }

    /** @throws TokenRefusal if the application is unknown or disabled, or the credential is not one of its */
    Application authenticate(DSLContext sql, Tenant tenant, ClientCredential credential) {
        var application = applications
                .find(sql, tenant.id(), credential.clientId())
                .orElseThrow(() -> TokenRefusal.applicationNotFound(credential.clientId(), tenant.displayName()));
        if (!application.enabled()) {
            throw TokenRefusal.applicationDisabled(application.id());
        }
        switch (credential) {
            case ClientCredential.Secret secret -> requireSecret(sql, application, secret.secret());
            case ClientCredential.Assertion assertion -> throw TokenRefusal.assertionNotTrusted(application.id());
            case ClientCredential.None none -> throw TokenRefusal.noCredential();
        }
        return application;
    }

    private void requireSecret(DSLContext sql, Application application, String secret) {
        switch (secrets.match(sql, application, secret)) {
            case HOLDS -> {}
            case EXPIRED -> throw TokenRefusal.secretExpired(application.id());
            case WRONG -> throw TokenRefusal.wrongSecret(application.id());
        }
    }
}
