package dev.cordon.server.keys;

import java.security.PrivateKey;
import java.security.PublicKey;

/**
 * The Ed25519 key that signs a tenant's commands.
 *
 * @param keyId as the protocol names public keys
 */
public record CommandKey(String keyId, PrivateKey privateKey, PublicKey publicKey) {

    @Override
    public String toString() {
        return "CommandKey[" + keyId + "]";
    }
}
