package dev.cordon.server.signin;

import static dev.cordon.server.signin.SignInServer.claims;
import static dev.cordon.server.signin.SignInServer.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.server.identity.Application;
import dev.cordon.server.identity.DelegatedPermissions;
import dev.cordon.server.identity.Tenant;
import dev.cordon.server.store.Engine;
import dev.cordon.server.users.User;
import dev.cordon.server.web.PortalPermission;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

final class PasskeyTest {

    private static final String CALLBACK = "https://app.example.com/callback";
    private static final String NOT_ACCEPTED = "The passkey was not accepted";

    /** A server with one user, signed in by password, on the account page. */
    private static final class Scene implements AutoCloseable {
        final SignInServer server;
        final Tenant tenant;
        final Application client;
        final User user;
        final TestBrowser browser;
        final SoftAuthenticator authenticator;

        Scene(Engine engine) {
            server = new SignInServer(engine);
            tenant = server.tenant();
            client = server.client(
                    tenant,
                    new Client(true, true, List.of(CALLBACK), DelegatedPermissions.parse(List.of("Machine.Read"))));
            user = server.user(tenant, PortalPermission.VIEW_DATA);
            browser = new TestBrowser(server);
            authenticator = new SoftAuthenticator(server.base(), "localhost");
        }

        HttpResponse<String> account(TestBrowser in) {
            return in.follow(in.submit(in.open("/account"), credentials()));
        }

        Map<String, String> credentials() {
            return Map.of("username", user.userPrincipalName(), "password", SignInServer.PASSWORD);
        }

        HttpResponse<String> enroll() {
            var page = account(browser);
            var options = options(browser, page, "ENROLLMENT");
            return answer(
                    browser, page, "/signin/passkey/enroll", "ENROLLMENT", authenticator.create(options), "Laptop");
        }

        JsonNode options(TestBrowser in, HttpResponse<String> page, String purpose) {
            var form = new HashMap<>(TestBrowser.hidden(page));
            form.put("purpose", purpose);
            var answer = in.send("/signin/passkey/options", form);
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            return json(answer);
        }

        HttpResponse<String> answer(
                TestBrowser in,
                HttpResponse<String> page,
                String path,
                String purpose,
                String credential,
                String name) {
            var form = new HashMap<>(TestBrowser.hidden(page));
            form.put("purpose", purpose);
            form.put("credential", credential);
            form.put("name", name);
            return in.send(path, form);
        }

        HttpResponse<String> signIn(TestBrowser in, HttpResponse<String> page) {
            return signIn(in, page, authenticator.get(options(in, page, "SIGN_IN")));
        }

        HttpResponse<String> signIn(TestBrowser in, HttpResponse<String> page, String credential) {
            return answer(in, page, "/signin/passkey", "SIGN_IN", credential, "");
        }

