package dev.cordon.server.signin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.server.identity.Application;
import dev.cordon.server.identity.DelegatedPermissions;
import dev.cordon.server.identity.Tenant;
import dev.cordon.server.users.User;
import dev.cordon.server.web.PortalPermission;
import java.net.http.HttpResponse;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The steps of an authorization code grant of one user and one public client, for tests to change one thing in. */
record CodeFlow(SignInServer server, Tenant tenant, Application client, User user) {

    static final String CALLBACK = "https://app.example.com/callback";
    static final String VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    static final String CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    /** A tenant of its own, with a user who may look. */
    static CodeFlow of(SignInServer server) {
        return of(server, registration(false));
    }

    static CodeFlow of(SignInServer server, Client registration) {
        var tenant = server.tenant();
        return new CodeFlow(
                server, tenant, server.client(tenant, registration), server.user(tenant, PortalPermission.VIEW_DATA));
    }

    /** The same with another user. */
    CodeFlow with(User other) {
        return new CodeFlow(server, tenant, client, other);
    }

    /** A client with its callback and both ways to listen on this computer; it may read machines. */
    static Application client(SignInServer server, Tenant tenant) {
        return server.client(tenant, registration(false));
    }

    static Client registration(boolean idTokens) {
        return new Client(
                true,
                false,
                idTokens,
                List.of(CALLBACK, "http://localhost", "http://127.0.0.1/done"),
                DelegatedPermissions.parse(List.of("Machine.Read")));
    }

    Map<String, String> request() {
        return Map.of(
                "client_id",
                client.id(),
                "response_type",
                "code",
                "redirect_uri",
                CALLBACK,
                "scope",
                SignInServer.SCOPE + " openid offline_access",
                "state",
                "s-1 &<",
                "nonce",
                "n-1",
                "code_challenge",
                CHALLENGE,
                "code_challenge_method",
                "S256");
    }

    /** The request with other values; an empty one takes the parameter out. */
    Map<String, String> request(Map<String, String> changes) {
        var changed = new HashMap<>(request());
        changes.forEach((name, value) -> {
            if (value.isEmpty()) {
                changed.remove(name);
            } else {
                changed.put(name, value);
            }
        });
        return changed;
    }

    String path(Map<String, String> request) {
        return "/" + tenant.id() + "/oauth2/v2.0/authorize?" + SignInServer.encode(request);
    }

    Map<String, String> credentials() {
        return Map.of("username", user.userPrincipalName(), "password", SignInServer.PASSWORD);
    }

    /** Signs in and comes back with the answer to the client. */
    HttpResponse<String> answer(TestBrowser browser, String path) {
        var done = browser.submit(browser.open(path), credentials());
        assertThat(done.statusCode()).as(done.body()).isEqualTo(303);
        return browser.follow(done);
    }

    HttpResponse<String> answer(TestBrowser browser, Map<String, String> request) {
        return answer(browser, path(request));
    }

    /** Signs in in a new browser. */
    String location(Map<String, String> request) {
        try (var browser = new TestBrowser(server)) {
            return TestBrowser.location(answer(browser, request));
        }
    }

    String code(Map<String, String> request) {
        return TestBrowser.code(location(request));
    }

    Map<String, String> redemption(String code) {
        return Map.of(
                "grant_type",
                "authorization_code",
                "client_id",
                client.id(),
                "code",
                code,
                "redirect_uri",
                CALLBACK,
                "code_verifier",
                VERIFIER,
                "client_info",
                "1");
    }
}
