package dev.cordon.server.signin;

import static dev.cordon.server.signin.SignInServer.PASSWORD;
import static dev.cordon.server.signin.SignInServer.SCOPE;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.aad.msal4j.AuthorizationCodeParameters;
import com.microsoft.aad.msal4j.AuthorizationRequestUrlParameters;
import com.microsoft.aad.msal4j.DeviceCodeFlowParameters;
import com.microsoft.aad.msal4j.PublicClientApplication;
import com.microsoft.aad.msal4j.SilentParameters;
import com.microsoft.aad.msal4j.UserNamePasswordParameters;
import dev.cordon.server.identity.Application;
import dev.cordon.server.identity.DelegatedPermissions;
import dev.cordon.server.identity.Tenant;
import dev.cordon.server.store.Engine;
import dev.cordon.server.users.User;
import dev.cordon.server.web.PortalPermission;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** MSAL for Java with every grant that has a user, over TLS that it checks. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class UserClientsTest {

    private static final String VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    private static final String CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    private final SignInServer server = new SignInServer(Engine.SQLITE);
    private final Tenant tenant = server.tenant();
    private final Application client = server.client(
            tenant,
            new Client(true, true, List.of("http://localhost"), DelegatedPermissions.parse(List.of("Machine.Read"))));
    private final User user = server.user(tenant, PortalPermission.VIEW_DATA);

    @AfterAll
    void stop() {
        server.close();
    }

    @Test
    @SuppressWarnings("deprecation") // the password grant is what is tested
    void whenMsalAsksWithAPasswordThenItsTokenOpensTheApiAndItsCacheRefreshesIt() throws Exception {
        var msal = msal();
        var first = msal.acquireToken(UserNamePasswordParameters.builder(
                                Set.of(SCOPE), user.userPrincipalName(), PASSWORD.toCharArray())
                        .build())
                .get(30, TimeUnit.SECONDS);
        assertOpens(first.accessToken());
        assertThat(first.account().username()).isEqualTo(user.userPrincipalName());
        var silent = msal.acquireTokenSilently(
                        SilentParameters.builder(Set.of(SCOPE), first.account()).build())
                .get(30, TimeUnit.SECONDS);
        assertThat(silent.accessToken()).as("from the cache").isEqualTo(first.accessToken());
        // without the authority it would look for the server at port 443
        var refreshed = msal.acquireTokenSilently(SilentParameters.builder(Set.of(SCOPE), first.account())
                        .authorityUrl(server.base() + "/" + tenant.id())
                        .forceRefresh(true)
                        .build())
                .get(30, TimeUnit.SECONDS);
        assertThat(refreshed.accessToken()).isNotEqualTo(first.accessToken());
        assertOpens(refreshed.accessToken());
    }

    @Test
    void whenMsalRedeemsACodeThenItsTokenOpensTheApi() throws Exception {
        var msal = msal();
        var url = msal.getAuthorizationRequestUrl(
                AuthorizationRequestUrlParameters.builder("http://localhost:8765", Set.of(SCOPE))
                        .codeChallenge(CHALLENGE)
                        .codeChallengeMethod("S256")
                        .state("x")
                        .build());
        try (var browser = new TestBrowser(server)) {
            var page = browser.open(url.toString().substring(server.base().length()));
            var back = browser.follow(
                    browser.submit(page, Map.of("username", user.userPrincipalName(), "password", PASSWORD)));
            var code = TestBrowser.hidden(back).getOrDefault("code", "");
            var result = msal.acquireToken(
                            AuthorizationCodeParameters.builder(code, URI.create("http://localhost:8765"))
                                    .scopes(Set.of(SCOPE))
                                    .codeVerifier(VERIFIER)
                                    .build())
                    .get(30, TimeUnit.SECONDS);
            assertOpens(result.accessToken());
            assertThat(result.account().username()).isEqualTo(user.userPrincipalName());
        }
    }

    @Test
    void whenMsalShowsADeviceCodeThenItPollsUntilTheUserLetsItIn() throws Exception {
        try (var browser = new TestBrowser(server)) {
            var future = msal().acquireToken(DeviceCodeFlowParameters.builder(Set.of(SCOPE), code -> {
                        var ask = browser.follow(browser.submit(
                                browser.open("/devicelogin"),
                                Map.of("username", user.userPrincipalName(), "password", PASSWORD)));
                        var confirm = browser.submit(ask, Map.of("code", code.userCode()));
                        browser.submit(confirm, Map.of("answer", "accept"));
                    })
                    .build());
            assertOpens(future.get(60, TimeUnit.SECONDS).accessToken());
        }
    }

    private PublicClientApplication msal() throws Exception {
        return PublicClientApplication.builder(client.id())
                .authority(server.base() + "/" + tenant.id())
                .instanceDiscovery(false)
                .sslSocketFactory(server.trust.getSocketFactory())
                .build();
    }

    private void assertOpens(String token) {
        var answer = server.api("GET", "/machines", token);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }
}
