package dev.cordon.fleet.client;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Who an application is: tenant, client id and secret. */
public record ClientCredentials(String tenantId, String clientId, String clientSecret) {

    /** The resource that tokens are asked for. */
    public static final String RESOURCE = "https://api.securitycenter.microsoft.com";

    /** The path of the tenant's token endpoint. */
    public String tokenPath() {
        return "/" + tenantId + "/oauth2/v2.0/token";
    }

    /** Asks for a token by client credentials, the secret in the body (RFC 6749, 4.4). */
    public Exchange requestToken(ApiClient client) {
        String form = "grant_type=client_credentials&client_id=" + encoded(clientId) + "&client_secret="
                + encoded(clientSecret) + "&scope=" + encoded(RESOURCE + "/.default");
        return client.send("POST", tokenPath(), form, Map.of("Content-Type", "application/x-www-form-urlencoded"));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        return "application " + clientId + " of tenant " + tenantId;
    }
}
