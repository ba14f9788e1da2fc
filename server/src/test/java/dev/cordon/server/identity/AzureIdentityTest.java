package dev.cordon.server.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.azure.core.credential.TokenRequestContext;
import com.azure.core.http.jdk.httpclient.JdkHttpClientBuilder;
import com.azure.identity.ClientSecretCredential;
import com.azure.identity.ClientSecretCredentialBuilder;
import dev.cordon.server.identity.IdentityServer.Client;
import java.net.http.HttpClient;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

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

    private ClientSecretCredential credential(String secret) {
        return new ClientSecretCredentialBuilder()
                .authorityHost(server.base())
                .disableInstanceDiscovery()
                .tenantId(client.tenant().id())
                .clientId(client.application().id())
                .clientSecret(secret)
                .httpClient(new JdkHttpClientBuilder(HttpClient.newBuilder().sslContext(server.trust)).build())
                .build();
    }
}
