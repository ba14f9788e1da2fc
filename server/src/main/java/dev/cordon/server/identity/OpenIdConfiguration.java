package dev.cordon.server.identity;

import dev.cordon.server.web.Json;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/**
 * The OpenID Connect discovery documents (OpenID Connect Discovery 1.0, 3) with the fields that Entra has, as far as this
 * server does what they promise. All endpoints are this server's, so that a client that follows the document never leaves
 * it.
 */
final class OpenIdConfiguration {

    /** No access token is handed out by way of the browser (RFC 9700, 2.1.2). */
    private static final List<String> RESPONSE_TYPES = List.of("code", "id_token", "code id_token");

    private OpenIdConfiguration() {}

    static ObjectNode document(Endpoint endpoint, String base, TenantPath.Resolved tenant) {
        return switch (endpoint) {
            case V1 -> v1(base, tenant);
            case V2 -> v2(base, tenant);
        };
    }

    /** The issuer that the documents of one dialect name. */
    static String issuer(Endpoint endpoint, String base, TenantPath.Resolved tenant) {
        return switch (endpoint) {
            case V1 -> AccessTokens.issuer(tenant.inIssuer());
            case V2 -> base + "/" + tenant.inIssuer() + "/v2.0";
        };
    }

    private static ObjectNode v2(String base, TenantPath.Resolved tenant) {
        var root = base + "/" + tenant.inUrls();
        var document = Json.MAPPER.createObjectNode();
        endpoints(document, root + "/oauth2/v2.0", root, root + "/discovery/v2.0/keys");
        capabilities(document, RESPONSE_TYPES);
        list(document, "scopes_supported", List.of("openid", "profile", "email", "offline_access"));
        document.put("issuer", issuer(Endpoint.V2, base, tenant)).put("request_uri_parameter_supported", false);
        claims(document, List.of("preferred_username"));
        return cloud(document, tenant);
    }

    private static ObjectNode v1(String base, TenantPath.Resolved tenant) {
        var root = base + "/" + tenant.inUrls();
        var document = Json.MAPPER.createObjectNode();
        endpoints(document, root + "/oauth2", root, base + "/common/discovery/keys");
        capabilities(document, RESPONSE_TYPES);
        list(document, "scopes_supported", List.of("openid"));
        document.put("issuer", issuer(Endpoint.V1, base, tenant)).put("microsoft_multi_refresh_token", true);
        claims(document, List.of("amr", "family_name", "given_name", "unique_name", "upn"));
        return cloud(document, tenant);
    }

    /** @param oauth2 what the endpoints of one dialect have before them */
    private static void endpoints(ObjectNode document, String oauth2, String root, String keys) {
        document.put("token_endpoint", oauth2 + "/token");
        authMethods(document);
        document.put("jwks_uri", keys)
                .put("authorization_endpoint", oauth2 + "/authorize")
                .put("device_authorization_endpoint", oauth2 + "/devicecode")
                .put("end_session_endpoint", oauth2 + "/logout")
                .put("userinfo_endpoint", root + "/openid/userinfo")
                .put("http_logout_supported", true)
                .put("frontchannel_logout_supported", true);
    }

    private static void claims(ObjectNode document, List<String> ofDialect) {
        var all = new ArrayList<>(
                List.of("sub", "iss", "aud", "exp", "iat", "auth_time", "nonce", "c_hash", "name", "oid", "sid"));
        all.addAll(ofDialect);
        all.addAll(List.of("tid", "ver", "email"));
        list(document, "claims_supported", all);
    }

    private static void authMethods(ObjectNode document) {
        list(
                document,
                "token_endpoint_auth_methods_supported",
                List.of("client_secret_post", "private_key_jwt", "client_secret_basic"));
    }

    private static void capabilities(ObjectNode document, List<String> responseTypes) {
        list(document, "response_modes_supported", List.of("query", "fragment", "form_post"));
        list(document, "subject_types_supported", List.of("pairwise"));
        list(document, "id_token_signing_alg_values_supported", List.of("RS256"));
        list(document, "response_types_supported", responseTypes);
    }

    private static ObjectNode cloud(ObjectNode document, TenantPath.Resolved tenant) {
        boolean oneTenant = tenant.inUrls().equals(tenant.inIssuer());
        return document.put("tenant_region_scope", oneTenant ? AccessTokens.REGION : null)
                .put("cloud_instance_name", "microsoftonline.com")
                .put("cloud_graph_host_name", "graph.windows.net")
                .put("msgraph_host", "graph.microsoft.com")
                .put("rbac_url", "https://pas.windows.net");
    }

    private static void list(ObjectNode document, String name, List<String> values) {
        values.forEach(document.putArray(name)::add);
    }
}
