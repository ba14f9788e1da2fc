package dev.cordon.server.signin;

import dev.cordon.server.audit.HashChainedAuditLog;
import dev.cordon.server.identity.Application;
import dev.cordon.server.identity.DelegatedPermissions;
import dev.cordon.server.identity.Identity;
import dev.cordon.server.identity.Tenant;
import dev.cordon.server.keys.KeyVault;
import dev.cordon.server.keys.ServerKeys;
import dev.cordon.server.keys.TenantKeys;
import dev.cordon.server.store.Database;
import dev.cordon.server.store.Engine;
import dev.cordon.server.tls.ServerTls;
import dev.cordon.server.tls.TestTrust;
import dev.cordon.server.users.Accounts;
import dev.cordon.server.users.User;
import dev.cordon.server.web.Json;
import dev.cordon.server.web.MachineScope;
import dev.cordon.server.web.Permissions;
import dev.cordon.server.web.PortalPermission;
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
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import tools.jackson.databind.JsonNode;

/**
 * The token service with users over real TLS, and two routes of the API behind it. Its clock starts now and stands still
 * until a test moves it.
 */
final class SignInServer implements AutoCloseable {

    static final String API = "https://api.securitycenter.microsoft.com";
    static final String SCOPE = API + "/.default";
    static final String PASSWORD = "correct horse battery";

    private volatile Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    final InstantSource time = () -> now;
    final Database database;
    final Identity identity;
    final Accounts accounts;
    final UserSignIn signIn;
    final Clients clients;
    final SSLContext trust;
    final Path caFile;
    private final WebServer web;
    private final TestHttp http;
    private int users;

