package dev.cordon.agent.enrollment;

import dev.cordon.agent.facts.FactsSource;
import dev.cordon.agent.json.JsonException;
import dev.cordon.agent.json.JsonReader;
import dev.cordon.agent.json.JsonWriter;
import dev.cordon.agent.log.Log;
import dev.cordon.agent.storage.StateDirectory;
import dev.cordon.protocol.MachineId;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Redeems an enrollment token: makes the machine's key, proves to the server that it holds it, and keeps the
 * certificate and the pinned keys that come back. May be repeated after any interruption: the key stays the same, and
 * with it the machine.
 */
public final class Enroller {

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(30);
    private static final int MAX_ANSWER = 256 * 1024;
    private static final String PROOF_PREFIX = "cordon enroll v1\0";

    private final StateDirectory state;
    private final FactsSource facts;
    private final Log log;

    public Enroller(StateDirectory state, FactsSource facts, Log log) {
        this.state = state;
        this.facts = facts;
        this.log = log;
    }

    /**
     * @param server base URL of the server's API, https
     * @param computerName kept beside the identity, for {@link Identity#computerName()}
     * @throws EnrollmentException if the machine is enrolled already, the server cannot be reached or trusted, or it
     *     refuses the token
     */
    public Identity enroll(URI server, String tokenText, Optional<String> computerName) throws EnrollmentException {
        var token = EnrollmentToken.parse(tokenText);
        if (!"https".equalsIgnoreCase(server.getScheme()) || server.getHost() == null) {
            throw new EnrollmentException("the server's URL has to be like https://cordon.example.com:8443", null);
        }
        try (var lock = state.tryLock()
                .orElseThrow(() -> new EnrollmentException(
                        "an agent is running on " + state.path() + ": stop it before enrolling", null))) {
            var store = new IdentityStore(state);
            if (store.exists()) {
                throw new EnrollmentException(
                        "this machine is enrolled already (" + state.path()
                                + "); to make it a new machine, stop the agent, delete that directory and enroll again",
                        null);
            }
            var key = store.pendingKey();
            var identity = identity(redeem(server, token, key), token, key, computerName);
            store.save(identity);
            log.info("enrolled", "machine", identity.machineId(), "tenant", identity.tenantId());
            return identity;
        } catch (IOException e) {
            throw new EnrollmentException("enrolling failed: " + reason(e), e);
        } catch (GeneralSecurityException e) {
            throw new EnrollmentException("keys or certificates cannot be handled: " + reason(e), e);
        }
    }

    private Map<String, @Nullable Object> redeem(URI server, EnrollmentToken token, KeyPair key)
            throws IOException, GeneralSecurityException, EnrollmentException {
        var tls = SSLContext.getInstance("TLS");
        tls.init(null, new TrustManager[] {new TokenTrust(token)}, null);
        try (var client = HttpClient.newBuilder()
                .sslContext(tls)
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(CONNECT_TIMEOUT)
                .build()) {
            var request = HttpRequest.newBuilder(server.resolve("/cordon/v1/enroll"))
                    .timeout(ANSWER_TIMEOUT)
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString(body(token, key)))
                    .build();
            var response = client.send(request, HttpResponse.BodyHandlers.ofInputStream());
            String text;
            try (var in = response.body()) {
                text = new String(in.readNBytes(MAX_ANSWER), StandardCharsets.UTF_8);
            }
            if (response.statusCode() != 201) {
                throw new EnrollmentException("the server refuses: " + refusal(response.statusCode(), text), null);
            }
            return JsonReader.object(text);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EnrollmentException("enrolling was interrupted; run it again", e);
        } catch (JsonException e) {
            throw new EnrollmentException("the server's answer cannot be read: " + e.getMessage(), e);
        }
    }

    private String body(EnrollmentToken token, KeyPair key) throws GeneralSecurityException {
        var spki = key.getPublic().getEncoded();
        var proof = Signature.getInstance("SHA256withECDSA");
        proof.initSign(key.getPrivate());
        proof.update(PROOF_PREFIX.getBytes(StandardCharsets.US_ASCII));
        proof.update(token.text().getBytes(StandardCharsets.UTF_8));
        proof.update((byte) 0);
        proof.update(spki);
        var body = new LinkedHashMap<String, Object>();
        body.put("token", token.text());
        body.put("publicKey", Base64.getEncoder().encodeToString(spki));
        body.put("proof", Base64.getEncoder().encodeToString(proof.sign()));
        body.put("facts", FactsJson.of(facts.read()));
        return JsonWriter.write(body);
    }

    private static Identity identity(
            Map<String, @Nullable Object> answer, EnrollmentToken token, KeyPair key, Optional<String> computerName)
            throws GeneralSecurityException, EnrollmentException {
        var machineId = MachineId.of(key.getPublic());
        if (!machineId.value().equals(text(answer, "machineId"))) {
            throw new EnrollmentException("the server answered for another machine", null);
        }
        var serverCa = Pem.certificate(text(answer, "serverCa"));
        if (!token.names(Pem.sha256(serverCa))) {
            throw new EnrollmentException("the server sent another authority than the token names", null);
        }
        var chain = new ArrayList<X509Certificate>();
        for (var pem : texts(answer, "certificateChain")) {
            chain.add(Pem.certificate(pem));
        }
        var commandKeys = new ArrayList<PublicKey>();
        for (var text : texts(answer, "commandKeys")) {
            commandKeys.add(Pem.commandKey(text));
        }
        try {
            return new Identity(
                    text(answer, "tenantId"),
                    machineId,
                    key.getPrivate(),
                    chain,
                    serverCa,
                    commandKeys,
                    texts(answer, "gateways"),
                    computerName);
        } catch (IllegalArgumentException e) {
            throw new EnrollmentException("the server's answer is not complete: " + e.getMessage(), e);
        }
    }

    private static String refusal(int status, String body) {
        try {
            if (JsonReader.object(body).get("error") instanceof Map<?, ?> error
                    && error.get("message") instanceof String message) {
                return message + " (HTTP " + status + ")";
            }
        } catch (JsonException e) {
            // not the server's own error shape; the status has to do
        }
        return "HTTP " + status + "; is this the URL of the server's API?";
    }

    private static String text(Map<String, @Nullable Object> answer, String name) throws EnrollmentException {
        if (answer.get(name) instanceof String text && !text.isBlank()) {
            return text;
        }
        throw new EnrollmentException("the server's answer lacks '" + name + "'", null);
    }

    private static List<String> texts(Map<String, @Nullable Object> answer, String name) throws EnrollmentException {
        if (answer.get(name) instanceof List<?> list && list.stream().allMatch(String.class::isInstance)) {
            return list.stream().map(String.class::cast).toList();
        }
        throw new EnrollmentException("the server's answer lacks '" + name + "'", null);
    }

    private static String reason(Throwable failure) {
        for (Throwable at = failure; at != null; at = at.getCause()) {
            if (at instanceof java.security.cert.CertificateException && at.getMessage() != null) {
                return at.getMessage();
            }
        }
        return failure.getClass().getSimpleName() + (failure.getMessage() == null ? "" : ": " + failure.getMessage());
    }
}
