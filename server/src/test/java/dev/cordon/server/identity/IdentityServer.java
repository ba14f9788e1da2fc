package dev.cordon.server.identity;

import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.JWTClaimsSet;
import dev.cordon.server.audit.HashChainedAuditLog;
import dev.cordon.server.keys.KeyVault;
import dev.cordon.server.keys.ServerKeys;
import dev.cordon.server.keys.TenantKeys;
import dev.cordon.server.store.Database;
import dev.cordon.server.store.Engine;
import dev.cordon.server.tls.ServerTls;
import dev.cordon.server.tls.TestTrust;
import dev.cordon.server.web.Json;
import dev.cordon.server.web.Permissions;
import dev.cordon.server.web.Route;
import dev.cordon.server.web.TestHttp;
import dev.cordon.server.web.WebServer;
import dev.cordon.server.web.WebSettings;
import io.javalin.http.HandlerType;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The token service and the administration over real TLS, with one route of the API behind them. Its clock starts now and
 * stands still until a test moves it.
 */
final class IdentityServer implements AutoCloseable {

    static final String API = "https://api.securitycenter.microsoft.com";
    static final String SCOPE = API + "/.default";

    final SettableTime time = new SettableTime(Instant.now().truncatedTo(ChronoUnit.SECONDS));
    final Database database;
    final Identity identity;
    final SSLContext trust;
    final Path caFile;
    private final KeyVault vault;
    private final ServerKeys serverKeys;
    private final WebServer web;
    private final TestHttp http;

    IdentityServer() {
        this(false);
    }

    IdentityServer(boolean acceptThreatProtection) {
        try {
            var folder = Files.createTempDirectory("cordon-identity");
            database = Engine.SQLITE.fresh();
            vault = KeyVault.open(folder.resolve("master.key"));
            serverKeys = new ServerKeys(database, vault, time);
            var tenantKeys = new TenantKeys(database, vault, time);
            identity = new Identity(
                    database, new HashChainedAuditLog(time), serverKeys, tenantKeys, time, acceptThreatProtection);
            var tls = ServerTls.open(folder.resolve("tls"), List.of("localhost"), InstantSource.system());
            caFile = folder.resolve("ca.pem");
            Files.writeString(caFile, tls.caPem());
            trust = TestTrust.in(tls.caCertificate());
            var routes = new ArrayList<>(identity.routes());
            routes.add(Route.anyOf(
                    HandlerType.GET,
                    Route.Face.DEFENDER,
                    "/machines",
                    List.of(Permissions.MACHINE_READ_ALL),
                    (context, caller) -> context.json(Map.of(
                            "tenant", caller.tenantId(),
                            "subject", caller.subjectId(),
                            "requestor", caller.displayName()))));
            web = new WebServer(WebSettings.tls("127.0.0.1", 0, tls.sslContext()), identity.tokenVerifier(), routes);
            web.start();
            http = new TestHttp(settings -> settings.sslContext(trust));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A tenant's application with a secret that holds. */
    record Client(Tenant tenant, Application application, String secret) {}

    Client client(String... permissions) {
        return database.write(sql -> {
            var made =
                    identity.provisioning().create(sql, "Example", Optional.empty(), "playbooks", List.of(permissions));
            return new Client(made.tenant(), made.application(), made.secret().secret());
        });
    }

    /** Another application of the same tenant, with a given secret. */
    Client sibling(Client client, String secret, String... permissions) {
        return database.write(sql -> {
            var application =
                    identity.applications().create(sql, client.tenant().id(), "sibling", List.of(permissions));
            identity.secrets()
                    .insert(
                            sql,
                            application,
                            secret,
                            time.instant(),
                            time.instant().plus(Duration.ofDays(1)));
            return new Client(client.tenant(), application, secret);
        });
    }

    ServerKeys serverKeys() {
        return serverKeys;
    }

    KeyVault vault() {
        return vault;
    }

    RSAKey signingKey() {
        return serverKeys.tokenSigningKey();
    }

    String base() {
        return "https://localhost:" + web.port();
    }

    String token(Client client) {
        var answer = post("/" + client.tenant().id() + "/oauth2/v2.0/token", v2(client));
        if (answer.statusCode() != 200) {
            throw new AssertionError(answer.body());
        }
        return json(answer).get("access_token").stringValue();
    }

    static Map<String, String> v2(Client client) {
        return Map.of(
                "grant_type",
                "client_credentials",
                "client_id",
                client.application().id(),
                "client_secret",
                client.secret(),
                "scope",
                SCOPE);
    }

    static Map<String, String> v1(Client client) {
        return Map.of(
                "grant_type",
                "client_credentials",
                "client_id",
                client.application().id(),
                "client_secret",
                client.secret(),
                "resource",
                API);
    }

    /** A request of version 2 with an assertion in place of the secret. */
    static Map<String, String> asserted(Client client, String assertion) {
        var form = new HashMap<>(v2(client));
        form.remove("client_secret");
        form.put("client_assertion_type", ClientCredential.JWT_BEARER);
        form.put("client_assertion", assertion);
        return form;
    }

    /** What a client says in an assertion of its own, good for ten minutes. */
    JWTClaimsSet.Builder claims(Client client) {
        var now = time.instant();
        var id = client.application().id();
        return new JWTClaimsSet.Builder()
                .issuer(id)
                .subject(id)
                .audience(base() + "/" + client.tenant().id() + "/oauth2/v2.0/token")
                .jwtID(UUID.randomUUID().toString())
                .notBeforeTime(Date.from(now))
                .expirationTime(Date.from(now.plusSeconds(600)));
    }

    HttpResponse<String> post(String path, Map<String, String> form) {
        return send(request(path)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(encode(form))));
    }

    HttpResponse<String> get(String path) {
        return send(request(path).GET());
    }

    HttpResponse<String> machines(@Nullable String token) {
        var request = request("/api/machines");
        return send(token == null ? request : request.header("Authorization", "Bearer " + token));
    }

    HttpResponse<String> administer(String token, String method, String path, String body) {
        return send(request("/cordon/v1" + path)
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json")
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body)));
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(base() + path));
    }

    HttpResponse<String> send(HttpRequest.Builder request) {
        return http.send(request);
    }

    static JsonNode json(HttpResponse<String> answer) {
        return Json.MAPPER.readTree(answer.body());
    }

    static String encode(Map<String, String> form) {
        return form.entrySet().stream()
                .map(entry -> encode(entry.getKey()) + "=" + encode(entry.getValue()))
                .collect(Collectors.joining("&"));
    }

    static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        http.close();
        web.close();
        identity.close();
        database.close();
    }
}
