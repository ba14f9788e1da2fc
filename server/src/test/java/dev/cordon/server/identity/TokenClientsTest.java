package dev.cordon.server.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.microsoft.aad.msal4j.ClientCredentialFactory;
import com.microsoft.aad.msal4j.ClientCredentialParameters;
import com.microsoft.aad.msal4j.ConfidentialClientApplication;
import com.microsoft.aad.msal4j.MsalServiceException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jwt.JWTClaimsSet;
import dev.cordon.server.identity.IdentityServer.Client;
import dev.cordon.server.web.Json;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Clients that others wrote, over TLS that they check. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class TokenClientsTest {

    private final IdentityServer server = new IdentityServer();
    private final Client client = server.client("Machine.Read.All");

    @AfterAll
    void stop() {
        server.close();
    }

    @Test
    void whenCurlSendsTheSecretInTheBodyThenItGetsATokenThatOpensTheApi() throws Exception {
        var odd = server.sibling(client, "Ab~8.c+d/e=f&g", "Machine.Read.All");
        assertOpens(curl(
                path(odd) + "/oauth2/v2.0/token",
                "--data-urlencode",
                "client_secret=" + odd.secret(),
                "-d",
                "grant_type=client_credentials",
                "-d",
                "client_id=" + odd.application().id(),
                "-d",
                "scope=https://securitycenter.onmicrosoft.com/windowsatpservice/.default"));
    }

    @Test
    void whenCurlSendsTheSecretAsBasicThenItGetsATokenThatOpensTheApi() throws Exception {
        var odd = server.sibling(client, "Zb~8.c+d/e=f&g", "Machine.Read.All");
        assertOpens(curl(
                path(odd) + "/oauth2/token",
                "-u",
                odd.application().id() + ":" + IdentityServer.encode(odd.secret()),
                "-d",
                "grant_type=client_credentials",
                "-d",
                "resource=https://api.securitycenter.windows.com"));
    }

    @Test
    void whenCurlComesWithoutTlsThenItGetsNoAnswer() throws Exception {
        var url = (path(client) + "/v2.0/.well-known/openid-configuration").replace("https:", "http:");
        var process = new ProcessBuilder(
                        "curl", "-sS", "--noproxy", "*", "--max-time", "20", "--write-out", "%{http_code}", url)
                .redirectErrorStream(true)
                .start();
        process.getOutputStream().close();
        var output = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(output).isNotZero();
        assertThat(output).contains("000");
    }

    @Test
    void whenMsalAsksThenItGetsATokenThatOpensTheApi() throws Exception {
        var result = msal(client.secret())
                .acquireToken(ClientCredentialParameters.builder(Set.of(IdentityServer.SCOPE))
                        .build())
                .get(30, TimeUnit.SECONDS);
        assertThat(server.machines(result.accessToken()).statusCode()).isEqualTo(200);
        assertThat(result.expiresOnDate()).isNotNull();
    }

    @Test
    void whenMsalHasAWrongSecretThenItUnderstandsTheRefusal() throws Exception {
        var parameters =
                ClientCredentialParameters.builder(Set.of(IdentityServer.SCOPE)).build();
        var application = msal("wrong");
        assertThatThrownBy(() -> application.acquireToken(parameters).get(30, TimeUnit.SECONDS))
                .hasCauseInstanceOf(MsalServiceException.class)
                .hasMessageContaining("AADSTS7000215")
                .cause()
                .extracting(cause -> ((MsalServiceException) cause).errorCode())
                .isEqualTo("invalid_client");
    }

    @Test
    void whenClientsComeAndAreRefusedThenTheLogHoldsNeitherSecretsNorTokens() throws Exception {
        var stranger = TestCertificate.rsa(server.time.instant(), Duration.ofDays(1))
                .sign(
                        new JWSHeader(JWSAlgorithm.RS256),
                        new JWTClaimsSet.Builder().subject("x").build());
        try (var log = new CapturedLog()) {
            var token = server.token(client);
            assertThat(server.machines(token).statusCode()).isEqualTo(200);
            assertThat(server.machines(token + "x").statusCode()).isEqualTo(401);
            var form = new java.util.HashMap<>(IdentityServer.v2(client));
            form.put("scope", "https://graph.microsoft.com/.default");
            assertThat(server.post("/" + client.tenant().id() + "/oauth2/v2.0/token", form)
                            .statusCode())
                    .isEqualTo(400);
            form.put("client_secret", "hush-hush");
            assertThat(server.post("/" + client.tenant().id() + "/oauth2/v2.0/token", form)
                            .statusCode())
                    .isEqualTo(401);
            form.remove("client_secret");
            form.put("client_assertion_type", ClientCredential.JWT_BEARER);
            form.put("client_assertion", stranger);
            assertThat(server.post("/" + client.tenant().id() + "/oauth2/v2.0/token", form)
                            .statusCode())
                    .isEqualTo(401);
            assertThat(log.text()).contains("token.refused", "AADSTS7000215", "token.issued", "AADSTS700027");
            log.assertHoldsNone(
                    List.of(client.secret(), "hush-hush", token.split("\\.", -1)[2], stranger.split("\\.", -1)[2]));
        }
    }

    private ConfidentialClientApplication msal(String secret) throws Exception {
        return ConfidentialClientApplication.builder(
                        client.application().id(), ClientCredentialFactory.createFromSecret(secret))
                .authority(path(client))
                .instanceDiscovery(false)
                .sslSocketFactory(server.trust.getSocketFactory())
                .build();
    }

    private String path(Client of) {
        return server.base() + "/" + of.tenant().id();
    }

    private void assertOpens(String answer) {
        var token = Json.MAPPER.readTree(answer).get("access_token");
        assertThat(token).as(answer).isNotNull();
        assertThat(server.machines(token.stringValue()).statusCode()).isEqualTo(200);
    }

    private String curl(String url, String... arguments) throws IOException, InterruptedException {
        var command = new ArrayList<>(
                List.of("curl", "-sS", "--max-time", "20", "--cacert", server.caFile.toString(), "-X", "POST", url));
        command.addAll(List.of(arguments));
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        var output = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(output).isZero();
        return output;
    }
}
