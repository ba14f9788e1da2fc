package dev.cordon.agent.enrollment;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.cordon.agent.TestPki;
import dev.cordon.agent.json.JsonException;
import dev.cordon.agent.json.JsonReader;
import dev.cordon.agent.json.JsonWriter;
import dev.cordon.protocol.MachineId;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.spec.X509EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** The server's side of enrollment over real HTTPS, as far as an agent sees it. */
final class EnrollmentApi implements AutoCloseable {

    static final String TENANT = "11111111-2222-4333-8444-555555555555";

    private static final char[] PASSWORD = "test".toCharArray();

    final TestPki authority;
    final TestPki tenant = TestPki.authority("tenant authority");
    final List<String> machines = new CopyOnWriteArrayList<>();
    volatile Duration certificateLife = Duration.ofDays(365);
    volatile Duration certificateAge = Duration.ofHours(1);
    volatile boolean hangUp;
    volatile String refusal = "";

    private final KeyPair commandKey;
    private final HttpsServer server;

    EnrollmentApi() {
        this(TestPki.authority("server authority"), "localhost");
    }

    EnrollmentApi(TestPki authority, String host) {
        this.authority = authority;
        try {
            commandKey = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
            server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.setHttpsConfigurator(new HttpsConfigurator(tls(authority.server(host))));
            server.createContext("/cordon/v1/enroll", this::answer);
            server.start();
        } catch (IOException | GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private SSLContext tls(TestPki leaf) throws IOException, GeneralSecurityException {
        var store = KeyStore.getInstance("PKCS12");
        store.load(null, PASSWORD);
        store.setKeyEntry("server", leaf.keys().getPrivate(), PASSWORD, new Certificate[] {
            leaf.certificate(), authority.certificate()
        });
        var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, PASSWORD);
        var context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        return context;
    }

    URI url() {
        return URI.create("https://localhost:" + server.getAddress().getPort());
    }

    /** A token as this server would make it. */
    String token() throws GeneralSecurityException {
        return tokenOf(authority);
    }

    static String tokenOf(TestPki authority) throws GeneralSecurityException {
        return "cordon-enroll.00000000-0000-4000-8000-000000000000.c2VjcmV0." + Pem.sha256Hex(authority.certificate());
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            var request =
                    JsonReader.object(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            var key = key(request);
            machines.add(MachineId.of(key).value());
            if (hangUp) {
                return;
            }
            boolean renewal = exchange.getRequestURI().getPath().endsWith("/renewal");
            if (!refusal.isEmpty() || !proven(request, key, renewal)) {
                send(exchange, 403, Map.of("error", Map.of("code", "DisallowedOperation", "message", refusal)));
                return;
            }
            send(exchange, 201, renewal ? Map.of("certificateChain", chain(key)) : enrolled(key));
        } catch (JsonException | GeneralSecurityException e) {
            throw new IOException(e);
        }
    }

    private Map<String, Object> enrolled(PublicKey key) throws GeneralSecurityException {
        return Map.of(
                "tenantId",
                TENANT,
                "machineId",
                MachineId.of(key).value(),
                "certificateChain",
                chain(key),
                "commandKeys",
                List.of(Base64.getEncoder()
                        .encodeToString(commandKey.getPublic().getEncoded())),
                "gateways",
                List.of("localhost:8444"),
                "serverCa",
                Pem.text(authority.certificate()));
    }

    private List<String> chain(PublicKey key) throws GeneralSecurityException {
        var from = Instant.now().minus(certificateAge);
        return List.of(Pem.text(tenant.machine(key, from, from.plus(certificateLife))), Pem.text(tenant.certificate()));
    }

    private static PublicKey key(Map<String, @Nullable Object> request) throws GeneralSecurityException {
        return KeyFactory.getInstance("EC").generatePublic(new X509EncodedKeySpec(bytes(request, "publicKey")));
    }

    private static boolean proven(Map<String, @Nullable Object> request, PublicKey key, boolean renewal)
            throws GeneralSecurityException {
        var text = renewal
                ? "cordon renew v1\0" + request.get("tenantId") + "\0" + request.get("machineId") + "\0"
                        + request.get("at") + "\0"
                : "cordon enroll v1\0" + request.get("token") + "\0";
        var signature = Signature.getInstance("SHA256withECDSA");
        signature.initVerify(key);
        signature.update(text.getBytes(StandardCharsets.US_ASCII));
        signature.update(key.getEncoded());
        return signature.verify(bytes(request, "proof"));
    }

    private static byte[] bytes(Map<String, @Nullable Object> request, String name) {
        return Base64.getDecoder().decode(String.valueOf(request.get(name)));
    }

    private static void send(HttpExchange exchange, int status, Map<String, Object> json) throws IOException {
        var bytes = JsonWriter.write(json).getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
