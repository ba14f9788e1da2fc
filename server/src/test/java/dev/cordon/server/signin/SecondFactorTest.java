package dev.cordon.server.signin;

import static dev.cordon.server.signin.SignInServer.claims;
import static dev.cordon.server.signin.SignInServer.password;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.server.identity.Application;
import dev.cordon.server.identity.DelegatedPermissions;
import dev.cordon.server.identity.Tenant;
import dev.cordon.server.store.Engine;
import dev.cordon.server.users.OneTimeCode;
import dev.cordon.server.users.User;
import dev.cordon.server.web.PortalPermission;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class SecondFactorTest {

    private static final String CALLBACK = "https://app.example.com/callback";
    private static final Pattern KEY = Pattern.compile("<code>([A-Z2-7 ]+)</code>");

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenASecondFactorIsRequiredThenItIsEnrolledOnceAndAskedForEveryTime(Engine engine) {
        try (var server = new SignInServer(engine)) {
            var tenant = server.tenant();
            var client = client(server, tenant);
            var user = careful(server, tenant);
            var key = "";
            try (var browser = new TestBrowser(server)) {
                var page = browser.follow(browser.submit(browser.open(path(tenant, client)), credentials(user)));
                assertThat(page.body()).contains("Set up an authenticator");
                key = key(page);
                var wrong = browser.submit(page, Map.of("code", "000000"));
                assertThat(wrong.statusCode()).isEqualTo(400);
                assertThat(key(wrong))
                        .as("the key that was typed already stays")
                        .isEqualTo(key);
                var done = browser.submit(wrong, Map.of("code", OneTimeCode.of(key, server.time.instant())));
                assertThat(TestBrowser.location(browser.follow(done))).contains("code=");
            }
            try (var browser = new TestBrowser(server)) {
                var ask = browser.follow(browser.submit(browser.open(path(tenant, client)), credentials(user)));
                assertThat(ask.body()).contains("Enter your code").doesNotContain(key);
                assertThat(browser.open(path(tenant, client)).body())
                        .as("a password alone opens nothing")
                        .contains("Enter your code");
                assertThat(browser.submit(ask, Map.of("code", OneTimeCode.of(key, server.time.instant())))
                                .statusCode())
                        .as("a code works once")
                        .isEqualTo(400);
                server.pass(Duration.ofSeconds(60));
                var done = browser.submit(ask, Map.of("code", OneTimeCode.of(key, server.time.instant())));
                var code = TestBrowser.code(TestBrowser.location(browser.follow(done)));
                var tokens = server.tokens(
                        tenant,
                        Map.of(
                                "grant_type",
                                "authorization_code",
                                "client_id",
                                client.id(),
                                "code",
                                code,
                                "redirect_uri",
                                CALLBACK));
                var methods = claims(tokens.get("access_token").stringValue()).get("amr");
                assertThat(methods.valueStream().map(method -> method.stringValue()))
                        .containsExactly("pwd", "otp", "mfa");
            }
            var refused = server.token(tenant, password(client, user));
            assertThat(refused.body()).contains("AADSTS50076");
        }
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenSomebodyGuessesCodesThenTheAccountIsLocked(Engine engine) {
        try (var server = new SignInServer(engine);
                var browser = new TestBrowser(server)) {
            var tenant = server.tenant();
            var client = client(server, tenant);
            var user = careful(server, tenant);
            var page = browser.follow(browser.submit(browser.open(path(tenant, client)), credentials(user)));
            var key = key(page);
            browser.submit(page, Map.of("code", OneTimeCode.of(key, server.time.instant())));
            server.pass(Duration.ofMinutes(1));
            try (var thief = new TestBrowser(server)) {
                var ask = signedIn(thief, tenant, client, user);
                for (int i = 0; i < 10; i++) {
                    ask = signedIn(thief, tenant, client, user);
                    assertThat(thief.submit(ask, Map.of("code", "00000" + i % 2))
                                    .statusCode())
                            .isEqualTo(400);
                }
                assertThat(thief.submit(ask, Map.of("code", OneTimeCode.of(key, server.time.instant())))
                                .statusCode())
                        .as("locked, though the password was right before each guess")
                        .isEqualTo(400);
                server.pass(Duration.ofMinutes(2));
                assertThat(thief.submit(ask, Map.of("code", OneTimeCode.of(key, server.time.instant())))
                                .statusCode())
                        .isEqualTo(303);
            }
        }
    }

    private static HttpResponse<String> signedIn(TestBrowser browser, Tenant tenant, Application client, User user) {
        var page = browser.open("/" + tenant.id() + "/oauth2/v2.0/logout");
        assertThat(page.statusCode()).isEqualTo(200);
        return browser.follow(browser.submit(browser.open(path(tenant, client)), credentials(user)));
    }

    private static User careful(SignInServer server, Tenant tenant) {
        var user = server.user(tenant, PortalPermission.VIEW_DATA);
        return server.database.write(sql -> {
            server.accounts.users().changeSecondFactor(sql, user, true);
            return user;
        });
    }

    private static Application client(SignInServer server, Tenant tenant) {
        return server.client(
                tenant, new Client(true, true, List.of(CALLBACK), DelegatedPermissions.parse(List.of("Machine.Read"))));
    }

    private static String path(Tenant tenant, Application client) {
        return "/" + tenant.id() + "/oauth2/v2.0/authorize?"
                + SignInServer.encode(Map.of(
                        "client_id",
                        client.id(),
                        "response_type",
                        "code",
                        "redirect_uri",
                        CALLBACK,
                        "scope",
                        SignInServer.SCOPE));
    }

    private static Map<String, String> credentials(User user) {
        return Map.of("username", user.userPrincipalName(), "password", SignInServer.PASSWORD);
    }

    private static String key(HttpResponse<String> page) {
        var key = KEY.matcher(page.body());
        if (!key.find()) {
            throw new AssertionError(page.body());
        }
        return key.group(1);
    }
}
