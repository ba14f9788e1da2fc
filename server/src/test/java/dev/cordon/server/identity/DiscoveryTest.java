package dev.cordon.server.identity;

import static dev.cordon.server.identity.IdentityServer.encode;
import static dev.cordon.server.identity.IdentityServer.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.openid.connect.sdk.op.OIDCProviderMetadata;
import dev.cordon.server.identity.IdentityServer.Client;
import dev.cordon.server.web.Json;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class DiscoveryTest {

    private final IdentityServer server = new IdentityServer();
    private final Client client = server.client("Machine.Read.All");
    private final String tenant = client.tenant().id();

    @AfterAll
    void stop() {
        server.close();
    }

    @Test
    void whenV2DocumentIsReadThenItHasTheFieldsOfTheContractThatThisServerKeeps() throws Exception {
        var root = server.base() + "/" + tenant;
        var answer = server.get("/" + tenant.replace("-", "") + "/v2.0/.well-known/openid-configuration");
        assertPublic(answer);
        var expected = Json.MAPPER.readTree("""
                {"token_endpoint":"ROOT/oauth2/v2.0/token",
                "token_endpoint_auth_methods_supported":["client_secret_post","private_key_jwt","client_secret_basic"],
                "jwks_uri":"ROOT/discovery/v2.0/keys",
                "response_modes_supported":["query","fragment","form_post"],
                "subject_types_supported":["pairwise"],
                "id_token_signing_alg_values_supported":["RS256"],
                "response_types_supported":["code","id_token","code id_token"],
                "scopes_supported":["openid","profile","email","offline_access"],
                "issuer":"ROOT/v2.0",
                "request_uri_parameter_supported":false,
                "userinfo_endpoint":"ROOT/openid/userinfo",
                "authorization_endpoint":"ROOT/oauth2/v2.0/authorize",
                "device_authorization_endpoint":"ROOT/oauth2/v2.0/devicecode",
                "http_logout_supported":true,
                "frontchannel_logout_supported":true,
                "end_session_endpoint":"ROOT/oauth2/v2.0/logout",
                "claims_supported":["sub","iss","aud","exp","iat","auth_time","nonce","c_hash","name","oid","sid",
                "preferred_username","tid","ver","email"],
                "tenant_region_scope":"EU",
                "cloud_instance_name":"microsoftonline.com",
                "cloud_graph_host_name":"graph.windows.net",
                "msgraph_host":"graph.microsoft.com",
                "rbac_url":"https://pas.windows.net"}""".replace("ROOT", root));
        assertThat(json(answer)).isEqualTo(expected);
        assertThat(OIDCProviderMetadata.parse(answer.body()).getIssuer().getValue())
                .isEqualTo(root + "/v2.0");
    }

    @Test
    void whenV1DocumentIsReadThenItNamesTheIssuerOfTheTokens() throws Exception {
        var root = server.base() + "/" + tenant;
        var answer = server.get("/" + tenant + "/.well-known/openid-configuration");
        assertPublic(answer);
        var body = json(answer);
        assertThat(body.get("issuer").stringValue()).isEqualTo("https://sts.windows.net/" + tenant + "/");
        assertThat(body.get("token_endpoint").stringValue()).isEqualTo(root + "/oauth2/token");
        assertThat(body.get("authorization_endpoint").stringValue()).isEqualTo(root + "/oauth2/authorize");
        assertThat(body.get("jwks_uri").stringValue()).isEqualTo(server.base() + "/common/discovery/keys");
        assertThat(body.get("microsoft_multi_refresh_token").booleanValue()).isTrue();
        assertThat(body.get("userinfo_endpoint").stringValue()).isEqualTo(root + "/openid/userinfo");
        assertThat(body.get("scopes_supported").toString()).isEqualTo("[\"openid\"]");
        assertThat(body.get("response_types_supported").toString())
                .isEqualTo("[\"code\",\"id_token\",\"code id_token\"]");
        assertThat(OIDCProviderMetadata.parse(answer.body())).isNotNull();
    }

    @Test
    void whenHeadersOfAProxyNameAnotherHostThenTheyAreNotRead() {
        var path = "/" + tenant + "/v2.0/.well-known/openid-configuration";
        var claimed = server.send(server.request(path)
                .header("Forwarded", "for=192.0.2.1;host=evil.example.com;proto=http")
                .header("X-Forwarded-Host", "evil.example.com")
                .header("X-Forwarded-Proto", "http")
                .header("X-Forwarded-Prefix", "/evil"));

        assertThat(claimed.body()).isEqualTo(server.get(path).body());
    }

    @Test
    void whenTenantIsCommonThenTheIssuerHasAPlaceholder() {
        var v2 = json(server.get("/common/v2.0/.well-known/openid-configuration"));
        assertThat(v2.get("issuer").stringValue()).isEqualTo(server.base() + "/{tenantid}/v2.0");
        assertThat(v2.get("token_endpoint").stringValue()).isEqualTo(server.base() + "/common/oauth2/v2.0/token");
        assertThat(v2.get("tenant_region_scope").isNull()).isTrue();
        var v1 = json(server.get("/common/.well-known/openid-configuration"));
        assertThat(v1.get("issuer").stringValue()).isEqualTo("https://sts.windows.net/{tenantid}/");
    }

    @Test
    void whenTenantIsUnknownThenDiscoverySaysSo() {
        for (var path : new String[] {"/v2.0/.well-known/openid-configuration", "/discovery/v2.0/keys"}) {
            var answer = server.get("/nobody.example.com" + path);
            assertThat(answer.statusCode()).isEqualTo(400);
            assertThat(json(answer).at("/error_codes/0").intValue()).isEqualTo(90002);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "TENANT/discovery/keys",
                "common/discovery/keys",
                "TENANT/discovery/v2.0/keys",
                "common/discovery/v2.0/keys"
            })
    void whenKeysAreReadThenTheyVerifyATokenAndHoldNothingPrivate(String path) throws Exception {
        var answer = server.get("/" + path.replace("TENANT", tenant));
        assertPublic(answer);
        var token = SignedJWT.parse(server.token(client));
        var key = JWKSet.parse(answer.body()).getKeyByKeyId(token.getHeader().getKeyID());
        assertThat(token.verify(new RSASSAVerifier(key.toRSAKey()))).isTrue();
        assertThat(JWKSet.parse(answer.body()).containsNonPublicKeys()).isFalse();
        var shown = json(answer).at("/keys/0");
        assertThat(shown.get("x5t")).isEqualTo(shown.get("kid"));
        assertThat(shown.get("use").stringValue()).isEqualTo("sig");
        assertThat(shown.get("e").stringValue()).isEqualTo("AQAB");
        assertThat(shown.get("x5c").size()).isEqualTo(1);
        assertThat(shown.has("issuer")).isEqualTo(path.contains("v2.0"));
    }

    @Test
    void whenInstanceIsThisServerThenItIsVouchedFor() {
        var asked = server.base() + "/" + tenant + "/oauth2/v2.0/authorize";
        var answer = server.get("/common/discovery/instance?api-version=1.1&authorization_endpoint=" + encode(asked));
        assertPublic(answer);
        var own = server.base().substring("https://".length());
        assertThat(json(answer).toString())
                .isEqualTo("{\"tenant_discovery_endpoint\":\"" + server.base() + "/" + tenant
                        + "/v2.0/.well-known/openid-configuration\",\"api-version\":\"1.1\",\"metadata\":[{\"preferred_network\":\""
                        + own + "\",\"preferred_cache\":\"" + own + "\",\"aliases\":[\"" + own + "\"]}]}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://login.example.com/common/oauth2/authorize",
                "http://localhost/common/oauth2/authorize",
                "not a url",
                "https://localhost",
            })
    void whenInstanceIsAnotherThenItIsInvalid(String authority) {
        var answer = server.get("/common/discovery/instance?authorization_endpoint=" + encode(authority));
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(json(answer).get("error").stringValue()).isEqualTo("invalid_instance");
        assertThat(json(answer).at("/error_codes/0").intValue()).isEqualTo(50049);
    }

    @Test
    void whenUserRealmIsAskedThenPasswordsAreCheckedHere() {
        var answer = server.get("/common/userrealm/analyst%40example.com?api-version=1.0");
        assertThat(json(answer).toString())
                .isEqualTo("{\"ver\":\"1.0\",\"account_type\":\"Managed\",\"domain_name\":\"example.com\","
                        + "\"cloud_instance_name\":\"microsoftonline.com\","
                        + "\"cloud_audience_urn\":\"urn:federation:MicrosoftOnline\"}");
    }

    private static void assertPublic(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Cache-Control")).hasValue("max-age=86400, private");
        assertThat(answer.headers().firstValue("Access-Control-Allow-Origin")).hasValue("*");
        assertThat(answer.headers().firstValue("x-ms-request-id")).isPresent();
    }
}
