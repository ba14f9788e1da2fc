package dev.cordon.acceptance;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.oauth2.sdk.util.URLUtils;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.cordon.server.tls.ServerTls;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import tools.jackson.databind.json.JsonMapper;

/**
 * An OpenID Connect issuer with pages, for a browser to go to and come back from. It is another site than the server, for
 * browsers keep cookies from other sites. Everybody is the same person there. How strictly the server looks at such an
 * issuer is tested in the server. Thread-safe.
 */
final class OutsideProvider implements AutoCloseable {

    static final String SUBJECT = "person-7";

    private static final String CLIENT = "cordon";
    private static final JsonMapper JSON = new JsonMapper();

    private final ServerTls tls;
    private final RSAKey key;
    private final HttpsServer server;
    private final Map<String, String> nonces = new ConcurrentHashMap<>();

    /** @param directory for its certificate */
    OutsideProvider(Path directory) throws IOException {
        tls = ServerTls.open(directory, List.of(), InstantSource.system());
        key = key();
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(tls.sslContext()));
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::answer);
        server.start();
    }

    /** What an administrator tells the server of it. */
    Map<String, String> settings(String displayName) {
        return Map.of("displayName", displayName, "issuer", url(), "authority", tls.caPem(), "clientId", CLIENT);
    }

    /** A page of an application, on a site of its own. */
    String application() {
        return url() + "/application";
    }

    private String url() {
        return "https://127.0.0.1:" + server.getAddress().getPort();
    }

    private void answer(HttpExchange http) throws IOException {
        try (http) {
            switch (http.getRequestURI().getPath()) {
                case "/.well-known/openid-configuration" -> json(http, discovery());
                case "/keys" -> write(http, "application/json", new JWKSet(key.toPublicJWK()).toString());
                case "/authorize" -> page(http, "Who are you?", link(http));
                case "/token" -> token(http);
                case "/application" -> page(http, "At the application", "");
                case "/logout" -> page(http, "Signed out at the issuer", "");
                default -> http.sendResponseHeaders(404, -1);
            }
        }
    }

    private Map<String, String> discovery() {
        return Map.of(
                "issuer", url(),
                "jwks_uri", url() + "/keys",
                "authorization_endpoint", url() + "/authorize",
                "token_endpoint", url() + "/token",
                "end_session_endpoint", url() + "/logout");
    }

    private String link(HttpExchange http) {
        var asked = parameters(http.getRequestURI().getRawQuery());
        var code = UUID.randomUUID().toString();
        nonces.put(code, asked.getOrDefault("nonce", ""));
        return "<a href=\"%s?code=%s&amp;state=%s\">It is me</a>"
                .formatted(
                        asked.getOrDefault("redirect_uri", ""),
                        code,
                        URLEncoder.encode(asked.getOrDefault("state", ""), StandardCharsets.UTF_8));
    }

    private void token(HttpExchange http) throws IOException {
        var form = parameters(new String(http.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
        var nonce = nonces.remove(form.getOrDefault("code", ""));
        if (nonce == null) {
            http.sendResponseHeaders(400, -1);
            return;
        }
        var now = Instant.now();
        var claims = new JWTClaimsSet.Builder()
                .issuer(url())
                .audience(CLIENT)
                .subject(SUBJECT)
                .issueTime(Date.from(now))
                .expirationTime(Date.from(now.plusSeconds(300)))
                .claim("nonce", nonce)
                .build();
        json(http, Map.of("access_token", "opaque", "token_type", "Bearer", "id_token", sign(claims)));
    }

    private static Map<String, String> parameters(String query) {
        var all = new HashMap<String, String>();
        URLUtils.parseParameters(query).forEach((name, values) -> all.put(name, values.getFirst()));
        return all;
    }

    private String sign(JWTClaimsSet claims) {
        try {
            var jwt = new SignedJWT(
                    new JWSHeader.Builder(JWSAlgorithm.RS256)
                            .keyID(key.getKeyID())
                            .build(),
                    claims);
            jwt.sign(new RSASSASigner(key));
            return jwt.serialize();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private static RSAKey key() {
        try {
            return new RSAKeyGenerator(2048)
                    .keyUse(KeyUse.SIGNATURE)
                    .keyIDFromThumbprint(true)
                    .generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void page(HttpExchange http, String title, String body) throws IOException {
        write(http, "text/html", "<!DOCTYPE html><title>%s</title><h1>%s</h1>%s".formatted(title, title, body));
    }

    private static void json(HttpExchange http, Map<String, String> fields) throws IOException {
        write(http, "application/json", JSON.writeValueAsString(fields));
    }

    private static void write(HttpExchange http, String type, String text) throws IOException {
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        http.getResponseHeaders().set("Content-Type", type);
        http.sendResponseHeaders(200, bytes.length);
        http.getResponseBody().write(bytes);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