        String authorize() {
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

        String methods(HttpResponse<String> redirect) {
            var tokens = server.tokens(
                    tenant,
                    Map.of(
                            "grant_type",
                            "authorization_code",
                            "client_id",
                            client.id(),
                            "code",
                            TestBrowser.code(TestBrowser.location(redirect)),
                            "redirect_uri",
                            CALLBACK));
            return claims(tokens.get("access_token").stringValue()).get("amr").toString();
        }

        @Override
        public void close() {
            browser.close();
            server.close();
        }
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenAPasskeyIsEnrolledThenItSignsInWithoutNameAndPassword(Engine engine) {
        try (var scene = new Scene(engine);
                var other = new TestBrowser(scene.server)) {
            assertThat(TestBrowser.location(scene.enroll())).isEqualTo("/account");
            assertThat(scene.browser.open("/account").body()).contains("Laptop").contains("never used");
            scene.authenticator.counter++;
            var done = scene.signIn(other, other.open(scene.authorize()));
            assertThat(scene.methods(other.follow(done))).isEqualTo("[\"pop\",\"user\",\"mfa\"]");
            assertThat(scene.browser.open("/account").body()).contains("last used");
        }
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenAUserHasAPasskeyThenThePasswordAloneOpensNothing(Engine engine) {
        try (var scene = new Scene(engine);
                var other = new TestBrowser(scene.server)) {
            scene.enroll();
            var ask = other.follow(other.submit(other.open(scene.authorize()), scene.credentials()));
            assertThat(ask.body()).contains("Show your passkey");
            assertThat(other.send(
                                    "/signin/passkey/options",
                                    SignInServer.with(TestBrowser.hidden(ask), "purpose", "ENROLLMENT"))
                            .statusCode())
                    .as("a password alone adds no passkey")
                    .isEqualTo(400);
            scene.authenticator.counter++;
            scene.authenticator.verifies = false;
            var options = scene.options(other, ask, "SECOND_FACTOR");
            assertThat(options.get("allowCredentials").size()).isEqualTo(1);
            var done = scene.answer(
                    other, ask, "/signin/passkey/second", "SECOND_FACTOR", scene.authenticator.get(options), "");
            assertThat(scene.methods(other.follow(done))).isEqualTo("[\"pwd\",\"pop\",\"mfa\"]");
            assertThat(scene.server
                            .token(scene.tenant, SignInServer.password(scene.client, scene.user))
                            .body())
                    .contains("AADSTS50076");
        }
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenAPasskeyIsRemovedThenItSignsInNoMore(Engine engine) {
        try (var scene = new Scene(engine);
                var other = new TestBrowser(scene.server)) {
            scene.enroll();
            var page = scene.browser.open("/account");
            var removed = scene.browser.send("/account/passkeys/remove", TestBrowser.hidden(page));
            assertThat(TestBrowser.location(removed)).isEqualTo("/account");
            assertThat(scene.browser.open("/account").body()).doesNotContain("Laptop");
            scene.authenticator.counter++;
            var refused = scene.signIn(other, other.open(scene.authorize()));
            assertThat(refused.statusCode()).isEqualTo(400);
            assertThat(refused.body()).contains(NOT_ACCEPTED);
        }
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenTheLastTwoPasskeysAreRemovedAtOnceThenOneStays(Engine engine) throws Exception {
        try (var scene = new Scene(engine);
                var workers = Executors.newVirtualThreadPerTaskExecutor()) {
            scene.server.database.write(sql -> {
                scene.server.accounts.users().changeSecondFactor(sql, scene.user, true);
                return sql;
            });
            scene.enroll();
            var second = new SoftAuthenticator(scene.server.base(), "localhost");
            var page = scene.browser.open("/account");
            var made = second.create(scene.options(scene.browser, page, "ENROLLMENT"));
            scene.answer(scene.browser, page, "/signin/passkey/enroll", "ENROLLMENT", made, "Key");
            var both = scene.browser.open("/account");
            var removals = Pattern.compile("name=\"passkey\" value=\"([^\"]*)\"")
                    .matcher(both.body())
                    .results()
                    .map(found -> SignInServer.with(TestBrowser.hidden(both), "passkey", found.group(1)))
                    .map(form -> workers.submit(() ->
                            scene.browser.send("/account/passkeys/remove", form).statusCode()))
                    .toList();
            var statuses = new ArrayList<Integer>();
            for (var removal : removals) {
                statuses.add(removal.get(60, TimeUnit.SECONDS));
            }
            assertThat(statuses).containsExactlyInAnyOrder(303, 400);
            int left = scene.server
                    .database
                    .read(sql -> scene.server.accounts.passkeys().of(sql, scene.user))
                    .size();
            assertThat(left).isEqualTo(1);
        }
    }

    @Test
    void whenAnAnswerIsWrongInAnyWayThenItIsRefused() {
        try (var scene = new Scene(Engine.SQLITE);
                var thief = new TestBrowser(scene.server);
                var other = new TestBrowser(scene.server)) {
            scene.enroll();
            scene.authenticator.counter = 10;
            var page = other.open(scene.authorize());

            scene.authenticator.origin = "https://evil.example.com";
            refused(scene.signIn(other, page), "another site's page");
            scene.authenticator.origin = scene.server.base();

            scene.authenticator.rpId = "evil.example.com";
            refused(scene.signIn(other, page), "another host's passkey");
            scene.authenticator.rpId = "localhost";

            scene.authenticator.verifies = false;
            refused(scene.signIn(other, page), "nobody verified");
            scene.authenticator.verifies = true;

            var foreign = scene.options(thief, thief.open(scene.authorize()), "SIGN_IN");
            refused(scene.signIn(other, page, scene.authenticator.get(foreign)), "a challenge of another browser");

            var second = scene.options(other, page, "SIGN_IN");
            scene.server.pass(Duration.ofMinutes(6));
            refused(scene.signIn(other, page, scene.authenticator.get(second)), "a challenge that is too old");

            var otherKey = new SoftAuthenticator(scene.server.base(), "localhost");
            refused(scene.signIn(other, page, otherKey.get(scene.options(other, page, "SIGN_IN"))), "unknown");
            refused(scene.signIn(other, page, "{}"), "no answer at all");
            refused(scene.signIn(other, page, "null"), "no answer at all");

            scene.authenticator.counter = 1;
            refused(scene.signIn(other, page), "a counter that did not go on: a copy");
            scene.authenticator.counter = 11;
            var credential = scene.authenticator.get(scene.options(other, page, "SIGN_IN"));
            assertThat(scene.signIn(other, page, credential).statusCode()).isEqualTo(303);
            refused(scene.signIn(other, page, credential), "a second time");
        }
    }

    @Test
    void whenAPasskeyOfOneUserIsShownAfterThePasswordOfAnotherThenItIsRefused() {
        try (var scene = new Scene(Engine.SQLITE);
                var other = new TestBrowser(scene.server)) {
            scene.enroll();
            var second = scene.server.user(scene.tenant, PortalPermission.VIEW_DATA);
            scene.server.database.write(sql -> {
                scene.server.accounts.users().changeSecondFactor(sql, second, true);
                return second;
            });
            var ask = other.follow(other.submit(
                    other.open(scene.authorize()),
                    Map.of("username", second.userPrincipalName(), "password", SignInServer.PASSWORD)));
            var own = new SoftAuthenticator(scene.server.base(), "localhost");
            var enrolled = scene.answer(
                    other,
                    ask,
                    "/signin/passkey/enroll",
                    "ENROLLMENT",
                    own.create(scene.options(other, ask, "ENROLLMENT")),
                    "");
            assertThat(TestBrowser.location(other.follow(enrolled)))
                    .as("enrolling what was asked for signs in")
                    .contains("code=");
            try (var third = new TestBrowser(scene.server)) {
                var again = third.follow(third.submit(
                        third.open(scene.authorize()),
                        Map.of("username", second.userPrincipalName(), "password", SignInServer.PASSWORD)));
                var options = scene.options(third, again, "SECOND_FACTOR");
                scene.authenticator.counter++;
                refused(
                        scene.answer(
                                third,
                                again,
                                "/signin/passkey/second",
                                "SECOND_FACTOR",
                                scene.authenticator.get(options),
                                ""),
                        "somebody else's");
            }
        }
    }

    @Test
    void whenTheSignInIsLongAgoThenNoPasskeyIsAdded() {
        try (var scene = new Scene(Engine.SQLITE)) {
            var page = scene.account(scene.browser);
            var options = scene.options(scene.browser, page, "ENROLLMENT");
            scene.server.pass(Duration.ofMinutes(16));
            var refused = scene.answer(
                    scene.browser,
                    page,
                    "/signin/passkey/enroll",
                    "ENROLLMENT",
                    scene.authenticator.create(options),
                    "Laptop");
            assertThat(refused.statusCode()).isEqualTo(400);
            assertThat(refused.body()).contains("too long ago");
        }
    }

    @Test
    void whenAPageHasSeveralFormsThenEachOfThemIsTheBrowsersOwn() {
        try (var scene = new Scene(Engine.SQLITE)) {
            var page = scene.browser.open(scene.authorize());
            var proofs = java.util.regex.Pattern.compile("name=\"form\" value=\"([^\"]+)\"")
                    .matcher(page.body())
                    .results()
                    .map(found -> found.group(1))
                    .toList();
            assertThat(proofs).hasSize(2);
            assertThat(proofs.getFirst()).isEqualTo(proofs.getLast());
        }
    }

    private static void refused(HttpResponse<String> answer, String why) {
        assertThat(answer.statusCode()).as(why).isEqualTo(400);
        assertThat(answer.body()).as(why).contains(NOT_ACCEPTED);
        assertThat(answer.headers().firstValue("Location")).as(why).isEmpty();
    }
}
