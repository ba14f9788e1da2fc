package dev.cordon.server.signin;

import static dev.cordon.server.signin.SignInServer.password;
import static dev.cordon.server.signin.SignInServer.with;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.server.identity.Application;
import dev.cordon.server.identity.DelegatedPermissions;
import dev.cordon.server.identity.Tenant;
import dev.cordon.server.users.User;
import dev.cordon.server.web.PortalPermission;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** A service with an API of its own, a public client that asks for its tokens, and a user who may look at machines. */
record MiddleTier(
        SignInServer server, Tenant tenant, Application service, String secret, Application front, User user) {

    static MiddleTier in(SignInServer server, Tenant tenant) {
        var service = server.client(tenant, service("Machine.Read", "Machine.Isolate"));
        var secret = server.database
                .write(sql -> server.identity.secrets().create(sql, service, Duration.ofDays(1)))
                .secret();
        return new MiddleTier(
                server,
                tenant,
                service,
                secret,
                server.client(tenant, front(service)),
                server.user(tenant, PortalPermission.VIEW_DATA));
    }

    static Client service(String... permissions) {
        return new Client(false, false, List.of(), DelegatedPermissions.parse(List.of(permissions))).exposingApi();
    }

    static Client front(Application service) {
        return new Client(true, true, List.of(CodeFlow.CALLBACK), new TreeSet<>(Set.of(permission(service))));
    }

    static String permission(Application service) {
        return new ApplicationApi(service.id()).permission();
    }

    String scope() {
        return "api://" + service.id() + "/.default";
    }

    /** The user's token for the service. */
    String assertion() {
        return assertion(user);
    }

    String assertion(User user) {
        return access(server.tokens(tenant, with(password(front, user), "scope", scope())));
    }

    Map<String, String> trade(String assertion) {
        return Map.of(
                "grant_type",
                OnBehalfOfGrant.NAME,
                "requested_token_use",
                "on_behalf_of",
                "client_id",
                service.id(),
                "client_secret",
                secret,
                "assertion",
                assertion,
                "scope",
                SignInServer.SCOPE);
    }

    void assertRefused(Map<String, String> form, String error, int number) {
        assertRefused(server.token(tenant, form), error, number);
    }

    static void assertRefused(HttpResponse<String> answer, String error, int number) {
        var body = SignInServer.json(answer);
        assertThat(body.at("/error_codes/0").intValue()).as(answer.body()).isEqualTo(number);
        assertThat(body.at("/error").stringValue()).isEqualTo(error);
    }

    static String access(tools.jackson.databind.JsonNode tokens) {
        return tokens.get("access_token").stringValue();
    }
}
