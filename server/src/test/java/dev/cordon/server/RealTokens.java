package dev.cordon.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.server.web.Json;
import dev.cordon.server.web.PortalPermission;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Applications and people of a live server, made by its administration, and the tokens that its token endpoint gives them. */
final class RealTokens {

    private static final String API = "https://api.securitycenter.microsoft.com";
    private static final String PASSWORD = "correct horse battery";
    private static final Pattern FORM = Pattern.compile("name=\"form\" value=\"([^\"]+)\"");

    private final LiveServer server;
    private final String administrator;
    private final String tenant;
    private final String client;
    private final Map<Set<String>, String> applications = new HashMap<>();
    private final AtomicInteger number = new AtomicInteger();

    /** @param delegated what the people's application may ask for */
    RealTokens(LiveServer server, Collection<String> delegated) {
        this.server = server;
        administrator = server.operatorToken();
        tenant = call("GET", "/cordon/v1/me", null).text("/tenantId");
        client = application("people's", Set.of());
        var signIn = Json.MAPPER.createObjectNode().put("publicClient", true).put("passwordGrant", true);
        delegated.forEach(signIn.putArray("delegatedPermissions")::add);
        call("PUT", "/cordon/v1/applications/" + client + "/sign-in", signIn);
        call("POST", "/cordon/v1/applications/" + client + "/sign-in/consent", null);
    }

    /** A token of an application with exactly these permissions; the same for the same. */
    String ofApplication(Set<String> permissions) {
        return applications.computeIfAbsent(Set.copyOf(permissions), wanted -> {
            var id = application("application " + number.incrementAndGet(), wanted);
            var lifetime = Json.MAPPER.createObjectNode().put("lifetimeDays", 1);
            var secret = call("POST", "/cordon/v1/applications/" + id + "/secrets", lifetime);
            return server.token(tenant, id, secret.text("/secret"));
        });
    }

    /** A token of the administrator of another tenant. */
    String ofAnotherTenant() {
        var made = call(
                "POST", "/cordon/v1/tenants", Json.MAPPER.createObjectNode().put("displayName", "Other"));
        return server.token(
                made.text("/id"), made.text("/administrator/clientId"), made.text("/administrator/clientSecret"));
    }

    /** Somebody with one role, signed in with a password of their own. */
    Person person(Set<PortalPermission> permissions, int... machineGroups) {
        var name = "person" + number.incrementAndGet() + "@example.com";
        var role = Json.MAPPER.createObjectNode().put("displayName", "Role of " + name);
        var words = role.putArray("permissions");
        permissions.forEach(permission -> words.add(permission.word()));
        var groups = role.putArray("machineGroups");
        for (int group : machineGroups) {
            groups.add(group);
        }
        role.put("allMachines", machineGroups.length == 0);
        call("POST", "/cordon/v1/roles", role);
        var user = Json.MAPPER.createObjectNode().put("userPrincipalName", name);
        user.putArray("roles").add("Role of " + name);
        accept(call("POST", "/cordon/v1/users", user).text("/invitation/url"));
        var answer = server.form(
                tokenPath(),
                Map.of(
                        "grant_type", "password",
                        "client_id", client,
                        "username", name,
                        "password", PASSWORD,
                        "scope", API + "/.default offline_access"));
        assertThat(answer.status()).as("%s", answer).isEqualTo(200);
        return new Person(answer.text("/refresh_token"));
    }

    /** Somebody who has signed in. */
    final class Person {
        private final Map<Set<String>, String> tokens = new HashMap<>();
        private String refreshToken;

        private Person(String refreshToken) {
            this.refreshToken = refreshToken;
        }

        /** A token with exactly these scopes. */
        String token(Set<String> scopes) {
            return tokens.computeIfAbsent(Set.copyOf(scopes), wanted -> {
                var scope = wanted.stream().map(name -> API + "/" + name).collect(Collectors.joining(" "));
                var answer = server.form(
                        tokenPath(),
                        Map.of(
                                "grant_type",
                                "refresh_token",
                                "client_id",
                                client,
                                "refresh_token",
                                refreshToken,
                                "scope",
                                scope + " offline_access"));
                assertThat(answer.status()).as("%s", answer).isEqualTo(200);
                refreshToken = answer.text("/refresh_token");
                return answer.text("/access_token");
            });
        }
    }

    LiveServer.Answer call(String method, String path, @Nullable JsonNode body) {
        var answer = server.call(administrator, method, path, body);
        assertThat(answer.status()).as("%s %s: %s", method, path, answer).isLessThan(300);
        return answer;
    }

    private String application(String name, Set<String> permissions) {
        ObjectNode body = Json.MAPPER.createObjectNode().put("displayName", name);
        new TreeSet<>(permissions).forEach(body.putArray("permissions")::add);
        return call("POST", "/cordon/v1/applications", body).text("/id");
    }

    private void accept(String url) {
        var path = URI.create(url).getRawPath();
        var page = FORM.matcher(server.call(null, "GET", path, null).body().stringValue());
        assertThat(page.find()).isTrue();
        var answer = server.form(path, Map.of("form", page.group(1), "password", PASSWORD, "again", PASSWORD));
        assertThat(answer.status()).as("%s", answer).isEqualTo(200);
    }

    private String tokenPath() {
        return "/" + tenant + "/oauth2/v2.0/token";
    }

    static String encoded(Map<String, String> form) {
        return form.entrySet().stream()
                .map(field -> URLEncoder.encode(field.getKey(), StandardCharsets.UTF_8) + "="
                        + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
    }
}
