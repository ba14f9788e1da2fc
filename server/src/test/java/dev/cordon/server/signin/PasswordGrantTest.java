package dev.cordon.server.signin;

import static dev.cordon.server.signin.SignInServer.claims;
import static dev.cordon.server.signin.SignInServer.json;
import static dev.cordon.server.signin.SignInServer.password;
import static dev.cordon.server.signin.SignInServer.with;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.server.identity.Application;
import dev.cordon.server.identity.DelegatedPermissions;
import dev.cordon.server.identity.Tenant;
import dev.cordon.server.store.Engine;
import dev.cordon.server.users.User;
import dev.cordon.server.web.Json;
import dev.cordon.server.web.PortalPermission;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class PasswordGrantTest {

    private final SignInServer server = new SignInServer(Engine.SQLITE);
    private final Tenant tenant = server.tenant();
    private final Application client = server.client(tenant, "Machine.Read", "Machine.Isolate");
    private final User user = server.user(tenant, PortalPermission.VIEW_DATA);

    @AfterAll
    void stop() {
        server.close();
    }

    @Test
    void whenAskedAtV2ThenTheAnswerHasAllTokensAndTheirScope() {
        var answer = server.tokens(tenant, password(client, user));
        assertThat(answer.propertyNames())
                .containsExactlyInAnyOrder(
                        "token_type",
                        "scope",
                        "expires_in",
                        "ext_expires_in",
                        "access_token",
                        "refresh_token",
                        "id_token",
                        "client_info");
        assertThat(answer.get("scope").stringValue().split(" "))
                .contains(SignInServer.API + "/Machine.Read", SignInServer.API + "/Machine.Isolate");
        var info = Json.MAPPER.readTree(
                Base64.getUrlDecoder().decode(answer.get("client_info").stringValue()));
        assertThat(info)
                .isEqualTo(Json.MAPPER.createObjectNode().put("uid", user.id()).put("utid", tenant.id()));
    }

    @Test
    void whenANameIsInOtherLettersThenTheTokensHoldItInUtf8() throws CharacterCodingException {
        var name = "김 Müller 😀";
        var named = server.user(tenant, PortalPermission.VIEW_DATA);
        server.database.write(sql -> {
            server.accounts.users().changeDisplayName(sql, named, name);
            return 0;
        });
        var tokens = server.tokens(tenant, password(client, named));

        for (var token : List.of("access_token", "id_token")) {
            var payload = Base64.getUrlDecoder()
                    .decode(tokens.get(token).stringValue().split("\\.", -1)[1]);
            var text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(payload));
            assertThat(Json.MAPPER.readTree(text.toString()).get("name").stringValue())
                    .as(token)
                    .isEqualTo(name);
        }
    }

    @Test
    void whenAskedAtV1ThenTheAnswerHasStringsTheResourceAndBarePermissions() {
        var form = new HashMap<>(password(client, user));
        form.remove("scope");
        form.remove("client_info");
        form.put("resource", SignInServer.API);
        var answer = json(server.post("/" + tenant.id() + "/oauth2/token", form));
        assertThat(answer.get("scope").stringValue()).isEqualTo("Machine.Isolate Machine.Read");
        assertThat(answer.get("expires_in").isString()).isTrue();
        assertThat(answer.get("resource").stringValue()).isEqualTo(SignInServer.API);
        assertThat(answer.has("refresh_token")).isTrue();
        assertThat(claims(answer.get("id_token").stringValue()).get("upn").stringValue())
                .isEqualTo(user.userPrincipalName());
    }

    @Test
    void whenATokenIsIssuedThenItsClaimsAreThoseOfTheUserContext() {
        var claims = claims(server.tokens(tenant, password(client, user))
                .get("access_token")
                .stringValue());
        var now = server.time.instant().getEpochSecond();
        assertThat(claims.get("aud").stringValue()).isEqualTo(SignInServer.API);
        assertThat(claims.get("iss").stringValue()).isEqualTo("https://sts.windows.net/" + tenant.id() + "/");
        assertThat(claims.get("exp").longValue()).isEqualTo(now + 3600);
        assertThat(claims.get("scp").stringValue()).isEqualTo("Machine.Isolate Machine.Read");
        assertThat(claims.has("roles")).isFalse();
        assertThat(claims.has("idp")).isFalse();
        assertThat(claims.get("oid").stringValue()).isEqualTo(user.id());
        assertThat(claims.get("sub").stringValue()).isNotEqualTo(user.id());
        assertThat(claims.get("upn").stringValue()).isEqualTo(user.userPrincipalName());
        assertThat(claims.get("appid").stringValue()).isEqualTo(client.id());
        assertThat(claims.get("appidacr").stringValue()).isEqualTo("0");
        assertThat(claims.get("acr").stringValue()).isEqualTo("1");
        assertThat(claims.get("amr").get(0).stringValue()).isEqualTo("pwd");
        assertThat(claims.get("ver").stringValue()).isEqualTo("1.0");
    }

    @Test
    void whenATokenIsUsedThenTheApiShowsTheUserAndTheRoleLimitsIt() {
        var token = server.tokens(tenant, password(client, user))
                .get("access_token")
                .stringValue();
        var machines = server.api("GET", "/machines", token);
        assertThat(machines.statusCode()).as(machines.body()).isEqualTo(200);
        assertThat(json(machines))
                .isEqualTo(Json.MAPPER
                        .createObjectNode()
                        .put("tenant", tenant.id())
                        .put("subject", user.id())
                        .put("requestor", user.userPrincipalName())
                        .put("context", "USER"));
        var isolate = server.api("POST", "/machines/x/isolate", token);
        assertThat(isolate.statusCode()).isEqualTo(403);
        assertThat(isolate.body()).contains("ActiveRemediationActions");
    }

    @Test
    void whenTheUserHasTheRoleButTheApplicationLacksThePermissionThenItIsForbidden() {
        var reader = server.client(tenant, "Machine.Read");
        var responder = server.user(tenant, PortalPermission.VIEW_DATA, PortalPermission.ACTIVE_REMEDIATION);
        var token = server.tokens(tenant, password(reader, responder))
                .get("access_token")
                .stringValue();
        assertThat(server.api("POST", "/machines/x/isolate", token).statusCode())
                .isEqualTo(403);
        var both = server.tokens(tenant, password(client, responder))
                .get("access_token")
                .stringValue();
        assertThat(server.api("POST", "/machines/x/isolate", both).statusCode()).isEqualTo(200);
    }

    @Test
    void whenTheUserIsDisabledThenNeitherThePasswordNorAnIssuedTokenWorks() {
        var other = server.user(tenant, PortalPermission.VIEW_DATA);
        var tokens = server.tokens(tenant, password(client, other));
        server.database.write(sql -> {
            server.accounts.users().changeEnabled(sql, other, false);
            return other;
        });
        server.pass(Duration.ofSeconds(2));
        assertThat(server.api("GET", "/machines", tokens.get("access_token").stringValue())
                        .statusCode())
                .isEqualTo(401);
        assertRefused(server.token(tenant, password(client, other)), 50057, "invalid_grant");
        assertRefused(
                server.refresh(tenant, client, tokens.get("refresh_token").stringValue()), 50057, "invalid_grant");
    }

    @Test
    void whenThePasswordOrTheUserIsWrongThenTheErrorSaysWhich() {
        assertRefused(server.token(tenant, with(password(client, user), "password", "wrong")), 50126, "invalid_grant");
        assertRefused(
                server.token(tenant, with(password(client, user), "username", "nobody@example.com")),
                50034,
                "invalid_grant");
        assertRefused(server.token(tenant, with(password(client, user), "password", "")), 900144, "invalid_request");
    }

    @Test
    void whenSomebodyGuessesThenTheAccountIsLockedEvenForTheRightPasswordUntilTimePasses() {
        var victim = server.user(tenant, PortalPermission.VIEW_DATA);
        for (int i = 0; i < 10; i++) {
            assertRefused(
                    server.token(tenant, with(password(client, victim), "password", "guess")), 50126, "invalid_grant");
        }
        assertRefused(server.token(tenant, password(client, victim)), 50053, "invalid_grant");
        server.pass(Duration.ofMinutes(1));
        assertThat(server.token(tenant, password(client, victim)).statusCode()).isEqualTo(200);
        assertRefused(
                server.token(tenant, with(password(client, victim), "password", "guess")), 50126, "invalid_grant");
    }

    @Test
    void whenNobodyConsentedThenConsentIsRequired() {
        server.database.write(sql -> {
            var fresh = server.identity.applications().create(sql, tenant.id(), "fresh", List.of());
            server.clients.change(
                    sql, fresh, new Client(true, true, List.of(), DelegatedPermissions.parse(List.of("Machine.Read"))));
            return fresh;
        });
        var fresh = server.database.read(sql -> server.identity.applications().all(sql, tenant.id()).stream()
                .filter(one -> one.displayName().equals("fresh"))
                .findFirst()
                .orElseThrow());
        var refused = server.token(tenant, password(fresh, user));
        assertRefused(refused, 65001, "invalid_grant");
        assertThat(json(refused).get("suberror").stringValue()).isEqualTo("consent_required");
    }

    @Test
    void whenThePasswordGrantIsOffThenTheApplicationMayNotUseIt() {
        var careful = server.client(
                tenant, new Client(true, false, List.of(), DelegatedPermissions.parse(List.of("Machine.Read"))));
        assertRefused(server.token(tenant, password(careful, user)), 70003, "unauthorized_client");
    }

    @Test
    void whenAClientProvesTooMuchOrTooLittleThenItIsRefused() {
        var sent = server.token(tenant, with(password(client, user), "client_secret", "x"));
        assertThat(sent.statusCode()).isEqualTo(401);
        assertRefused(sent, 700025, "invalid_client");
        var confidential = server.client(
                tenant, new Client(false, true, List.of(), DelegatedPermissions.parse(List.of("Machine.Read"))));
        assertRefused(server.token(tenant, password(confidential, user)), 7000218, "invalid_client");
    }

    @Test
    void whenAPermissionIsNotTheApplicationsThenTheResourceIsInvalid() {
        assertRefused(
                server.token(tenant, with(password(client, user), "scope", SignInServer.API + "/Library.Manage")),
                650057,
                "invalid_resource");
        assertRefused(
                server.token(tenant, with(password(client, user), "scope", SignInServer.API + "/Nothing.Real")),
                70011,
                "invalid_scope");
        assertRefused(
                server.token(tenant, with(password(client, user), "scope", "https://vault.azure.net/.default")),
                500011,
                "invalid_resource");
    }

    @Test
    void whenTheResourceIsTheNeighboursThenItIsNotAmongThePermissions() {
        assertRefused(
                server.token(
                        tenant,
                        with(password(client, user), "scope", "https://api.security.microsoft.com/Machine.Read")),
                650057,
                "invalid_resource");
    }

    @Test
    void whenResourceAndScopeComeTogetherAtV2ThenTheyMustNameTheSameApi() {
        var same = with(password(client, user), "resource", "https://API.securitycenter.windows.com/");
        assertThat(server.token(tenant, same).statusCode()).isEqualTo(200);
        var other = with(password(client, user), "resource", "https://graph.microsoft.com");
        assertRefused(server.token(tenant, other), 901002, "invalid_request");
        var lost = with(with(password(client, user), "resource", SignInServer.API), "scope", "openid");
        assertRefused(server.token(tenant, lost), 901002, "invalid_request");
    }

    @Test
    void whenNoResourceIsNamedAtV1ThenTheErrorSaysSo() {
        var answer = server.post("/" + tenant.id() + "/oauth2/token", with(password(client, user), "scope", ""));
        assertRefused(answer, 900144, "invalid_request");
        assertThat(answer.body()).contains("'resource'");
    }

    @Test
    void whenOnePermissionIsAskedForThenTheTokenHoldsNoOther() {
        var token = server.tokens(
                        tenant,
                        with(password(client, user), "scope", SignInServer.API + "/machine.read offline_access"))
                .get("access_token")
                .stringValue();
        assertThat(claims(token).get("scp").stringValue()).isEqualTo("Machine.Read");
    }

    @ParameterizedTest
    @ValueSource(strings = {"common", "consumers"})
    void whenThePathNamesNoTenantThenTheGrantIsNotAllowed(String alias) {
        assertRefused(
                server.post("/" + alias + "/oauth2/v2.0/token", password(client, user)), 9001023, "invalid_request");
    }

    @Test
    void whenThePathSaysOrganizationsThenTheUsersNameLeadsToTheTenant() {
        var answer = server.post("/organizations/oauth2/v2.0/token", password(client, user));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(claims(json(answer).get("access_token").stringValue())
                        .get("tid")
                        .stringValue())
                .isEqualTo(tenant.id());
    }

    @Test
    void whenTheUserIsOfAnotherTenantThenItDoesNotExistHere() {
        var stranger = server.user(server.tenant(), PortalPermission.VIEW_DATA);
        assertRefused(server.token(tenant, password(client, stranger)), 50034, "invalid_grant");
    }

    @Test
    void whenTheUserNeedsASecondFactorThenAPasswordAloneIsNotEnough() {
        var careful = server.user(tenant, PortalPermission.VIEW_DATA);
        server.database.write(sql -> {
            server.accounts.users().changeSecondFactor(sql, careful, true);
            return careful;
        });
        assertRefused(server.token(tenant, password(client, careful)), 50079, "invalid_grant");
        var v1 = Map.of(
                "grant_type",
                "password",
                "client_id",
                client.id(),
                "username",
                careful.userPrincipalName(),
                "password",
                SignInServer.PASSWORD,
                "resource",
                SignInServer.API);
        assertRefused(server.post("/" + tenant.id() + "/oauth2/token", v1), 50079, "interaction_required");
    }

    private static void assertRefused(HttpResponse<String> answer, int number, String error) {
        var body = json(answer);
        assertThat(body.get("error_codes").get(0).intValue()).as(answer.body()).isEqualTo(number);
        assertThat(body.get("error").stringValue()).isEqualTo(error);
    }
}
