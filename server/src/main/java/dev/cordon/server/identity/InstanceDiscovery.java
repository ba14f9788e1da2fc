package dev.cordon.server.identity;

import dev.cordon.server.web.Json;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.node.ObjectNode;

/** Instance discovery: tells a token library whether it may trust an authority. This server vouches only for itself. */
final class InstanceDiscovery {

    /** The public cloud's entry: names of one and the same token service. */
    private static final List<String> PUBLIC =
            List.of("login.microsoftonline.com", "login.windows.net", "login.microsoft.com", "sts.windows.net");

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
                || !aliases(own).contains(authority(asked))
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
        var aliases = aliases(own);
        var metadata = document.putArray("metadata")
                .addObject()
                .put("preferred_network", aliases.getFirst())
                .put("preferred_cache", aliases.get(Math.min(1, aliases.size() - 1)));
        aliases.forEach(metadata.putArray("aliases")::add);
        return document;
    }

    /** This server, or, where it stands in for the public cloud in a lab, all of that cloud's names. */
    private static List<String> aliases(URI own) {
        var name = authority(own);
        return PUBLIC.contains(name) ? PUBLIC : List.of(name);
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
