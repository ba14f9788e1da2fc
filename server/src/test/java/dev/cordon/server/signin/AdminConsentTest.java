package dev.cordon.server.signin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.server.identity.Application;
import dev.cordon.server.identity.DelegatedPermissions;
import dev.cordon.server.identity.Tenant;
import dev.cordon.server.store.Engine;
import dev.cordon.server.users.User;
import dev.cordon.server.web.PortalPermission;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class AdminConsentTest {

    private static final String CALLBACK = "https://app.example.com/consented";

    private SignInServer server;
    private Tenant tenant;
    private Application client;
    private TestBrowser browser;

    @BeforeEach
    void start() {
        server = new SignInServer(Engine.SQLITE);
        tenant = server.tenant();
        client = server.database.write(sql -> {
            var application = server.identity.applications().create(sql, tenant.id(), "board", List.of());
            server.clients.change(
                    sql,
                    application,
                    new Client(
                            true,
                            true,
                            List.of(CALLBACK),
                            DelegatedPermissions.parse(List.of("Machine.Read", "Machine.Isolate"))));
            return application;
        });
        browser = new TestBrowser(server);
    }

    @AfterEach
    void end() {
        browser.close();
        server.close();
    }

    @Test
    void whenAnAdministratorAllowsItThenNobodyIsAskedAgainAndTheAnswerHasTheOriginalsShape() {
        var user = server.user(tenant, PortalPermission.MANAGE_PORTAL_SETTINGS);
        var page = signIn(path("/adminconsent", CALLBACK), user);
        assertThat(page.body()).contains("Allow board for everybody?");
        var done = browser.submit(page, Map.of("answer", "accept"));
        assertThat(TestBrowser.location(done)).startsWith(CALLBACK + "?");
        assertThat(TestBrowser.parameters(TestBrowser.location(done), '?'))
                .isEqualTo(Map.of("admin_consent", "True", "tenant", tenant.id(), "state", "s 1"));
        assertThat(consented()).containsExactly("Machine.Isolate", "Machine.Read");
    }

    @Test
    void whenScopesAreNamedThenOnlyTheseAreAllowed() {
        var user = server.user(tenant, PortalPermission.MANAGE_PORTAL_SETTINGS);
        var scope = SignInServer.API + "/Machine.Read";
        var page = signIn(path("/v2.0/adminconsent", CALLBACK) + "&scope=" + SignInServer.encode(scope), user);
        var done = browser.submit(page, Map.of("answer", "accept"));
        assertThat(TestBrowser.parameters(TestBrowser.location(done), '?'))
                .isEqualTo(Map.of("admin_consent", "True", "tenant", tenant.id(), "state", "s 1", "scope", scope));
        assertThat(consented()).containsExactly("Machine.Read");
    }

    @Test
    void whenTheAdministratorCancelsThenPermissionIsDenied() {
        var user = server.user(tenant, PortalPermission.MANAGE_PORTAL_SETTINGS);
        var page = signIn(path("/adminconsent", CALLBACK), user);
        assertThat(TestBrowser.parameters(TestBrowser.location(browser.submit(page, Map.of("answer", "cancel"))), '?'))
                .containsEntry("error", "permission_denied")
                .containsEntry("state", "s 1");
        assertThat(consented()).isEmpty();
    }

    @Test
    void whenSomebodyElseTriesThenPermissionIsDeniedEvenIfTheFormIsSent() {
        var user = server.user(tenant, PortalPermission.VIEW_DATA);
        assertThat(TestBrowser.parameters(TestBrowser.location(signIn(path("/adminconsent", CALLBACK), user)), '?'))
                .containsEntry("error", "permission_denied");
        var account = browser.open("/account");
        var form = new java.util.HashMap<>(TestBrowser.hidden(account));
        form.put("return", path("/adminconsent", CALLBACK));
        form.put("answer", "accept");
        browser.send("/signin/adminconsent", form);
        assertThat(consented()).isEmpty();
        var foreign = server.user(server.tenant(), PortalPermission.MANAGE_PORTAL_SETTINGS);
        browser.open("/" + tenant.id() + "/oauth2/logout");
        assertThat(signIn(path("/adminconsent", CALLBACK), foreign).body())
                .as("an administrator of another tenant")
                .contains("Sign in");
    }

    @Test
    void whenTheRedirectUriIsNotRegisteredThenNobodyIsLedThere() {
        var answer = browser.open(path("/adminconsent", "https://evil.example.com"));
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.headers().firstValue("Location")).isEmpty();
        assertThat(answer.body()).contains("AADSTS50011");
    }

    private java.util.SortedSet<String> consented() {
        return server.database.read(sql -> server.clients.consented(sql, client, Clients.EVERYBODY));
    }

    private HttpResponse<String> signIn(String path, User user) {
        return browser.follow(browser.submit(
                browser.open(path), Map.of("username", user.userPrincipalName(), "password", SignInServer.PASSWORD)));
    }

    private String path(String endpoint, String redirectUri) {
        return "/" + tenant.id() + endpoint + "?client_id=" + client.id() + "&state=s+1&redirect_uri="
                + SignInServer.encode(redirectUri);
    }
}
