package dev.cordon.agent.enrollment;

import dev.cordon.protocol.Envelopes;
import dev.cordon.protocol.MachineId;
import java.net.URI;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;

/**
 * Who this machine is and whom it believes, as agreed at enrollment. Immutable.
 *
 * @param tenantId GUID, lower case with dashes
 * @param key the machine's own; never leaves it
 * @param chain the machine's certificate, then the tenant's authority
 * @param server base URL of the server's API, where the certificate is renewed
 * @param serverCa the only authority whose gateways are trusted
 * @param commandKeys the only keys whose commands are carried out
 * @param gateways {@code host:port}
 * @param computerName given at enrollment instead of the host's own name
 */
public record Identity(
        String tenantId,
        MachineId machineId,
        PrivateKey key,
        List<X509Certificate> chain,
        URI server,
        X509Certificate serverCa,
        List<PublicKey> commandKeys,
        List<String> gateways,
        Optional<String> computerName) {

    public Identity {
        chain = List.copyOf(chain);
        commandKeys = List.copyOf(commandKeys);
        gateways = List.copyOf(gateways);
        if (chain.isEmpty() || commandKeys.isEmpty() || gateways.isEmpty()) {
            throw new IllegalArgumentException("an identity needs a certificate, a command key and a gateway");
        }
        if (!MachineId.of(chain.getFirst().getPublicKey()).equals(machineId)) {
            throw new IllegalArgumentException("the certificate is not for this machine's key");
        }
    }

    /** The same machine with another certificate for its key. */
    public Identity withChain(List<X509Certificate> next) {
        return new Identity(tenantId, machineId, key, next, server, serverCa, commandKeys, gateways, computerName);
    }

    /** The pinned command key with this id. */
    public Optional<PublicKey> commandKey(String keyId) {
        return commandKeys.stream()
                .filter(key -> Envelopes.keyId(key).equals(keyId))
                .findFirst();
    }

    @Override
    public String toString() {
        return "Identity[" + tenantId + " " + machineId + "]";
    }
}
