package dev.cordon.server.signin;

import static dev.cordon.server.signin.SignInServer.claims;
import static dev.cordon.server.signin.SignInServer.json;
import static dev.cordon.server.signin.SignInServer.password;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.server.store.Engine;
import dev.cordon.server.web.PortalPermission;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class RefreshTokenTest {

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenARefreshTokenIsUsedThenTheNextOneWorksAndHoldsTheSameScope(Engine engine) {
        try (var server = new SignInServer(engine)) {
            var tenant = server.tenant();
            var client = server.client(tenant, "Machine.Read");
            var user = server.user(tenant, PortalPermission.VIEW_DATA);
            var first = server.tokens(tenant, password(client, user));
            var second = json(server.refresh(tenant, client, text(first, "refresh_token")));
            assertThat(text(second, "refresh_token")).isNotEqualTo(text(first, "refresh_token"));
            var third = json(server.refresh(tenant, client, text(second, "refresh_token")));
            assertThat(claims(text(third, "access_token")).get("scp").stringValue())
                    .isEqualTo("Machine.Read");
            assertThat(third.has("id_token")).isTrue();
            assertThat(server.api("GET", "/machines", text(third, "access_token"))
                            .statusCode())
                    .isEqualTo(200);
        }
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenARefreshTokenIsUsedAgainLaterThenAllTokensOfTheSignInAreVoid(Engine engine) {
        try (var server = new SignInServer(engine)) {
            var tenant = server.tenant();
            var client = server.client(tenant, "Machine.Read");
            var user = server.user(tenant, PortalPermission.VIEW_DATA);
            var first = server.tokens(tenant, password(client, user));
            var second = json(server.refresh(tenant, client, text(first, "refresh_token")));
            server.pass(RefreshTokens.GRACE.plusSeconds(1));
            assertRefused(server.refresh(tenant, client, text(first, "refresh_token")), 50173);
            assertRefused(server.refresh(tenant, client, text(second, "refresh_token")), 50173);
            server.pass(Duration.ofSeconds(2));
            assertThat(server.api("GET", "/machines", text(second, "access_token"))
                            .statusCode())
                    .isEqualTo(401);
        }
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenAClientRetriesAtOnceThenItIsNotPunished(Engine engine) {
        try (var server = new SignInServer(engine)) {
            var tenant = server.tenant();
            var client = server.client(tenant, "Machine.Read");
            var user = server.user(tenant, PortalPermission.VIEW_DATA);
            var first = server.tokens(tenant, password(client, user));
            var lost = json(server.refresh(tenant, client, text(first, "refresh_token")));
            server.pass(Duration.ofSeconds(30));
            var again = server.refresh(tenant, client, text(first, "refresh_token"));
            assertThat(again.statusCode()).as(again.body()).isEqualTo(200);
            assertThat(server.refresh(tenant, client, text(lost, "refresh_token"))
                            .statusCode())
                    .isEqualTo(200);
        }
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenAnotherClientOrTenantPresentsItThenItIsRefusedAndStillWorksForItsOwn(Engine engine) {
        try (var server = new SignInServer(engine)) {
            var tenant = server.tenant();
            var client = server.client(tenant, "Machine.Read");
            var thief = server.client(tenant, "Machine.Read");
            var foreign = server.tenant();
            var foreignClient = server.client(foreign, "Machine.Read");
            var user = server.user(tenant, PortalPermission.VIEW_DATA);
            var token = text(server.tokens(tenant, password(client, user)), "refresh_token");
            assertRefused(server.refresh(tenant, thief, token), 70000);
            assertRefused(server.refresh(foreign, foreignClient, token), 70000);
            assertRefused(server.refresh(foreign, client, token), 700016);
            assertThat(server.refresh(tenant, client, token).statusCode()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenATokenIsOldUnknownOrAsksForTooMuchThenItIsRefused(Engine engine) {
        try (var server = new SignInServer(engine)) {
            var tenant = server.tenant();
            var client = server.client(tenant, "Machine.Read");
            var user = server.user(tenant, PortalPermission.VIEW_DATA);
            var token = text(server.tokens(tenant, password(client, user)), "refresh_token");
            assertRefused(server.refresh(tenant, client, "nonsense"), 70000);
            assertRefused(
                    server.token(
                            tenant,
                            Map.of(
                                    "grant_type",
                                    "refresh_token",
                                    "client_id",
                                    client.id(),
                                    "refresh_token",
                                    token,
                                    "scope",
                                    SignInServer.API + "/Machine.Isolate")),
                    650057);
            var form = Map.of("grant_type", "refresh_token", "client_id", client.id(), "refresh_token", token);
            assertRefused(server.token(tenant, SignInServer.with(form, "resource", SignInServer.API)), 901002);
            assertRefused(server.post("/Consumers/oauth2/v2.0/token", form), 9001023);
            server.pass(RefreshTokens.GRACE.plusSeconds(1));
            assertThat(server.refresh(tenant, client, token).statusCode())
                    .as("a refused request uses no token up")
                    .isEqualTo(200);
            var next = text(server.tokens(tenant, password(client, user)), "refresh_token");
            server.pass(RefreshTokens.LIFETIME);
            assertRefused(server.refresh(tenant, client, next), 700082);
        }
    }

    private static String text(tools.jackson.databind.JsonNode body, String name) {
        return body.get(name).stringValue();
    }

    private static void assertRefused(HttpResponse<String> answer, int number) {
        assertThat(json(answer).get("error_codes").get(0).intValue())
                .as(answer.body())
                .isEqualTo(number);
    }
}
