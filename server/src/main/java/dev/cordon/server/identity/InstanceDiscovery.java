package dev.cordon.server.identity;

import dev.cordon.server.web.Json;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import tools.jackson.databind.node.ObjectNode;

/** Instance discovery: tells a token library whether it may trust an authority. This server vouches only for itself. */
final class InstanceDiscovery {

    private InstanceDiscovery() {}

    /**
     * @param base this server as the caller reached it
     * @param authorizationEndpoint the authority that the caller asks about
     * @throws TokenRefusal {@code invalid_instance} for any other server's
     */
    static ObjectNode document(String base, String authorizationEndpoint) {
        var asked = parse(authorizationEndpoint);
        var own = parse(base);
        var path = asked.getPath();
        if (!"https".equalsIgnoreCase(asked.getScheme())
                || !authority(own).equals(authority(asked))
                || path == null
                || path.length() < 2) {
            throw TokenRefusal.unknownInstance(authorizationEndpoint);
        }
        var tenant = path.substring(1).split("/", 2)[0];
        boolean v2 = path.toLowerCase(Locale.ROOT).contains("/v2.0/");
        var document = Json.MAPPER
                .createObjectNode()
                .put(
                        "tenant_discovery_endpoint",
                        base + "/" + tenant + (v2 ? "/v2.0" : "") + "/.well-known/openid-configuration")
                .put("api-version", "1.1");
        var metadata = document.putArray("metadata")
                .addObject()
                .put("preferred_network", authority(own))
                .put("preferred_cache", authority(own));
        metadata.putArray("aliases").add(authority(own));
        return document;
    }

    private static String authority(URI uri) {
        var host = uri.getHost() == null ? "" : uri.getHost().toLowerCase(Locale.ROOT);
        return uri.getPort() < 0 || uri.getPort() == 443 ? host : host + ":" + uri.getPort();
    }

    private static URI parse(String text) {
        try {
            return new URI(text);
        } catch (URISyntaxException e) {
            throw TokenRefusal.unknownInstance(text);
        }
    }
}
