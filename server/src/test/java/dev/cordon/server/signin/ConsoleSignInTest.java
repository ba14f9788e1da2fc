package dev.cordon.server.signin;

import static dev.cordon.server.signin.SignInServer.PASSWORD;
import static dev.cordon.server.signin.SignInServer.claims;
import static dev.cordon.server.signin.SignInServer.json;
import static dev.cordon.server.signin.SignInServer.with;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.server.identity.DelegatedPermissions;
import dev.cordon.server.identity.Tenant;
import dev.cordon.server.store.Engine;
import dev.cordon.server.web.Permissions;
import dev.cordon.server.web.PortalPermission;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ConsoleSignInTest {

    private static final String VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    private static final String CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    private static String path(Tenant tenant, String redirectUri) {
        return "/" + tenant.id() + "/oauth2/v2.0/authorize?"
                + SignInServer.encode(Map.of(
                        "client_id",
                        ConsoleApplication.ID,
                        "response_type",
                        "code",
                        "redirect_uri",
                        redirectUri,
                        "scope",
                        SignInServer.SCOPE + " openid offline_access",
                        "code_challenge",
                        CHALLENGE,
                        "code_challenge_method",
                        "S256"));
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenTheConsoleIsOpenedThenAUserSignsInToItWithoutAnybodysConsent(Engine engine) {
        try (var server = new SignInServer(engine);
                var browser = new TestBrowser(server)) {
            var tenant = server.tenant();
            var user = server.user(tenant, PortalPermission.VIEW_DATA);
            var known = json(browser.open("/signin/console"));
            assertThat(json(browser.open("/signin/console"))).isEqualTo(known);
            assertThat(known.get("tenantId").stringValue()).isEqualTo(tenant.id());
            assertThat(known.get("clientId").stringValue()).isEqualTo(ConsoleApplication.ID);
            var console = server.base() + "/console/";
            assertThat(known.get("redirectUri").stringValue()).isEqualTo(console);

            var page = browser.open(path(tenant, console));
            var back = TestBrowser.location(browser.follow(
                    browser.submit(page, Map.of("username", user.userPrincipalName(), "password", PASSWORD))));
            assertThat(back).startsWith(console + "?");
            var tokens = server.tokens(
                    tenant,
                    Map.of(
                            "grant_type",
                            "authorization_code",
                            "client_id",
                            ConsoleApplication.ID,
                            "code",
                            TestBrowser.code(back),
                            "redirect_uri",
                            console,
                            "code_verifier",
                            VERIFIER));
            var token = tokens.get("access_token").stringValue();
            var allButTheOperators = new TreeSet<>(DelegatedPermissions.all());
            allButTheOperators.remove(Permissions.CORDON_OPERATE);
            assertThat(new TreeSet<>(
                            Arrays.asList(claims(token).get("scp").stringValue().split(" ", -1))))
                    .as("a tenant's administrator is not the server's operator")
                    .isEqualTo(allButTheOperators)
                    .doesNotContain(Permissions.CORDON_OPERATE);
            assertThat(server.api("GET", "/machines", token).statusCode()).isEqualTo(200);
            assertThat(server.api("POST", "/machines/m/isolate", token).statusCode())
                    .as("the role decides, not the console")
                    .isEqualTo(403);

            var out = browser.open("/" + tenant.id() + "/oauth2/v2.0/logout?"
                    + SignInServer.encode(Map.of("post_logout_redirect_uri", console)));
            assertThat(TestBrowser.location(out)).isEqualTo(console);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://evil.example.com/console/",
                "https://localhost/console/",
                "https://localhost:1/console/x",
                "http://localhost/console/"
            })
    void whenAnAnswerShallGoElsewhereThenItGoesNowhere(String elsewhere) {
        try (var server = new SignInServer(Engine.SQLITE);
                var browser = new TestBrowser(server)) {
            var tenant = server.tenant();
            browser.open("/signin/console");
            var refused = browser.open(path(tenant, elsewhere));
            assertThat(refused.statusCode()).isEqualTo(400);
            assertThat(refused.body()).contains("AADSTS50011");
            assertThat(refused.headers().firstValue("Location")).isEmpty();
        }
    }

    @Test
    void whenThereAreSeveralOrganizationsThenTheConsoleMustSayWhich() {
        try (var server = new SignInServer(Engine.SQLITE);
                var browser = new TestBrowser(server)) {
            server.tenant();
            var second = server.tenant();
            assertThat(json(browser.open("/signin/console")).get("tenantNeeded").booleanValue())
                    .isTrue();
            assertThat(json(browser.open("/signin/console?tenant=" + second.id()))
                            .get("tenantId")
                            .stringValue())
                    .isEqualTo(second.id());
            assertThat(browser.open("/signin/console?tenant=nowhere.example.com")
                            .statusCode())
                    .isEqualTo(404);
        }
    }

    @Test
    void whenADeviceCodeIsAskedForInTheConsolesNameThenThereIsNone() {
        try (var server = new SignInServer(Engine.SQLITE);
                var browser = new TestBrowser(server)) {
            var tenant = server.tenant();
            browser.open("/signin/console");
            var form = Map.of("client_id", ConsoleApplication.ID, "scope", SignInServer.SCOPE);
            var code = server.post("/" + tenant.id() + "/oauth2/v2.0/devicecode", form);
            assertThat(code.statusCode()).isEqualTo(400);
            assertThat(json(code).get("error").stringValue()).isEqualTo("unauthorized_client");
            var user = server.user(tenant, PortalPermission.VIEW_DATA);
            var password = with(
                    with(with(form, "grant_type", "password"), "username", user.userPrincipalName()),
                    "password",
                    PASSWORD);
            assertThat(server.token(tenant, password).statusCode()).isEqualTo(400);
        }
    }
}
