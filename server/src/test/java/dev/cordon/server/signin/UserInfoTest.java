package dev.cordon.server.signin;

import static dev.cordon.server.signin.SignInServer.claims;
import static dev.cordon.server.signin.SignInServer.json;
import static dev.cordon.server.signin.SignInServer.password;
import static dev.cordon.server.signin.SignInServer.with;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.server.identity.Application;
import dev.cordon.server.identity.Tenant;
import dev.cordon.server.store.Engine;
import dev.cordon.server.users.User;
import dev.cordon.server.web.PortalPermission;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class UserInfoTest {

    private final SignInServer server = new SignInServer(Engine.SQLITE);
    private final Tenant tenant = server.tenant();
    private final Application client = server.client(tenant, "Machine.Read");
    private final User user = server.user(tenant, PortalPermission.VIEW_DATA);

    @AfterAll
    void stop() {
        server.close();
    }

    private JsonNode tokens(User who, String scope) {
        return server.tokens(tenant, with(password(client, who), "scope", scope));
    }

    private static String access(JsonNode tokens) {
        return tokens.get("access_token").stringValue();
    }

    private HttpResponse<String> userInfo(String tenant, String method, String token) {
        return server.send(server.request("/" + tenant + "/openid/userinfo")
                .header("Authorization", "Bearer " + token)
                .method(method, BodyPublishers.noBody()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "POST"})
    void whenATokenOfASignInComesThenItsUserIsToldUnderTheNameOfTheIdToken(String method) {
        var tokens = tokens(user, "openid profile email");
        var answer = userInfo(tenant.id(), method, access(tokens));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Cache-Control")).hasValue("no-store");
        var subject = claims(tokens.get("id_token").stringValue()).get("sub").stringValue();
        assertThat(answer.body())
                .isEqualTo("{\"sub\":\"" + subject + "\",\"email\":\"" + user.userPrincipalName() + "\",\"name\":\""
                        + user.displayName() + "\",\"preferred_username\":\"" + user.userPrincipalName() + "\"}");
    }

    @Test
    void whenTheAddressWasNotAskedForThenItIsNotTold() {
        var answer = userInfo("common", "GET", access(tokens(user, "openid")));
        assertThat(json(answer).has("sub")).as(answer.body()).isTrue();
        assertThat(json(answer).has("email")).isFalse();
    }

    @Test
    void whenTheTokenIsForTheApiThenItOpensTheApiOnlyAndTheOtherWayRound() {
        var forApi = access(tokens(user, SignInServer.SCOPE + " openid"));
        assertThat(userInfo(tenant.id(), "GET", forApi).statusCode()).isEqualTo(403);
        assertThat(server.api("GET", "/machines", access(tokens(user, "openid")))
                        .statusCode())
                .isEqualTo(403);
    }

    @Test
    void whenTheTokenIsOfAnotherTenantOldOrNoneThenItIs401() {
        try (var other = new SignInServer(Engine.SQLITE)) {
            var theirs = other.tenant();
            var token = access(other.tokens(
                    theirs,
                    with(password(other.client(theirs, "Machine.Read"), other.user(theirs)), "scope", "openid")));
            assertThat(userInfo(tenant.id(), "GET", token).statusCode()).isEqualTo(401);
            assertThat(other.send(other.request("/" + theirs.id() + "/openid/userinfo"))
                            .statusCode())
                    .isEqualTo(401);
            other.pass(Duration.ofHours(1));
            var late = other.send(
                    other.request("/" + theirs.id() + "/openid/userinfo").header("Authorization", "Bearer " + token));
            assertThat(late.statusCode()).isEqualTo(401);
            assertThat(late.headers().firstValue("WWW-Authenticate")).hasValue("Bearer");
        }
        var elsewhere = server.tenant();
        assertThat(userInfo(elsewhere.id(), "GET", access(tokens(user, "openid")))
                        .statusCode())
                .isEqualTo(401);
    }

    @Test
    void whenTheUserIsDisabledThenTheTokenIsWorthNothing() {
        var gone = server.user(tenant, PortalPermission.VIEW_DATA);
        var token = access(tokens(gone, "openid"));
        var changed =
                server.administer(server.administrator(tenant), "PATCH", "/users/" + gone.id(), "{\"enabled\":false}");
        assertThat(changed.statusCode()).as(changed.body()).isEqualTo(200);
        server.pass(Duration.ofSeconds(2));
        assertThat(userInfo(tenant.id(), "GET", token).statusCode()).isEqualTo(401);
    }
}
