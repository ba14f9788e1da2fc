package dev.cordon.server.federation;

import dev.cordon.server.keys.KeyVault;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** The secrets of this server at issuers, wrapped by the master key. Thread-safe. */
final class ClientSecrets {

    private final KeyVault vault;

    ClientSecrets(KeyVault vault) {
        this.vault = vault;
    }

    byte[] wrap(String tenantId, String issuerId, String secret) {
        return vault.wrap(secret.getBytes(StandardCharsets.UTF_8), context(tenantId, issuerId));
    }

    Optional<String> open(SignInIssuer issuer) {
        return issuer.secret()
                .map(wrapped -> new String(
                        vault.unwrap(wrapped, context(issuer.tenantId(), issuer.id())), StandardCharsets.UTF_8));
    }

    private static String context(String tenantId, String issuerId) {
        return "sign-in issuer " + tenantId + "/" + issuerId;
    }
}
