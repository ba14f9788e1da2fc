package dev.cordon.cli.connection;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Where a server is and as whom to call it: what {@code cordon login} keeps, and what a server writes to
 * {@code operator.json} at its first start.
 *
 * @param tenant id or domain name
 * @param clientSecret absent if a user signed in; then there is a refresh token among the kept tokens
 * @param authority PEM of the authority that vouches for the server; absent if this computer believes it anyway
 */
public record Profile(
        URI url, String tenant, String clientId, Optional<String> clientSecret, Optional<String> authority) {

    /** The resource that tokens are asked for. */
    public static final String RESOURCE = "https://api.securitycenter.microsoft.com";

    /**
     * Reads a profile.
     *
     * @throws IllegalArgumentException if it is missing or lacks something; the message says what
     */
    public static Profile read(Path file) {
        JsonNode root;
        try {
            root = Json.read(Files.readString(file));
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "no profile at " + file
                            + ". Make one with: cordon login. A server writes one as operator.json into its data"
                            + " directory; name it with --profile FILE or CORDON_PROFILE.",
                    e);
        } catch (JacksonException e) {
            throw new IllegalArgumentException(file + " is not JSON: " + e.getOriginalMessage(), e);
        }
        Optional<String> authority = optional(root, "ca");
        if (authority.isEmpty()) {
            authority = optional(root, "caFile")
                    .map(name -> file.toAbsolutePath().resolveSibling(name))
                    .map(Pem::read);
        }
        return new Profile(
                url(file, root),
                required(file, root, "tenantId"),
                required(file, root, "clientId"),
                optional(root, "clientSecret"),
                authority);
    }

    String write() {
        ObjectNode json =
                Json.object().put("url", url.toString()).put("tenantId", tenant).put("clientId", clientId);
        clientSecret.ifPresent(secret -> json.put("clientSecret", secret));
        authority.ifPresent(pem -> json.put("ca", pem));
        return Json.write(json) + "\n";
    }

    /** The path of one of the tenant's token endpoints, {@code token} or {@code devicecode}. */
    String endpoint(String name) {
        return "/" + URLEncoder.encode(tenant, StandardCharsets.UTF_8) + "/oauth2/v2.0/" + name;
    }

    private static URI url(Path file, JsonNode root) {
        String text = required(file, root, "url");
        try {
            return URI.create(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(file + ": " + text + " is no URL", e);
        }
    }

    private static String required(Path file, JsonNode root, String name) {
        return optional(root, name).orElseThrow(() -> new IllegalArgumentException(file + " lacks \"" + name + "\""));
    }

    private static Optional<String> optional(JsonNode root, String name) {
        String value = root.path(name).asString("");
        return value.isEmpty() ? Optional.empty() : Optional.of(value);
    }

    @Override
    public String toString() {
        return "application " + clientId + " of tenant " + tenant + " at " + url;
    }
}
