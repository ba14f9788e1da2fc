package dev.cordon.acceptance;

import dev.cordon.fleet.client.ApiClient;
import dev.cordon.fleet.client.Exchange;
import dev.cordon.fleet.client.Session;
import dev.cordon.fleet.client.Tenancy;
import dev.cordon.fleet.process.Programs;
import dev.cordon.fleet.process.ServerProgram;
import dev.cordon.fleet.process.ServerProgram.Place;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A server process with one tenant. What stands in a browser test's way is made through the API, as an administrator does. */
final class Installation implements AutoCloseable {

    static final String PASSWORD = "correct horse battery";
    static final Programs PROGRAMS = new Programs.SameClassPath();

    private static final JsonMapper JSON = new JsonMapper();
    private static final String CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"; // RFC 7636, appendix B
    private static final Pattern INVITATION = Pattern.compile("https://\\S+/signin/invitation/\\S+");

    private final ServerProgram server;
    private final ApiClient client;
    private final Tenancy tenancy;
    private final Session administrator;

    private Installation(Place place) {
        server = ServerProgram.start(PROGRAMS, place);
        client = new ApiClient(place.url(), place.caFile());
        tenancy = Tenancy.create(client, server.operator());
        administrator = new Session(client, tenancy.administrator(), InstantSource.system());
    }

    /** @param address where the server listens */
    static Installation start(Path directory, String address) {
        return start(directory, address, address);
    }

    /** @param host the name or address in the server's URL */
    static Installation start(Path directory, String address, String host) {
        return new Installation(
                Place.free(directory.resolve("server"), directory.resolve("server.log"), address, host));
    }

    String url() {
        return server.place().url().toString();
    }

    /** The server's authority, in PEM. */
    String authority() {
        try {
            return Files.readString(server.place().caFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Tenancy tenancy() {
        return tenancy;
    }

    String tenantId() {
        return tenancy.administrator().tenantId();
    }

    /** Calls as the application that administers the tenant. */
    Session administrator() {
        return administrator;
    }

    /** Calls as an application that may order every response action. */
    Session playbook() {
        return new Session(client, tenancy.application(), InstantSource.system());
    }

    /** The link for the first administrator, which the server printed when it was ready. */
    String firstAdministratorLink() {
        var link = INVITATION.matcher(server.program().output());
        if (!link.find()) {
            throw new IllegalStateException(
                    "the server printed no invitation: " + server.program().tail());
        }
        return link.group();
    }

    JsonNode get(String path) {
        return administrator.get(path).orThrow().json();
    }

    JsonNode post(String path, Object body) {
        return administrator.post(path, JSON.writeValueAsString(body)).orThrow().json();
    }

    JsonNode put(String path, Object body) {
        return administrator
                .send("PUT", path, JSON.writeValueAsString(body))
                .orThrow()
                .json();
    }

    JsonNode patch(String path, Object body) {
        return administrator
                .send("PATCH", path, JSON.writeValueAsString(body))
                .orThrow()
                .json();
    }

    /** Sends a request with somebody's token. */
    Exchange call(String method, String path, String token) {
        return client.send(method, path, "", Map.of("Authorization", "Bearer " + token));
    }

    /** Sends a form without a token, as programs do at the token service. */
    JsonNode form(String path, String form) {
        return client.send("POST", path, form, Map.of("Content-Type", "application/x-www-form-urlencoded"))
                .orThrow()
                .json();
    }

    /** Makes a role that reaches all machines. */
    void role(String name, String... permissions) {
        post("/cordon/v1/roles", Map.of("displayName", name, "permissions", List.of(permissions), "allMachines", true));
    }

    /** Invites a user and returns the link. */
    String invite(String name, String displayName, boolean secondFactor, String... roles) {
        return post(
                        "/cordon/v1/users",
                        Map.of(
                                "userPrincipalName", name,
                                "displayName", displayName,
                                "secondFactorRequired", secondFactor,
                                "roles", List.of(roles)))
                .at("/invitation/url")
                .asString();
    }

    /** Makes a user's password older than it is; the API lets nobody do that. */
    void agePassword(String name, Duration by) {
        try (var database = DriverManager.getConnection(
                        "jdbc:sqlite:" + server.place().data().resolve("cordon.db") + "?busy_timeout=30000");
                var update = database.prepareStatement(
                        "UPDATE users SET password_set_at = password_set_at - ? WHERE user_principal_name = ?")) {
            update.setLong(1, TimeUnit.MICROSECONDS.convert(by));
            update.setString(2, name);
            if (update.executeUpdate() != 1) {
                throw new IllegalArgumentException("there is no user " + name);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Makes a public client that asks every user for consent, and returns its id. */
    String signInApplication(String name, String redirectUri) {
        var id = post("/cordon/v1/applications", Map.of("displayName", name, "permissions", List.of()))
                .path("id")
                .asString();
        put(
                "/cordon/v1/applications/" + id + "/sign-in",
                Map.of(
                        "publicClient", true,
                        "redirectUris", List.of(redirectUri),
                        "delegatedPermissions", List.of("Machine.Read")));
        return id;
    }

    /** Where an application sends people to sign in. */
    String authorize(String clientId, String redirectUri) {
        return url() + "/" + tenantId() + "/oauth2/v2.0/authorize?response_type=code&client_id=" + clientId
                + "&redirect_uri=" + URLEncoder.encode(redirectUri, StandardCharsets.UTF_8)
                + "&scope=https%3A%2F%2Fapi.securitycenter.microsoft.com%2FMachine.Read"
                + "&state=1&code_challenge_method=S256&code_challenge=" + CHALLENGE;
    }

    @Override
    public void close() {
        client.close();
        server.close();
    }
}
