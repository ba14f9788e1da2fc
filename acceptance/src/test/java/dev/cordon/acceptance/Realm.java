package dev.cordon.acceptance;

import dev.cordon.fleet.process.Keycloak;
import dev.cordon.server.tls.ServerTls;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import tools.jackson.databind.json.JsonMapper;

/**
 * A realm of a real Keycloak with people in it. Its clients are those of the page that says how to register this server, so
 * that what people are told to do is what works.
 */
final class Realm implements AutoCloseable {

    static final String ROLE = "soc-responders";

    private static final String NAME = "soc";
    private static final Path ROOT = Path.of(System.getProperty("cordon.root", ".."));
    private static final Path PAGE = ROOT.resolve("docs/how-to/sign-in-with-your-accounts.md");
    private static final Pattern EXAMPLE = Pattern.compile("```json\n(.*?)```", Pattern.DOTALL);
    private static final JsonMapper JSON = new JsonMapper();

    private final Keycloak keycloak;
    private final ServerTls tls;
    private final String examples;

    private Realm(Keycloak keycloak, ServerTls tls, String examples) {
        this.keycloak = keycloak;
        this.tls = tls;
        this.examples = examples;
    }

    /** Starts Keycloak, which takes half a minute and more. */
    static Realm start(Path directory) {
        try {
            var examples = Files.readString(PAGE);
            var certificate = directory.resolve("keycloak-tls");
            var tls = ServerTls.open(certificate, List.of("localhost"), InstantSource.system());
            var keycloak = Keycloak.start(
                    ROOT.resolve("acceptance/target/keycloak"),
                    certificate,
                    directory.resolve("keycloak.log"),
                    "-XX:TieredStopAtLevel=1 -Xmx512m");
            var realm = new Realm(keycloak, tls, examples);
            try {
                realm.make("", Map.of("realm", NAME, "enabled", true));
                realm.make("/" + NAME + "/roles", Map.of("name", ROLE));
                realm.make("/" + NAME + "/roles", Map.of("name", "playbooks"));
            } catch (RuntimeException e) {
                keycloak.close();
                throw e;
            }
            return realm;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    URI issuer() {
        return URI.create(keycloak.url() + "/realms/" + NAME);
    }

    /** The authority of its certificate, in PEM. */
    String authority() {
        return tls.caPem();
    }

    /**
     * Makes a client as the page says.
     *
     * @param redirectUri takes the place of the page's
     * @return its secret; empty if it has none
     */
    String client(String id, String redirectUri) {
        var json = EXAMPLE.matcher(examples)
                .results()
                .map(MatchResult::group)
                .map(block -> block.substring(block.indexOf('\n'), block.lastIndexOf("```")))
                .filter(block -> block.contains("\"clientId\": \"" + id + "\""))
                .findFirst()
                .orElseThrow()
                .replaceAll("https://cordon\\.example\\.com:8443/signin/outside/[^\"]*", redirectUri);
        keycloak.administer("POST", "/" + NAME + "/clients", json);
        return JSON.readTree(json).path("secret").asString("");
    }

    /** Makes a client with which people get tokens that are for another API. */
    void clientOfAnother(String id) {
        make("/" + NAME + "/clients", Map.of("clientId", id, "publicClient", true, "directAccessGrantsEnabled", true));
    }

    /** Makes somebody with a verified address, the usual password and roles. */
    void person(String name, String... roles) {
        make(
                "/" + NAME + "/users",
                Map.of(
                        "username",
                        name,
                        "email",
                        name + "@example.com",
                        "emailVerified",
                        true,
                        "firstName",
                        name,
                        "lastName",
                        "Example",
                        "enabled",
                        true,
                        "credentials",
                        List.of(Map.of("type", "password", "value", Installation.PASSWORD, "temporary", false))));
        grant(name, roles);
    }

    /** Gives somebody roles, or the application itself where the name is that of its service account. */
    void grant(String name, String... roles) {
        var id = keycloak.administer("GET", "/" + NAME + "/users?exact=true&username=" + name, "")
                .json()
                .path(0)
                .path("id")
                .asString();
        for (var role : roles) {
            var known = keycloak.administer("GET", "/" + NAME + "/roles/" + role, "")
                    .body();
            keycloak.administer("POST", "/" + NAME + "/users/" + id + "/role-mappings/realm", "[" + known + "]");
        }
    }

    /** An access token of an application for itself. */
    String token(String clientId, String secret) {
        return token(Map.of("grant_type", "client_credentials", "client_id", clientId, "client_secret", secret));
    }

    /** An access token of somebody who gave a program the password. */
    String tokenOf(String person, String clientId) {
        return token(Map.of(
                "grant_type",
                "password",
                "client_id",
                clientId,
                "username",
                person,
                "password",
                Installation.PASSWORD));
    }

    /** An access token of the same Keycloak, but of another realm. */
    String administratorToken() {
        return keycloak.administratorToken();
    }

    private String token(Map<String, String> form) {
        return keycloak.token(NAME, form).orThrow().json().path("access_token").asString();
    }

    private void make(String path, Map<String, Object> what) {
        keycloak.administer("POST", path, JSON.writeValueAsString(what));
    }

    @Override
    public void close() {
        keycloak.close();
    }
}
