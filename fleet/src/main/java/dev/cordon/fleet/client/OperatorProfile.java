package dev.cordon.fleet.client;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Where a server is and as which application to call it: what the server writes to {@code operator.json} at its first
 * start, and what an operator may write for another tenant.
 *
 * @param caFile the PEM file of the server's authority; a relative name starts at the profile's own directory
 */
public record OperatorProfile(URI url, ClientCredentials credentials, Path caFile) {

    private static final JsonMapper JSON = new JsonMapper();

    /**
     * Reads a profile.
     *
     * @throws IllegalArgumentException if it is missing or lacks something; the message says what
     */
    public static OperatorProfile read(Path file) {
        JsonNode root;
        try {
            root = JSON.readTree(Files.readString(file));
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "no profile at " + file
                            + ". A server writes it as operator.json into its data directory; name it with"
                            + " --profile FILE or CORDON_PROFILE.",
                    e);
        } catch (JacksonException e) {
            throw new IllegalArgumentException(file + " is not JSON: " + e.getOriginalMessage(), e);
        }
        return new OperatorProfile(
                URI.create(text(file, root, "url")),
                new ClientCredentials(
                        text(file, root, "tenantId"), text(file, root, "clientId"), text(file, root, "clientSecret")),
                file.toAbsolutePath().resolveSibling(text(file, root, "caFile")));
    }

    private static String text(Path file, JsonNode root, String name) {
        String value = root.path(name).asString("");
        if (value.isEmpty()) {
            throw new IllegalArgumentException(file + " lacks \"" + name + "\"");
        }
        return value;
    }
}
