package dev.cordon.server.signin;

import static dev.cordon.server.signin.MiddleTier.access;
import static dev.cordon.server.signin.SignInServer.claims;
import static dev.cordon.server.signin.SignInServer.json;
import static dev.cordon.server.signin.SignInServer.password;
import static dev.cordon.server.signin.SignInServer.with;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.server.identity.AccessTokens;
import dev.cordon.server.identity.Application;
import dev.cordon.server.store.Engine;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.node.ObjectNode;

/** Who must not get a token in somebody's name, and how it is told so. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class OnBehalfOfRefusalTest {

    private final SignInServer server = new SignInServer(Engine.SQLITE);
    private final MiddleTier tier = MiddleTier.in(server, server.tenant());

    @AfterAll
    void stop() {
        server.close();
    }

    @Test
    void whenTheTokenIsForSomebodyElseThenItIsNoAssertion() {
        var reader = server.client(tier.tenant(), "Machine.Read");
        var forApi = access(server.tokens(tier.tenant(), password(reader, tier.user())));
        tier.assertRefused(tier.trade(forApi), "invalid_grant", 500131);
        var directory = access(server.tokens(tier.tenant(), with(password(reader, tier.user()), "scope", "openid")));
        tier.assertRefused(tier.trade(directory), "invalid_grant", 500131);
        var neighbour = MiddleTier.in(server, tier.tenant());
        tier.assertRefused(tier.trade(neighbour.assertion()), "invalid_grant", 500131);
        var elsewhere = MiddleTier.in(server, server.tenant());
        tier.assertRefused(tier.trade(elsewhere.assertion()), "invalid_grant", 500131);
    }

    @Test
    void whenTheTokenIsOfAnotherTenantThenItsAudienceDoesNotHelp() {
        var payload = payload(tier.assertion());
        var foreign = server.tenant().id();
        payload.put("tid", foreign).put("iss", AccessTokens.issuer(foreign));
        tier.assertRefused(tier.trade(server.identity.signer().sign(payload)), "invalid_grant", 50013);
    }

    @Test
    void whenTheTokenIsNoAccessTokenOfThisServerThenItIsNoAssertion() {
        var good = tier.assertion();
        var parts = good.split("\\.", -1);
        var none = Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString("{\"alg\":\"none\"}".getBytes(StandardCharsets.UTF_8));
        try (var other = new SignInServer(Engine.SQLITE)) {
            var payload = payload(good);
            for (var assertion : List.of(
                    "x",
                    "a.b.c",
                    none + "." + parts[1] + ".",
                    parts[0] + "." + parts[1] + "." + parts[2].substring(4) + "AAAA",
                    other.identity.signer().sign(payload),
                    "x".repeat(20_000))) {
                tier.assertRefused(tier.trade(assertion), "invalid_grant", 50013);
            }
        }
    }

    @Test
    void whenAnIdTokenIsPresentedThenItIsNoAssertion() {
        var own = server.client(
                tier.tenant(),
                new Client(
                                false,
                                true,
                                List.of(),
                                MiddleTier.service("Machine.Read").scopes())
                        .exposingApi());
        var secret = server.database
                .write(sql -> server.identity.secrets().create(sql, own, Duration.ofDays(1)))
                .secret();
        var form = with(password(own, tier.user()), "client_secret", secret);
        var v2 = server.tokens(tier.tenant(), form).get("id_token").stringValue();
        var v1 = json(server.post(
                        "/" + tier.tenant().id() + "/oauth2/token",
                        with(with(form, "scope", ""), "resource", SignInServer.API)))
                .get("id_token")
                .stringValue();
        for (var token : List.of(v1, v2)) {
            assertThat(claims(token).get("aud").stringValue()).isEqualTo(own.id());
            var trade = with(with(tier.trade(token), "client_id", own.id()), "client_secret", secret);
            tier.assertRefused(trade, "invalid_grant", 50013);
        }
    }

    @Test
    void whenTheTokenIsNoUsersOrNotOfNowThenItIsRefused() {
        var application = payload(tier.assertion());
        application.remove("scp");
        tier.assertRefused(tier.trade(server.identity.signer().sign(application)), "invalid_grant", 7000114);
        var old = payload(tier.assertion());
        old.put("exp", server.time.instant().getEpochSecond());
        tier.assertRefused(tier.trade(server.identity.signer().sign(old)), "invalid_grant", 500133);
        var early = payload(tier.assertion());
        early.put("nbf", server.time.instant().getEpochSecond() + 60);
        tier.assertRefused(tier.trade(server.identity.signer().sign(early)), "invalid_grant", 500133);
    }

    @Test
    void whenTheUserOrTheClientIsDisabledThenItsTokenIsWorthNothing() {
        var there = MiddleTier.in(server, server.tenant());
        var assertion = there.assertion();
        var admin = server.administrator(there.tenant());
        var front = "/applications/" + there.front().id();
        assertChanged(
                server.administer(admin, "PATCH", front, "{\"enabled\":false}").statusCode());
        there.assertRefused(there.trade(assertion), "unauthorized_client", 7000112);
        assertChanged(
                server.administer(admin, "PATCH", front, "{\"enabled\":true}").statusCode());
        server.tokens(there.tenant(), there.trade(assertion));
        var user = "/users/" + there.user().id();
        assertChanged(
                server.administer(admin, "PATCH", user, "{\"enabled\":false}").statusCode());
        assertThat(json(server.token(there.tenant(), there.trade(assertion)))
                        .at("/error_codes/0")
                        .intValue())
                .isIn(50057, 50173);
    }

    @Test
    void whenTheServiceCannotProveWhoItIsThenItGetsNothing() {
        var assertion = tier.assertion();
        tier.assertRefused(with(tier.trade(assertion), "client_secret", ""), "invalid_client", 7000218);
        tier.assertRefused(with(tier.trade(assertion), "client_secret", "wrong"), "invalid_client", 7000215);
        var open = server.client(tier.tenant(), new Client(true, true, List.of(), new TreeSet<>()).exposingApi());
        var front = server.client(tier.tenant(), MiddleTier.front(open));
        var theirs = access(server.tokens(
                tier.tenant(), with(password(front, tier.user()), "scope", "api://" + open.id() + "/.default")));
        var trade = with(tier.trade(theirs), "client_id", open.id());
        tier.assertRefused(with(trade, "client_secret", ""), "invalid_client", 7000218);
        tier.assertRefused(trade, "invalid_client", 700025);
    }

    @Test
    void whenTheServiceIsNotRegisteredForAResourceThenItGetsNone() {
        var assertion = tier.assertion();
        tier.assertRefused(
                with(tier.trade(assertion), "scope", SignInServer.API + "/Machine.Offboard"),
                "invalid_resource",
                650057);
        tier.assertRefused(with(tier.trade(assertion), "scope", "openid profile"), "invalid_scope", 70011);
        tier.assertRefused(with(tier.trade(assertion), "scope", ""), "invalid_request", 900144);
        tier.assertRefused(with(tier.trade(assertion), "scope", tier.scope()), "invalid_resource", 650057);
    }

    @Test
    void whenParametersAreMissingOrTheTenantIsNotNamedThenTheRequestIsRefused() {
        var assertion = tier.assertion();
        tier.assertRefused(with(tier.trade(assertion), "assertion", ""), "invalid_request", 900144);
        tier.assertRefused(with(tier.trade(assertion), "requested_token_use", ""), "invalid_request", 900144);
        tier.assertRefused(with(tier.trade(assertion), "requested_token_use", "x"), "invalid_request", 9002313);
        MiddleTier.assertRefused(
                server.post("/common/oauth2/v2.0/token", tier.trade(assertion)), "invalid_request", 9001023);
    }

    @Test
    void whenTheApplicationExposesNoApiThenThereIsNoSuchResourceAndOldTokensAreNoAssertions() {
        var there = MiddleTier.in(server, server.tenant());
        var assertion = there.assertion();
        var admin = server.administrator(there.tenant());
        var service = "/applications/" + there.service().id() + "/sign-in";
        assertThat(json(server.administer(admin, "GET", service, ""))
                        .get("exposesApi")
                        .booleanValue())
                .isTrue();
        assertChanged(server.administer(admin, "PUT", service, "{\"delegatedPermissions\":[\"Machine.Read\"]}")
                .statusCode());
        there.assertRefused(there.trade(assertion), "invalid_grant", 500131);
        var ask = with(password(there.front(), there.user()), "scope", there.scope());
        there.assertRefused(ask, "invalid_resource", 500011);
        there.assertRefused(
                with(ask, "scope", "00000000-1111-2222-3333-444444444444" + "/.default"), "invalid_resource", 500011);
    }

    @Test
    void whenAClientIsNotRegisteredForAServiceThenItGetsNoTokenForIt() {
        var reader = server.client(tier.tenant(), "Machine.Read");
        var ask = with(password(reader, tier.user()), "scope", tier.scope());
        tier.assertRefused(ask, "invalid_resource", 650057);
        var wrong = with(ask, "scope", "api://" + tier.service().id() + "/Machine.Read");
        tier.assertRefused(wrong, "invalid_scope", 70011);
        var foreign = MiddleTier.in(server, server.tenant());
        tier.assertRefused(with(ask, "scope", foreign.scope()), "invalid_resource", 500011);
        tier.assertRefused(with(ask, "scope", SignInServer.API + "/" + ApplicationApi.SCOPE), "invalid_scope", 70011);
    }

    @Test
    void whenAnAdministratorRegistersAClientForAServiceThenTheServiceMustOfferIt() {
        var admin = server.administrator(tier.tenant());
        var fresh = server.client(tier.tenant(), "Machine.Read");
        assertThat(register(admin, fresh, MiddleTier.permission(fresh))).isEqualTo(400);
        assertThat(register(admin, fresh, "api://" + tier.service().id() + "/other"))
                .isEqualTo(400);
        assertThat(register(
                        admin,
                        fresh,
                        MiddleTier.permission(
                                MiddleTier.in(server, server.tenant()).service())))
                .isEqualTo(400);
        assertThat(register(admin, fresh, MiddleTier.permission(tier.service())))
                .isEqualTo(200);
    }

    @Test
    void whenAnApplicationAsksForAServiceInItsOwnNameThenThereIsNoSuchResource() {
        var form = with(with(tier.trade("x"), "grant_type", "client_credentials"), "scope", tier.scope());
        tier.assertRefused(form, "invalid_resource", 500011);
    }

    private int register(String admin, Application client, String permission) {
        return server.administer(
                        admin,
                        "PUT",
                        "/applications/" + client.id() + "/sign-in",
                        "{\"delegatedPermissions\":[\"" + permission + "\"]}")
                .statusCode();
    }

    private static void assertChanged(int status) {
        assertThat(status).isEqualTo(200);
    }

    private static ObjectNode payload(String token) {
        return (ObjectNode) claims(token);
    }
}
