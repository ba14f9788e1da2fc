package dev.cordon.server.issuers;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.cordon.server.tls.ServerTls;
import dev.cordon.server.web.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import tools.jackson.databind.node.ObjectNode;

/** A small OpenID Connect issuer of our own: real TLS with its own authority, a discovery document, keys, tokens. */
public final class OutsideIssuer implements AutoCloseable {

    /** Answers a request in place of the document that would be there. */
    @FunctionalInterface
    public interface Fault {
        void answer(HttpExchange http) throws IOException;
    }

    private final HttpsServer server;
    private final ServerTls tls;
    private final CopyOnWriteArrayList<RSAKey> keys = new CopyOnWriteArrayList<>();
    private final AtomicInteger keyRequests = new AtomicInteger();
    private volatile Optional<Fault> fault = Optional.empty();
    private volatile Optional<String> keysAt = Optional.empty();
    private volatile Optional<String> claimedIssuer = Optional.empty();
    private volatile Optional<Fault> tokens = Optional.empty();
    private volatile Consumer<ObjectNode> more = document -> {};

    public OutsideIssuer() {
        try {
            tls = ServerTls.open(
                    Files.createTempDirectory("cordon-issuer"), List.of("localhost"), InstantSource.system());
            server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setHttpsConfigurator(new HttpsConfigurator(tls.sslContext()));
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::answer);
        server.start();
        rotate();
    }

    public String url() {
        return "https://localhost:" + server.getAddress().getPort() + "/realms/example";
    }

    public String caPem() {
        return tls.caPem();
    }

    public TrustedIssuer trusted() {
        return new TrustedIssuer(url(), Optional.empty(), Optional.of(caPem()));
    }

    /** How often its keys were fetched. */
    public int keyRequests() {
        return keyRequests.get();
    }

    /** Signs with a new key from now on and publishes only that. */
    public void rotate() {
        try {
            var key = new RSAKeyGenerator(2048)
                    .keyUse(KeyUse.SIGNATURE)
                    .keyIDFromThumbprint(true)
                    .generate();
            keys.clear();
            keys.add(key);
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    public void fail(Fault with) {
        fault = Optional.of(with);
    }

    public void recover() {
        fault = Optional.empty();
    }

    /** What its discovery document gives as {@code jwks_uri}. */
    public void publishKeysAt(String uri) {
        keysAt = Optional.of(uri);
    }

    /** What its discovery document gives as {@code issuer}. */
    public void claim(String issuer) {
        claimedIssuer = Optional.of(issuer);
    }

    /** Changes its discovery document. */
    public void document(Consumer<ObjectNode> change) {
        more = change;
    }

    /** Redeems codes. */
    void tokens(Fault answer) {
        tokens = Optional.of(answer);
    }

    public RSAKey key() {
        return keys.getFirst();
    }

    public String sign(JWTClaimsSet claims) {
        return sign(
                new JWSHeader.Builder(JWSAlgorithm.RS256)
                        .keyID(key().getKeyID())
                        .build(),
                claims);
    }

    public String sign(JWSHeader header, JWTClaimsSet claims) {
        try {
            var jwt = new SignedJWT(header, claims);
            jwt.sign(new RSASSASigner(key()));
            return jwt.serialize();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private void answer(HttpExchange http) throws IOException {
        try (http) {
            var path = http.getRequestURI().getPath();
            if (path.endsWith("/keys")) {
                keyRequests.incrementAndGet();
            }
            if (fault.isPresent()) {
                fault.get().answer(http);
            } else if (path.equals("/realms/example/.well-known/openid-configuration")) {
                write(http, discovery());
            } else if (path.equals("/realms/example/keys")) {
                write(http, new JWKSet(keys.stream().map(JWK::toPublicJWK).toList()).toString());
            } else if (path.equals("/realms/example/token") && tokens.isPresent()) {
                tokens.get().answer(http);
            } else {
                http.sendResponseHeaders(404, -1);
            }
        }
    }

    private String discovery() {
        var document = Json.MAPPER
                .createObjectNode()
                .put("issuer", claimedIssuer.orElse(url()))
                .put("jwks_uri", keysAt.orElse(url() + "/keys"))
                .put("authorization_endpoint", url() + "/authorize?kind=a")
                .put("token_endpoint", url() + "/token")
                .put("end_session_endpoint", url() + "/logout");
        more.accept(document);
        return document.toString();
    }

    private static void write(HttpExchange http, String json) throws IOException {
        write(http, 200, json);
    }

    static void write(HttpExchange http, int status, String json) throws IOException {
        var bytes = json.getBytes(StandardCharsets.UTF_8);
        http.getResponseHeaders().set("Content-Type", "application/json");
        http.sendResponseHeaders(status, bytes.length);
        http.getResponseBody().write(bytes);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
