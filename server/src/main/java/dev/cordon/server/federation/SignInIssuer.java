package dev.cordon.server.federation;

import dev.cordon.server.issuers.TrustedIssuer;
import java.util.Optional;

/**
 * An issuer at which people of a tenant sign in.
 *
 * @param displayName as the sign-in page shows it
 * @param clientId who this server is there
 * @param secret wrapped by the master key; absent for a public client
 */
public record SignInIssuer(
        String tenantId,
        String id,
        String displayName,
        boolean enabled,
        TrustedIssuer issuer,
        String clientId,
        Optional<byte[]> secret,
        SignInRules rules) {

    /** As its tokens name it. */
    public String iss() {
        return issuer.issuer();
    }

    @Override
    public String toString() {
        return "SignInIssuer[" + id + ", " + iss() + "]";
    }
}