    SignInServer(Engine engine) {
        try {
            var folder = Files.createTempDirectory("cordon-signin");
            database = engine.fresh();
            var vault = KeyVault.open(folder.resolve("master.key"));
            var serverKeys = new ServerKeys(database, vault, time);
            var audit = new HashChainedAuditLog(time);
            accounts = new Accounts(database, audit, time, 1_000);
            identity = new Identity(
                    database,
                    audit,
                    serverKeys,
                    new TenantKeys(database, vault, time),
                    time,
                    false,
                    accounts.directory());
            signIn = new UserSignIn(database, audit, identity, accounts, vault, time, List.of("localhost"));
            clients = signIn.parts().clients();
            var tls = ServerTls.open(folder.resolve("tls"), List.of("localhost"), InstantSource.system());
            trust = TestTrust.in(tls.caCertificate());
            caFile = folder.resolve("ca.pem");
            Files.writeString(caFile, tls.caPem());
            var routes = new ArrayList<>(identity.routes(signIn.grants(), signIn.crossOrigins()));
            routes.addAll(signIn.routes());
            routes.addAll(accounts.routes());
            for (var face : List.of(Route.Face.DEFENDER, Route.Face.PREVIEW)) {
                routes.add(echo(face, HandlerType.GET, "/machines", Permissions.MACHINE_READ_ALL));
                routes.add(echo(face, HandlerType.POST, "/machines/{id}/isolate", Permissions.MACHINE_ISOLATE));
            }
            web = new WebServer(WebSettings.tls("127.0.0.1", 0, tls.sslContext()), identity.tokenVerifier(), routes);
            web.start();
            http = new TestHttp(settings -> settings.sslContext(trust));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Route echo(Route.Face face, HandlerType method, String path, String permission) {
        return Route.anyOf(
                method,
                face,
                path,
                List.of(permission),
                (context, caller) -> context.json(Map.of(
                        "tenant", caller.tenantId(),
                        "subject", caller.subjectId(),
                        "requestor", caller.displayName(),
                        "context", caller.context().name())));
    }

    void pass(Duration duration) {
        now = now.plus(duration);
    }

    Tenant tenant() {
        return database.write(sql -> identity.provisioning()
                .create(sql, "Example", Optional.empty(), "admin", List.of())
                .tenant());
    }

    /** A public client that may take passwords; an administrator has consented to all its permissions. */
    Application client(Tenant tenant, String... scopes) {
        return client(tenant, new Client(true, true, List.of(), DelegatedPermissions.parse(Arrays.asList(scopes))));
    }

    Application client(Tenant tenant, Client client) {
        var application = application(tenant, client);
        return database.write(sql -> {
            clients.consent(sql, application, Clients.EVERYBODY, client.scopes());
            return application;
        });
    }

    /** A client to whose permissions nobody has consented. */
    Application application(Tenant tenant, Client client) {
        return database.write(sql -> {
            var application = identity.applications().create(sql, tenant.id(), "playbooks", List.of());
            clients.change(sql, application, client);
            return application;
        });
    }

    /** A user with the usual password and one role with these permissions on all machines. */
    User user(Tenant tenant, PortalPermission... permissions) {
        var hashed = accounts.passwords().hash(PASSWORD);
        int number = ++users;
        return database.write(sql -> {
            var user = accounts.users().create(sql, tenant.id(), "user" + number + "@example.com", "User " + number);
            accounts.setPassword(sql, user, hashed, "192.0.2.1");
            if (permissions.length > 0) {
                var role = accounts.roles()
                        .create(sql, tenant.id(), "Role " + number, Set.of(permissions), MachineScope.ALL);
                accounts.roles().assign(sql, user, List.of(role));
            }
            return user;
        });
    }

    static Map<String, String> password(Application client, User user) {
        return Map.of(
                "grant_type",
                "password",
                "client_id",
                client.id(),
                "username",
                user.userPrincipalName(),
                "password",
                PASSWORD,
                "scope",
                SCOPE + " openid offline_access",
                "client_info",
                "1");
    }

    static Map<String, String> with(Map<String, String> form, String name, String value) {
        var changed = new HashMap<>(form);
        if (value.isEmpty()) {
            changed.remove(name);
        } else {
            changed.put(name, value);
        }
        return changed;
    }

    HttpResponse<String> token(Tenant tenant, Map<String, String> form) {
        return post("/" + tenant.id() + "/oauth2/v2.0/token", form);
    }

    /** A token request that must be answered. */
    JsonNode tokens(Tenant tenant, Map<String, String> form) {
        var answer = token(tenant, form);
        if (answer.statusCode() != 200) {
            throw new AssertionError(answer.body());
        }
        return json(answer);
    }

    HttpResponse<String> refresh(Tenant tenant, Application client, String token) {
        return token(tenant, Map.of("grant_type", "refresh_token", "client_id", client.id(), "refresh_token", token));
    }

    HttpResponse<String> post(String path, Map<String, String> form) {
        return send(request(path)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(encode(form))));
    }

    /** A token of an application that may administer a tenant. */
    String administrator(Tenant tenant) {
        var secret = database.write(sql -> {
            var application =
                    identity.applications().create(sql, tenant.id(), "admin", List.of(Permissions.CORDON_ADMINISTER));
            return Map.entry(
                    application.id(),
                    identity.secrets()
                            .create(sql, application, Duration.ofDays(1))
                            .secret());
        });
        return tokens(
                        tenant,
                        Map.of(
                                "grant_type",
                                "client_credentials",
                                "client_id",
                                secret.getKey(),
                                "client_secret",
                                secret.getValue(),
                                "scope",
                                SCOPE))
                .get("access_token")
                .stringValue();
    }

    HttpResponse<String> administer(String token, String method, String path, String body) {
        return send(request("/cordon/v1" + path)
                .header("Authorization", "Bearer " + token)
                .method(method, BodyPublishers.ofString(body)));
    }

    HttpResponse<String> api(String method, String path, String token) {
        return send(request("/api" + path)
                .header("Authorization", "Bearer " + token)
                .method(method, BodyPublishers.noBody()));
    }

    /** The API of the preview. */
    HttpResponse<String> preview(String method, String path, String token) {
        return send(request(Route.PREVIEW_BASE + path)
                .header("Authorization", "Bearer " + token)
                .method(method, BodyPublishers.noBody()));
    }

    String base() {
        return "https://localhost:" + web.port();
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(base() + path));
    }

    HttpResponse<String> send(HttpRequest.Builder request) {
        return http.send(request);
    }

    /** Who did what of this kind to whom, as a tenant's audit log tells it, oldest first. */
    List<String> audited(Tenant tenant, String event) {
        return database.read(sql -> sql.fetch(
                        "SELECT actor, subject, detail FROM audit_entries WHERE tenant_id = ? AND event = ?"
                                + " ORDER BY number",
                        tenant.id(),
                        event)
                .map(entry -> entry.get(0) + " " + entry.get(1) + " " + entry.get(2)));
    }

    static JsonNode json(HttpResponse<String> answer) {
        return Json.MAPPER.readTree(answer.body());
    }

    static JsonNode claims(String jwt) {
        return Json.MAPPER.readTree(Base64.getUrlDecoder().decode(jwt.split("\\.", -1)[1]));
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
        accounts.close();
        database.close();
    }
}
