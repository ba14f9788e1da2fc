package dev.cordon.server.identity;

import java.util.Optional;

/** Port: which pages of other origins may call the token endpoint from a browser. Thread-safe. */
@FunctionalInterface
public interface CrossOrigins {

    /** None may. */
    CrossOrigins NONE = (tenantName, clientId, origin) -> false;

    /**
     * @param tenantName the first segment of the path
     * @param clientId absent at a preflight, which does not say; then any client's origins count
     * @param origin as the browser sends it
     */
    boolean allowed(String tenantName, Optional<String> clientId, String origin);
}
