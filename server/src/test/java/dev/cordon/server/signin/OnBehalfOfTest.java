package dev.cordon.server.signin;

import static dev.cordon.server.signin.MiddleTier.access;
import static dev.cordon.server.signin.SignInServer.claims;
import static dev.cordon.server.signin.SignInServer.json;
import static dev.cordon.server.signin.SignInServer.password;
import static dev.cordon.server.signin.SignInServer.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.microsoft.aad.msal4j.ClientCredentialFactory;
import com.microsoft.aad.msal4j.ConfidentialClientApplication;
import com.microsoft.aad.msal4j.IClientCredential;
import com.microsoft.aad.msal4j.MsalInteractionRequiredException;
import com.microsoft.aad.msal4j.OnBehalfOfParameters;
import com.microsoft.aad.msal4j.UserAssertion;
import dev.cordon.server.identity.TestCertificate;
import dev.cordon.server.store.Engine;
import dev.cordon.server.web.Json;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** An application with an API of its own trades a user's token for that API for one for Cordon's. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class OnBehalfOfTest {

    private final SignInServer server = new SignInServer(Engine.SQLITE);
    private final MiddleTier tier = MiddleTier.in(server, server.tenant());

    @AfterAll
    void stop() {
        server.close();
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenAServiceTradesAUsersTokenThenItGetsOneOfItsOwnInTheUsersName(Engine engine) {
        try (var own = new SignInServer(engine)) {
            var there = MiddleTier.in(own, own.tenant());
            var assertion = there.assertion();
            var given = claims(assertion);
            assertThat(given.get("aud").stringValue())
                    .isEqualTo("api://" + there.service().id());
            assertThat(given.get("scp").stringValue()).isEqualTo("access_as_user");
            assertThat(given.get("appid").stringValue()).isEqualTo(there.front().id());

            var answer = own.tokens(there.tenant(), there.trade(assertion));
            var got = claims(access(answer));
            assertThat(got.get("aud").stringValue()).isEqualTo(SignInServer.API);
            assertThat(got.get("scp").stringValue()).isEqualTo("Machine.Isolate Machine.Read");
            assertThat(got.get("appid").stringValue()).isEqualTo(there.service().id());
            assertThat(got.get("appidacr").stringValue()).isEqualTo("1");
            assertThat(got.get("oid").stringValue()).isEqualTo(there.user().id());
            assertThat(got.get("upn").stringValue()).isEqualTo(there.user().userPrincipalName());
            assertThat(got.get("sid")).isEqualTo(given.get("sid"));
            assertThat(got.get("amr")).isEqualTo(given.get("amr"));
            assertThat(answer.has("refresh_token")).isFalse();
            assertThat(answer.get("scope").stringValue()).contains(SignInServer.API + "/Machine.Read");
            var machines = own.api("GET", "/machines", access(answer));
            assertThat(machines.statusCode()).as(machines.body()).isEqualTo(200);
            assertThat(json(machines).get("requestor").stringValue())
                    .isEqualTo(there.user().userPrincipalName());
            assertThat(own.api("POST", "/machines/x/isolate", access(answer)).statusCode())
                    .as("the user's roles decide too")
                    .isEqualTo(403);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"api://%s/.default", "api://%s/access_as_user", "%s/.default", "API://%S/Access_As_User"})
    void whenTheServiceIsNamedInAnyWayThenItsTokenCanBeTraded(String name) {
        var scope = name.formatted(tier.service().id());
        var given = access(server.tokens(tier.tenant(), with(password(tier.front(), tier.user()), "scope", scope)));
        var answer = server.tokens(tier.tenant(), tier.trade(given));
        assertThat(server.api("GET", "/machines", access(answer)).statusCode()).isEqualTo(200);
    }

    @Test
    void whenTheV1EndpointIsUsedThenTheResourceIsAskedForThere() {
        var path = "/" + tier.tenant().id() + "/oauth2/token";
        var ask = with(
                with(password(tier.front(), tier.user()), "scope", ""),
                "resource",
                "api://" + tier.service().id());
        var given = json(server.post(path, ask));
        assertThat(given.get("scope").stringValue()).isEqualTo("access_as_user");
        assertThat(given.get("resource").stringValue())
                .isEqualTo("api://" + tier.service().id());
        var trade = with(with(tier.trade(access(given)), "scope", ""), "resource", SignInServer.API);
        var answer = json(server.post(path, trade));
        assertThat(answer.get("scope").stringValue()).isEqualTo("Machine.Isolate Machine.Read");
        assertThat(answer.has("refresh_token")).isFalse();
        assertThat(server.api("GET", "/machines", access(answer)).statusCode()).isEqualTo(200);
    }

    @Test
    void whenOnePermissionIsAskedForThenTheTokenHoldsNoOther() {
        var answer = server.tokens(
                tier.tenant(), with(tier.trade(tier.assertion()), "scope", SignInServer.API + "/Machine.Read"));
        assertThat(claims(access(answer)).get("scp").stringValue()).isEqualTo("Machine.Read");
    }

    @Test
    void whenAServiceTradesForAnotherServiceThenThatTradesOn() {
        var client = new Client(false, false, List.of(), new TreeSet<>(Set.of(MiddleTier.permission(tier.service()))))
                .exposingApi();
        var first = server.client(tier.tenant(), client);
        var front = server.client(tier.tenant(), MiddleTier.front(first));
        var secret = server.database
                .write(sql -> server.identity.secrets().create(sql, first, Duration.ofDays(1)))
                .secret();
        var given = access(server.tokens(
                tier.tenant(), with(password(front, tier.user()), "scope", "api://" + first.id() + "/.default")));
        var between = with(with(tier.trade(given), "client_id", first.id()), "client_secret", secret);
        tier.assertRefused(between, "invalid_resource", 650057);
        var middle = access(server.tokens(tier.tenant(), with(between, "scope", tier.scope())));
        assertThat(claims(middle).get("aud").stringValue())
                .isEqualTo("api://" + tier.service().id());
        var answer = server.tokens(tier.tenant(), tier.trade(middle));
        assertThat(server.api("GET", "/machines", access(answer)).statusCode()).isEqualTo(200);
    }

    @Test
    void whenATokenIsForAServiceThenItOpensNothingOfThisServer() {
        var given = tier.assertion();
        assertThat(server.api("GET", "/machines", given).statusCode()).isEqualTo(403);
        assertThat(server.administer(given, "GET", "/users", "").statusCode()).isEqualTo(403);
        assertThat(server.send(server.request("/" + tier.tenant().id() + "/openid/userinfo")
                                .header("Authorization", "Bearer " + given))
                        .statusCode())
                .isEqualTo(403);
    }

    @Test
    void whenTheUserSignsOutThenTheTradedTokenIsVoidTooAndNoOtherIsGiven() {
        var given = tier.assertion();
        var traded = access(server.tokens(tier.tenant(), tier.trade(given)));
        var sid = claims(given).get("sid").stringValue();
        server.database.write(sql -> {
            server.accounts.signIns().revoke(sql, sid);
            return sid;
        });
        tier.assertRefused(tier.trade(given), "invalid_grant", 50173);
        server.pass(Duration.ofSeconds(2));
        assertThat(server.api("GET", "/machines", traded).statusCode()).isEqualTo(401);
    }

    @Test
    void whenNobodyConsentedThenThePageNamesTheServiceAndTheUsersConsentIsEnough() {
        var front = server.database.write(sql -> {
            var fresh = server.identity.applications().create(sql, tier.tenant().id(), "Fresh", List.of());
            server.clients.change(sql, fresh, MiddleTier.front(tier.service()));
            return fresh;
        });
        var form = with(password(front, tier.user()), "scope", tier.scope());
        tier.assertRefused(form, "invalid_grant", 65001);
        var flow = new CodeFlow(server, tier.tenant(), front, tier.user());
        try (var browser = new TestBrowser(server)) {
            var question = flow.answer(browser, flow.request(Map.of("scope", tier.scope())));
            assertThat(question.body()).contains("Use playbooks, which can then act in your name too");
            var done = browser.submit(question, Map.of("answer", "accept"));
            var code = TestBrowser.code(TestBrowser.location(browser.follow(done)));
            var given = access(server.tokens(tier.tenant(), flow.redemption(code)));
            var answer = server.tokens(tier.tenant(), tier.trade(given));
            assertThat(server.api("GET", "/machines", access(answer)).statusCode())
                    .isEqualTo(200);
        }
    }

    @Test
    void whenMsalAsksOnBehalfOfAUserThenItsTokenOpensTheApi() throws Exception {
        var certificate = TestCertificate.rsa(server.time.instant(), Duration.ofDays(1));
        var registered = server.administer(
                server.administrator(tier.tenant()),
                "POST",
                "/applications/" + tier.service().id() + "/certificates",
                Json.MAPPER.writeValueAsString(Map.of("certificate", certificate.pem())));
        assertThat(registered.statusCode()).as(registered.body()).isEqualTo(201);
        for (var credential : List.of(
                ClientCredentialFactory.createFromSecret(tier.secret()),
                ClientCredentialFactory.createFromCertificate(
                        certificate.keys().getPrivate(), certificate.certificate()))) {
            var msal = msal(credential);
            var result = msal.acquireToken(parameters()).get(30, TimeUnit.SECONDS);
            assertThat(server.api("GET", "/machines", result.accessToken()).statusCode())
                    .isEqualTo(200);
            assertThat(result.account().username()).isEqualTo(tier.user().userPrincipalName());
        }
    }

    @Test
    void whenConsentIsMissingThenMsalSaysThatTheUserIsNeeded() throws Exception {
        var msal = msal(ClientCredentialFactory.createFromSecret(tier.secret()));
        var parameters = parameters();
        server.database.write(sql -> {
            server.clients.withdraw(sql, tier.service());
            return tier;
        });
        try {
            assertThatThrownBy(() -> msal.acquireToken(parameters).get(30, TimeUnit.SECONDS))
                    .hasCauseInstanceOf(MsalInteractionRequiredException.class)
                    .hasMessageContaining("AADSTS65001");
        } finally {
            server.database.write(sql -> {
                var client = server.clients.find(sql, tier.service());
                server.clients.consent(sql, tier.service(), Clients.EVERYBODY, client.scopes());
                return tier;
            });
        }
    }

    private OnBehalfOfParameters parameters() {
        return OnBehalfOfParameters.builder(Set.of(SignInServer.SCOPE), new UserAssertion(tier.assertion()))
                .build();
    }

    private ConfidentialClientApplication msal(IClientCredential credential) throws Exception {
        return ConfidentialClientApplication.builder(tier.service().id(), credential)
                .authority(server.base() + "/" + tier.tenant().id())
                .instanceDiscovery(false)
                .sslSocketFactory(server.trust.getSocketFactory())
                .build();
    }
}
