package dev.cordon.server.signin;

import static dev.cordon.server.signin.SignInServer.json;
import static dev.cordon.server.signin.SignInServer.password;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.microsoft.aad.msal4j.ClientCredentialFactory;
import com.microsoft.aad.msal4j.ConfidentialClientApplication;
import com.microsoft.aad.msal4j.MsalServiceException;
import com.microsoft.aad.msal4j.OnBehalfOfParameters;
import com.microsoft.aad.msal4j.UserAssertion;
import dev.cordon.server.identity.Application;
import dev.cordon.server.identity.DelegatedPermissions;
import dev.cordon.server.identity.Tenant;
import dev.cordon.server.store.Engine;
import dev.cordon.server.web.PortalPermission;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * The grant that this server does not offer: an application changes a user's token for itself into one for the API. No
 * application has an API of its own here, so no such token exists; the refusal is what clients know from the original.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class OnBehalfOfTest {

    private static final String GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer";

    private final SignInServer server = new SignInServer(Engine.SQLITE);
    private final Tenant tenant = server.tenant();
    private final Application service = server.client(
            tenant, new Client(false, false, List.of(), DelegatedPermissions.parse(List.of("Machine.Read"))));
    private final String secret = server.database
            .write(sql -> server.identity.secrets().create(sql, service, Duration.ofDays(1)))
            .secret();
    private final Application front = server.client(tenant, "Machine.Read");
    private final String token = server.tokens(tenant, password(front, server.user(tenant, PortalPermission.VIEW_DATA)))
            .get("access_token")
            .stringValue();

    @AfterAll
    void stop() {
        server.close();
    }

    @Test
    void whenAServiceAsksOnBehalfOfAUserThenTheGrantIsUnsupported() {
        var answer = server.token(
                tenant,
                Map.of(
                        "grant_type",
                        GRANT,
                        "requested_token_use",
                        "on_behalf_of",
                        "client_id",
                        service.id(),
                        "client_secret",
                        secret,
                        "assertion",
                        token,
                        "scope",
                        SignInServer.SCOPE));
        assertThat(answer.statusCode()).isEqualTo(400);
        var body = json(answer);
        assertThat(body.get("error").stringValue()).isEqualTo("unsupported_grant_type");
        assertThat(body.at("/error_codes/0").intValue()).isEqualTo(70003);
        assertThat(body.get("error_description").stringValue())
                .startsWith("AADSTS70003: ")
                .contains(GRANT);
        assertThat(answer.body()).doesNotContain(token);
    }

    @Test
    void whenMsalAsksOnBehalfOfAUserThenItUnderstandsTheRefusal() throws Exception {
        var msal = ConfidentialClientApplication.builder(service.id(), ClientCredentialFactory.createFromSecret(secret))
                .authority(server.base() + "/" + tenant.id())
                .instanceDiscovery(false)
                .sslSocketFactory(server.trust.getSocketFactory())
                .build();
        var parameters = OnBehalfOfParameters.builder(Set.of(SignInServer.SCOPE), new UserAssertion(token))
                .build();
        assertThatThrownBy(() -> msal.acquireToken(parameters).get(30, TimeUnit.SECONDS))
                .hasCauseInstanceOf(MsalServiceException.class)
                .hasMessageContaining("AADSTS70003")
                .cause()
                .extracting(cause -> ((MsalServiceException) cause).errorCode())
                .isEqualTo("unsupported_grant_type");
    }

    @Test
    void whenATokenIsAskedForTheServiceItselfThenThereIsNoSuchResource() {
        for (var resource : List.of(service.id(), "api://" + service.id())) {
            var form = SignInServer.with(
                    password(front, server.user(tenant, PortalPermission.VIEW_DATA)), "scope", resource + "/.default");
            assertThat(json(server.token(tenant, form)).at("/error_codes/0").intValue())
                    .isEqualTo(500011);
        }
    }
}
