package dev.cordon.server.signin;

import static dev.cordon.server.signin.SignInServer.claims;
import static dev.cordon.server.signin.SignInServer.json;
import static dev.cordon.server.signin.SignInServer.password;
import static dev.cordon.server.signin.SignInServer.with;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.server.identity.Application;
import dev.cordon.server.identity.Graph;
import dev.cordon.server.identity.Tenant;
import dev.cordon.server.store.Engine;
import dev.cordon.server.users.User;
import dev.cordon.server.web.PortalPermission;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Roles of the directory: what tokens tell of them, what they open, and the preview, which asks for them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class DirectoryRolesTest {

    private static final String SECURITY_ADMINISTRATOR = "194ae4cb-b126-40b2-bd5b-6091b380977d";
    private static final String LOCALHOST = "https://localhost";

    private final SignInServer server = new SignInServer(Engine.SQLITE);
    private final Tenant tenant = server.tenant();
    private final String admin = server.administrator(tenant);
    private final Application client = server.client(tenant, "Machine.Read", "Machine.Isolate");

    @AfterAll
    void stop() {
        server.close();
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenAUserAdministersTheDirectoryThenTheTokenTellsItAndEverythingIsOpen(Engine engine) {
        try (var own = new SignInServer(engine)) {
            var where = own.tenant();
            var playbooks = own.client(where, "Machine.Read", "Machine.Isolate");
            var user = own.user(where);
            var before = token(own, where, playbooks, user);
            assertThat(claims(before).has("wids")).isFalse();
            assertThat(own.api("GET", "/machines", before).statusCode()).isEqualTo(403);

            var body = "{\"directoryRoles\":[\"SecurityAdministrator\"]}";
            var changed = own.administer(own.administrator(where), "PATCH", "/users/" + user.id(), body);
            assertThat(json(changed).at("/directoryRoles/0").stringValue())
                    .as(changed.body())
                    .isEqualTo("SecurityAdministrator");
            own.pass(Duration.ofSeconds(2));
            var after = token(own, where, playbooks, user);
            assertThat(claims(after).get("wids").toString()).isEqualTo("[\"" + SECURITY_ADMINISTRATOR + "\"]");
            assertThat(own.api("POST", "/machines/x/isolate", after).statusCode())
                    .isEqualTo(200);
        }
    }

    @Test
    void whenTheTenantAsksForNoRolesThenReadersOfTheDirectoryLookAndDoNothingElse() {
        var where = server.tenant();
        var playbooks = server.client(where, "Machine.Read", "Machine.Isolate");
        var operator = server.administrator(where);
        var reader = server.user(where);
        give(operator, reader, "SecurityReader");
        var token = token(server, where, playbooks, reader);
        assertThat(server.api("GET", "/machines", token).statusCode()).isEqualTo(403);
        var set = server.administer(operator, "PUT", "/settings", "{\"signIn\":{\"roleBasedAccess\":false}}");
        assertThat(set.statusCode()).as(set.body()).isEqualTo(200);
        server.pass(Duration.ofSeconds(2));
        assertThat(server.api("GET", "/machines", token).statusCode()).isEqualTo(200);
        assertThat(server.api("POST", "/machines/x/isolate", token).statusCode())
                .isEqualTo(403);
    }

    @Test
    void whenADirectoryRoleIsUnknownThenItIsRefused() {
        var user = server.user(tenant);
        var unknown = server.administer(
                admin, "PATCH", "/users/" + user.id(), "{\"directoryRoles\":[\"Company Administrator\"]}");
        assertThat(unknown.statusCode()).as(unknown.body()).isEqualTo(400);
    }

    /** The way of 2017: a native client, signed in at the common endpoint, with a token for Microsoft Graph. */
    @Test
    void whenANativeClientHasATokenForGraphThenThePreviewIsOpenToAdministratorsOfTheDirectory() {
        var legacy = native2017(Graph.PERMISSION);
        var analyst = server.user(tenant);
        give(admin, analyst, "SecurityAdministrator");
        var token = graphToken(legacy, analyst);
        var claims = claims(token);
        assertThat(claims.get("aud").stringValue()).isEqualTo(Graph.RESOURCE);
        assertThat(claims.get("scp").stringValue().split(" ")).contains("User.Read", "openid");
        var isolated = server.preview("POST", "/machines/x/isolate", token);
        assertThat(isolated.statusCode()).as(isolated.body()).isEqualTo(200);
        assertThat(json(isolated).get("requestor").stringValue()).isEqualTo(analyst.userPrincipalName());
        assertThat(server.api("POST", "/machines/x/isolate", token).statusCode())
                .isEqualTo(403);
        assertThat(server.api("GET", "/machines", token).statusCode()).isEqualTo(403);
        var info = server.send(server.request("/common/openid/userinfo").header("Authorization", "Bearer " + token));
        assertThat(info.statusCode()).as(info.body()).isEqualTo(200);

        server.administer(admin, "PATCH", "/users/" + analyst.id(), "{\"directoryRoles\":[]}");
        server.pass(Duration.ofSeconds(2));
        assertThat(server.preview("POST", "/machines/x/isolate", token).statusCode())
                .isEqualTo(403);
    }

    @ParameterizedTest
    @CsvSource({"GlobalAdministrator, 200", "SecurityReader, 403", ", 403"})
    void whenTheRoleIsNoAdministratorsThenThePreviewIsClosed(String role, int status) {
        var legacy = native2017(Graph.PERMISSION);
        var user = server.user(tenant, PortalPermission.VIEW_DATA);
        if (role != null) {
            give(admin, user, role);
        }
        assertThat(server.preview("GET", "/machines", graphToken(legacy, user)).statusCode())
                .isEqualTo(status);
    }

    @Test
    void whenTheApplicationIsNotRegisteredForTheProfileThenItsTokensOpenNothing() {
        var other = native2017("Machine.Read");
        var user = server.user(tenant);
        give(admin, user, "GlobalAdministrator");
        assertThat(server.preview("GET", "/machines", graphToken(other, user)).statusCode())
                .isEqualTo(403);
        var asked = with(password(client, user), "scope", Graph.PERMISSION);
        assertThat(json(server.token(tenant, asked)).at("/error_codes/0").intValue())
                .isEqualTo(650057);
    }

    @Test
    void whenNobodyConsentedToTheProfileThenTheUserIsAsked() {
        var legacy = server.application(tenant, registration(Graph.PERMISSION));
        var user = server.user(tenant);
        try (var browser = new TestBrowser(server)) {
            var page = browser.open(authorize(legacy));
            var asks = browser.follow(browser.submit(
                    page, Map.of("username", user.userPrincipalName(), "password", SignInServer.PASSWORD)));
            assertThat(asks.body()).contains("read your profile");
            var back = browser.follow(browser.submit(asks, Map.of("answer", "accept")));
            assertThat(TestBrowser.location(back)).startsWith(LOCALHOST + "?code=");
        }
    }

    private Application native2017(String permission) {
        return server.client(tenant, registration(permission));
    }

    private static Client registration(String permission) {
        return new Client(true, false, List.of(LOCALHOST), new TreeSet<>(List.of(permission)));
    }

    private static String authorize(Application legacy) {
        return "/common/oauth2/authorize?"
                + SignInServer.encode(Map.of(
                        "client_id",
                        legacy.id(),
                        "response_type",
                        "code",
                        "redirect_uri",
                        LOCALHOST,
                        "resource",
                        Graph.RESOURCE));
    }

    private String graphToken(Application legacy, User user) {
        try (var browser = new TestBrowser(server)) {
            var done = browser.submit(
                    browser.open(authorize(legacy)),
                    Map.of("username", user.userPrincipalName(), "password", SignInServer.PASSWORD));
            var code = TestBrowser.code(TestBrowser.location(browser.follow(done)));
            var answer = server.post(
                    "/common/oauth2/token",
                    Map.of(
                            "grant_type",
                            "authorization_code",
                            "client_id",
                            legacy.id(),
                            "code",
                            code,
                            "redirect_uri",
                            LOCALHOST,
                            "resource",
                            Graph.RESOURCE));
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            return json(answer).get("access_token").stringValue();
        }
    }

    private void give(String administrator, User user, String role) {
        var answer = server.administer(
                administrator, "PATCH", "/users/" + user.id(), "{\"directoryRoles\":[\"" + role + "\"]}");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    private static String token(SignInServer server, Tenant tenant, Application client, User user) {
        return server.tokens(tenant, password(client, user)).get("access_token").stringValue();
    }
}
