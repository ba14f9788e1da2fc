package dev.cordon.agent.enrollment;

import dev.cordon.agent.facts.FactsSource;
import dev.cordon.agent.log.Log;
import dev.cordon.agent.storage.StateDirectory;
import dev.cordon.protocol.MachineId;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.Signature;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Redeems an enrollment token: makes the machine's key, proves to the server that it holds it, and keeps the
 * certificate and the pinned keys that come back. May be repeated after any interruption: the key stays the same, and
 * with it the machine.
 */
public final class Enroller {

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
                                + "); to make it a new machine, stop the agent, move that directory away, with the quarantined"
                                + " files in it, and enroll again",
                        null);
            }
            var key = store.pendingKey();
            var identity = identity(redeem(server, token, key), server, token, key, computerName);
            store.save(identity);
            log.info("enrolled", "machine", identity.machineId(), "tenant", identity.tenantId());
            return identity;
        } catch (IOException e) {
            throw new EnrollmentException("enrolling failed: " + ServerCall.reason(e), e);
        } catch (GeneralSecurityException e) {
            throw new EnrollmentException("keys or certificates cannot be handled: " + ServerCall.reason(e), e);
        }
    }

    private Map<String, @Nullable Object> redeem(URI server, EnrollmentToken token, KeyPair key)
            throws IOException, GeneralSecurityException, EnrollmentException {
        var trust = new PinnedTrust(
                token.caSha256(),
                "the server is not the one the token was made by: none of its certificates is the authority the token"
                        + " names. Check the URL, and that nothing terminates TLS in between");
        return new ServerCall(server, trust).post("/cordon/v1/enroll", body(token, key));
    }

    private Map<String, Object> body(EnrollmentToken token, KeyPair key) throws GeneralSecurityException {
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
        return body;
    }

    private static Identity identity(
            Map<String, @Nullable Object> answer,
            URI server,
            EnrollmentToken token,
            KeyPair key,
            Optional<String> computerName)
            throws GeneralSecurityException, EnrollmentException {
        var machineId = MachineId.of(key.getPublic());
        if (!machineId.value().equals(ServerCall.text(answer, "machineId"))) {
            throw new EnrollmentException("the server answered for another machine", null);
        }
        var serverCa = Pem.certificate(ServerCall.text(answer, "serverCa"));
        if (!token.caSha256().equals(Pem.sha256Hex(serverCa))) {
            throw new EnrollmentException("the server sent another authority than the token names", null);
        }
        var chain = Pem.certificates(ServerCall.texts(answer, "certificateChain"));
        var commandKeys = new ArrayList<PublicKey>();
        for (var text : ServerCall.texts(answer, "commandKeys")) {
            commandKeys.add(Pem.commandKey(text));
        }
        try {
            return new Identity(
                    ServerCall.text(answer, "tenantId"),
                    machineId,
                    key.getPrivate(),
                    chain,
                    server,
                    serverCa,
                    commandKeys,
                    ServerCall.texts(answer, "gateways"),
                    computerName);
        } catch (IllegalArgumentException e) {
            throw new EnrollmentException("the server's answer is not complete: " + e.getMessage(), e);
        }
    }
}
