package dev.cordon.server.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.azure.core.credential.TokenRequestContext;
import com.azure.core.http.jdk.httpclient.JdkHttpClientBuilder;
import com.azure.identity.ClientCertificateCredentialBuilder;
import com.azure.identity.ClientSecretCredential;
import com.azure.identity.ClientSecretCredentialBuilder;
import com.nimbusds.jose.util.Base64;
import com.nimbusds.jwt.SignedJWT;
import dev.cordon.server.identity.IdentityServer.Client;
import dev.cordon.server.web.Json;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Azure Identity for Java, unmodified, against a real server over TLS. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class AzureIdentityTest {

    private final IdentityServer server = new IdentityServer();
    private final Client client = server.client("Machine.Read.All");

    @AfterAll
    void stop() {
        server.close();
    }

    @Test
    void whenAzureIdentityAsksThenItsTokenOpensTheApi() {
        var token = credential(client.secret()).getTokenSync(new TokenRequestContext().addScopes(IdentityServer.SCOPE));
        assertThat(server.machines(token.getToken()).statusCode()).isEqualTo(200);
        assertThat(token.getExpiresAt()).isNotNull();
    }

    @Test
    void whenItsSecretIsWrongThenItUnderstandsTheRefusal() {
        var wrong = credential("wrong");
        var request = new TokenRequestContext().addScopes(IdentityServer.SCOPE);
        assertThatThrownBy(() -> wrong.getTokenSync(request)).hasStackTraceContaining("AADSTS7000215");
    }

    @Test
    void whenItHasACertificateThenItsTokenSaysSoAndOpensTheApi(@TempDir Path folder) throws Exception {
        var certificate = TestCertificate.rsa(server.time.instant(), Duration.ofDays(10));
        var administering = server.token(server.sibling(client, "administrator-secret", "Cordon.Administer"));
        var added = server.administer(
                administering,
                "POST",
                "/applications/" + client.application().id() + "/certificates",
                Json.MAPPER.writeValueAsString(Map.of("certificate", certificate.pem())));
        assertThat(added.statusCode()).as(added.body()).isEqualTo(201);
        var key = Base64.encode(certificate.keys().getPrivate().getEncoded());
        var pem = Files.writeString(
                folder.resolve("client.pem"),
                "-----BEGIN PRIVATE KEY-----\n" + key + "\n-----END PRIVATE KEY-----\n" + certificate.pem());
        var token = new ClientCertificateCredentialBuilder()
                .authorityHost(server.base())
                .disableInstanceDiscovery()
                .tenantId(client.tenant().id())
                .clientId(client.application().id())
                .pemCertificate(pem.toString())
                .httpClient(http())
                .build()
                .getTokenSync(new TokenRequestContext().addScopes(IdentityServer.SCOPE))
                .getToken();
        assertThat(SignedJWT.parse(token).getJWTClaimsSet().getStringClaim("appidacr"))
                .isEqualTo("2");
        assertThat(server.machines(token).statusCode()).isEqualTo(200);
    }

    private com.azure.core.http.HttpClient http() {
        return new JdkHttpClientBuilder(HttpClient.newBuilder().sslContext(server.trust)).build();
    }

    private ClientSecretCredential credential(String secret) {
        return new ClientSecretCredentialBuilder()
                .authorityHost(server.base())
                .disableInstanceDiscovery()
                .tenantId(client.tenant().id())
                .clientId(client.application().id())
                .clientSecret(secret)
                .httpClient(http())
                .build();
    }
}
