package dev.cordon.server.identity;

import java.util.Optional;

/**
 * A request at the token endpoint, as it arrived.
 *
 * @param tenantName the first segment of the path: an id, a domain name or an alias
 * @param authorization the header, which may hold the client's credential
 * @param address the caller's IP address
 * @param base this server's URL as the caller reached it
 * @param origin that of the page in a browser that calls, unless the page is this server's
 */
public record TokenRequest(
        Endpoint endpoint,
        String tenantName,
        TokenForm form,
        Optional<String> authorization,
        String address,
        String base,
        Optional<String> origin) {

    /** Whether the path names no tenant but stands for all. */
    public boolean namesNoTenant() {
        return TenantPath.isAlias(tenantName);
    }

    /** The same request, as if its path had named this tenant. */
    TokenRequest in(Tenant tenant) {
        return new TokenRequest(endpoint, tenant.id(), form, authorization, address, base, origin);
    }

    /** @throws TokenRefusal if the client does not say who it is, or contradicts itself */
    ClientCredential credential() {
        return ClientCredential.parse(form, authorization);
    }

    @Override
    public String toString() {
        return "TokenRequest[" + endpoint + "]";
    }
}
