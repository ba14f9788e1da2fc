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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

/** What tokens and userinfo tell of a person beside the one name that everybody has. */
final class PersonClaimsTest {

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenAnAdministratorGivesNamesThenTokensAndUserInfoTellThem(Engine engine) {
        try (var server = new SignInServer(engine)) {
            var tenant = server.tenant();
            var client = server.client(tenant, "Machine.Read");
            var user = server.user(tenant, PortalPermission.VIEW_DATA);
            var plain = v1(server, tenant, client, user);
            assertThat(token(plain, "access_token").has("given_name")).isFalse();

            change(server, tenant, user, "{\"givenName\":\"Ada\",\"familyName\":\"Lovelace\"}");
            var named = v1(server, tenant, client, user);
            for (var name : new String[] {"access_token", "id_token"}) {
                assertThat(token(named, name).get("given_name").stringValue()).isEqualTo("Ada");
                assertThat(token(named, name).get("family_name").stringValue()).isEqualTo("Lovelace");
            }
            var signedIn = server.tokens(tenant, with(password(client, user), "scope", "openid profile"));
            assertThat(token(signedIn, "id_token").has("given_name")).isFalse();
            var info = server.send(server.request("/" + tenant.id() + "/openid/userinfo")
                    .header(
                            "Authorization",
                            "Bearer " + signedIn.get("access_token").stringValue()));
            assertThat(json(info).get("given_name").stringValue()).isEqualTo("Ada");
            assertThat(json(info).get("family_name").stringValue()).isEqualTo("Lovelace");

            change(server, tenant, user, "{\"givenName\":\"\"}");
            var changed = token(v1(server, tenant, client, user), "access_token");
            assertThat(changed.has("given_name")).isFalse();
            assertThat(changed.has("family_name")).isTrue();
        }
    }

    private static JsonNode v1(SignInServer server, Tenant tenant, Application client, User user) {
        var form = with(with(password(client, user), "scope", ""), "resource", SignInServer.API);
        return json(server.post("/" + tenant.id() + "/oauth2/token", form));
    }

    private static JsonNode token(JsonNode answer, String name) {
        return claims(answer.get(name).stringValue());
    }

    private static void change(SignInServer server, Tenant tenant, User user, String body) {
        var answer = server.administer(server.administrator(tenant), "PATCH", "/users/" + user.id(), body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }
}
