package dev.cordon.server.identity;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Set;

/**
 * Whom a client assertion may be addressed to: a token endpoint of the tenant, at the URL by which the caller reached
 * this server (RFC 7523, 3, rule 3). Old libraries name the endpoint of version 1, newer ones that of version 2; the
 * issuer of version 2 is accepted too, as later advice has it. Stateless.
 */
final class AssertionAudience {

    private static final Set<String> PLACES = Set.of("/oauth2/token", "/oauth2/v2.0/token", "/v2.0");

    private AssertionAudience() {}

    static boolean matches(String audience, String base, Tenant tenant) {
        try {
            var named = new URI(audience);
            var own = new URI(base);
            if (named.getUserInfo() != null || named.getQuery() != null || named.getFragment() != null) {
                return false;
            }
            return same(named.getScheme(), own.getScheme())
                    && same(named.getHost(), own.getHost())
                    && port(named) == port(own)
                    && isPlaceOf(named.getRawPath() == null ? "" : named.getRawPath(), tenant);
        } catch (URISyntaxException e) {
            return false;
        }
    }

    /** What to write in {@code aud}. */
    static String preferred(String base, Tenant tenant) {
        return base + "/" + tenant.id() + "/oauth2/v2.0/token";
    }

    private static boolean isPlaceOf(String path, Tenant tenant) {
        int second = path.indexOf('/', 1);
        if (second < 0) {
            return false;
        }
        var name = path.substring(1, second);
        boolean ofTenant = Guid.parse(name)
                .map(tenant.id()::equals)
                .orElseGet(
                        () -> tenant.domainName().filter(name::equalsIgnoreCase).isPresent());
        var place = path.substring(second).toLowerCase(Locale.ROOT);
        return ofTenant && PLACES.contains(place.endsWith("/") ? place.substring(0, place.length() - 1) : place);
    }

    private static boolean same(String one, String other) {
        return one != null && one.equalsIgnoreCase(other);
    }

    private static int port(URI uri) {
        return uri.getPort() < 0 ? 443 : uri.getPort();
    }
}
