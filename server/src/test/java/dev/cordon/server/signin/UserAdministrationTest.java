package dev.cordon.server.signin;

import static dev.cordon.server.signin.SignInServer.json;
import static dev.cordon.server.signin.SignInServer.password;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.server.store.Engine;
import dev.cordon.server.web.PortalPermission;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Users from the invitation to the last sign-out. */
final class UserAdministrationTest {

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenAUserIsInvitedThenTheLinkSetsOnePasswordOnce(Engine engine) {
        try (var server = new SignInServer(engine);
                var browser = new TestBrowser(server)) {
            var tenant = server.tenant();
            var admin = server.administrator(tenant);
            var client = server.client(tenant, "Machine.Read");
            server.administer(
                    admin,
                    "POST",
                    "/roles",
                    "{\"displayName\":\"Viewer\",\"permissions\":[\"ViewData\"],\"allMachines\":true}");
            var made = server.administer(
                    admin, "POST", "/users", "{\"userPrincipalName\":\"Ada@Example.com\",\"roles\":[\"Viewer\"]}");
            assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
            assertThat(json(made).get("passwordSet").booleanValue()).isFalse();
            var link = json(made)
                    .at("/invitation/url")
                    .stringValue()
                    .substring(server.base().length());
            var page = browser.open(link);
            assertThat(page.body()).contains("ada@example.com");
            assertThat(browser.submit(page, Map.of("password", "short", "again", "short"))
                            .body())
                    .contains("at least 12");
            assertThat(browser.submit(page, Map.of("password", SignInServer.PASSWORD, "again", "other password"))
                            .body())
                    .contains("not the same");
            var set = browser.submit(page, Map.of("password", SignInServer.PASSWORD, "again", SignInServer.PASSWORD));
            assertThat(set.body()).contains("Your password is set");
            assertThat(browser.open(link).statusCode()).isEqualTo(404);
            assertThat(browser.submit(page, Map.of("password", "another password", "again", "another password"))
                            .statusCode())
                    .isEqualTo(404);
            var ada = server.database.read(sql -> server.accounts
                    .users()
                    .find(sql, tenant.id(), "ada@example.com")
                    .orElseThrow());
            assertThat(server.audited(tenant, "user.passwordSet"))
                    .containsExactly(ada.actor() + " user:" + ada.id() + " {\"ip\":\"127.0.0.1\"}");
            var token = server.tokens(tenant, password(client, ada))
                    .get("access_token")
                    .stringValue();
            assertThat(server.api("GET", "/machines", token).statusCode()).isEqualTo(200);

            assertThat(server.administer(admin, "POST", "/users/ada@example.com/sign-out", "")
                            .statusCode())
                    .isEqualTo(204);
            server.pass(Duration.ofSeconds(2));
            assertThat(server.api("GET", "/machines", token).statusCode()).isEqualTo(401);
        }
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenAnotherInvitationIsMadeOrTimePassesThenTheLinkNoLongerHolds(Engine engine) {
        try (var server = new SignInServer(engine);
                var browser = new TestBrowser(server)) {
            var tenant = server.tenant();
            var admin = server.administrator(tenant);
            var first = link(
                    server,
                    server.administer(admin, "POST", "/users", "{\"userPrincipalName\":\"b@example.com\"}")
                            .body());
            var second = link(
                    server,
                    server.administer(admin, "POST", "/users/b@example.com/invitation", "")
                            .body());
            assertThat(browser.open(first).statusCode()).isEqualTo(404);
            assertThat(browser.open(second).statusCode()).isEqualTo(200);
            server.pass(Duration.ofDays(3));
            assertThat(browser.open(second).statusCode()).isEqualTo(404);
        }
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenTheFirstComesByTheLinkThenItAdministersAndTheLinkMakesNoSecond(Engine engine) {
        try (var server = new SignInServer(engine);
                var browser = new TestBrowser(server)) {
            var tenant = server.tenant();
            var link = server.database
                    .write(sql -> server.accounts.invitations().createForFirst(sql, tenant.id()))
                    .code();
            var page = browser.open("/signin/invitation/" + link);
            var done = browser.submit(
                    page,
                    Map.of(
                            "username", "root@example.com",
                            "password", SignInServer.PASSWORD,
                            "again", SignInServer.PASSWORD));
            assertThat(done.body()).contains("root@example.com");
            var root = server.database.read(sql -> server.accounts
                    .users()
                    .find(sql, tenant.id(), "root@example.com")
                    .orElseThrow());
            var console = server.client(tenant, "Cordon.Administer");
            var token = server.tokens(tenant, password(console, root))
                    .get("access_token")
                    .stringValue();
            assertThat(server.administer(token, "GET", "/users", "").statusCode())
                    .isEqualTo(200);
            assertThat(server.administer(token, "PATCH", "/users/root@example.com", "{\"enabled\":false}")
                            .statusCode())
                    .as("nobody shuts themselves out")
                    .isEqualTo(400);

            var late = server.database
                    .write(sql -> server.accounts.invitations().createForFirst(sql, tenant.id()))
                    .code();
            var second = browser.submit(
                    browser.open("/signin/invitation/" + late),
                    Map.of(
                            "username", "second@example.com",
                            "password", SignInServer.PASSWORD,
                            "again", SignInServer.PASSWORD));
            assertThat(second.statusCode()).isEqualTo(400);
            assertThat(second.body()).contains("There is a user already");
        }
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenAUserWithoutTheRoleAdministersThenItIsForbiddenAndTenantsDoNotSeeEachOther(Engine engine) {
        try (var server = new SignInServer(engine)) {
            var tenant = server.tenant();
            var console = server.client(tenant, "Cordon.Administer");
            var viewer = server.user(tenant, PortalPermission.VIEW_DATA);
            var token = server.tokens(tenant, password(console, viewer))
                    .get("access_token")
                    .stringValue();
            assertThat(server.administer(token, "GET", "/users", "").statusCode())
                    .isEqualTo(403);
            var foreign = server.administrator(server.tenant());
            assertThat(json(server.administer(foreign, "GET", "/users", "")).get("value"))
                    .isEmpty();
            assertThat(server.administer(foreign, "GET", "/users/" + viewer.id(), "")
                            .statusCode())
                    .isEqualTo(404);
            assertThat(server.administer(foreign, "POST", "/users/" + viewer.id() + "/invitation", "")
                            .statusCode())
                    .isEqualTo(404);
            assertThat(server.administer(foreign, "PUT", "/applications/" + console.id() + "/sign-in", "{}")
                            .statusCode())
                    .isEqualTo(404);
        }
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenSignInIsSetUpThenDangerousRedirectUrisAndOperatorRightsAreRefused(Engine engine) {
        try (var server = new SignInServer(engine)) {
            var tenant = server.tenant();
            var admin = server.administrator(tenant);
            var path = "/applications/" + server.client(tenant, "Machine.Read").id() + "/sign-in";
            for (var uri : new String[] {
                "javascript:alert(1)", "http://example.com/", "https://*.example.com/", "/x", "https://a.example.com/#f"
            }) {
                var answer = server.administer(admin, "PUT", path, "{\"redirectUris\":[\"" + uri + "\"]}");
                assertThat(answer.statusCode()).as(uri).isEqualTo(400);
            }
            assertThat(server.administer(admin, "PUT", path, "{\"delegatedPermissions\":[\"Cordon.Operate\"]}")
                            .statusCode())
                    .isEqualTo(403);
            var good = server.administer(
                    admin,
                    "PUT",
                    path,
                    "{\"redirectUris\":[\"https://app.example.com/cb\",\"http://localhost\",\"com.example.app:/cb\"],"
                            + "\"delegatedPermissions\":[\"machine.read\"]}");
            assertThat(good.statusCode()).as(good.body()).isEqualTo(200);
        }
    }

    private static String link(SignInServer server, String body) {
        return dev.cordon.server.web.Json.MAPPER
                .readTree(body)
                .at("/invitation/url")
                .stringValue()
                .substring(server.base().length());
    }
}
