package dev.cordon.agent.enrollment;

import com.google.protobuf.ByteString;
import dev.cordon.agent.log.Log;
import dev.cordon.agent.storage.StateDirectory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Gets the machine its next certificate while the old one still counts. The key stays, and with it the machine; the old
 * certificate is kept until the new one is on disk. Stateless but for the state directory, which the caller has locked.
 */
public final class Renewal {

    private static final String PROOF_PREFIX = "cordon renew v1\0";

    private final IdentityStore store;
    private final Log log;

    public Renewal(StateDirectory state, Log log) {
        this.store = new IdentityStore(state);
        this.log = log;
    }

    /** Whether no more than a third of the certificate's life is left. */
    public static boolean due(Identity identity, Instant now) {
        var certificate = identity.chain().getFirst();
        var ends = certificate.getNotAfter().toInstant();
        var life = Duration.between(certificate.getNotBefore().toInstant(), ends);
        return !now.isBefore(ends.minus(life.dividedBy(3)));
    }

    /**
     * Asks the server for the next certificate and keeps it.
     *
     * @param now the server's time, as far as it is known
     * @throws EnrollmentException if the server cannot be reached or trusted, or refuses
     */
    public Identity renew(Identity identity, Instant now) throws EnrollmentException {
        try {
            var trust = new PinnedTrust(
                    Pem.sha256Hex(identity.serverCa()),
                    "the server at " + identity.server() + " does not show the authority of this machine's enrollment");
            var answer = new ServerCall(identity.server(), trust)
                    .post("/cordon/v1/enroll/renewal", body(identity, now.truncatedTo(ChronoUnit.MILLIS)));
            return keepParsed(identity, Pem.certificates(ServerCall.texts(answer, "certificateChain")));
        } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
            throw new EnrollmentException("the certificate cannot be renewed: " + ServerCall.reason(e), e);
        }
    }

    /**
     * Keeps the certificate that came over the channel.
     *
     * @param chain DER: the machine's certificate, then the tenant's authority; empty if the server refused
     * @throws EnrollmentException if it is none for this machine's key by the tenant's authority
     */
    public Identity keep(Identity identity, List<ByteString> chain) throws EnrollmentException {
        if (chain.isEmpty()) {
            throw new EnrollmentException(
                    "the server gives this machine no certificate any more: enroll it again", null);
        }
        try {
            var factory = CertificateFactory.getInstance("X.509");
            var certificates = new ArrayList<X509Certificate>();
            for (var der : chain) {
                certificates.add((X509Certificate) factory.generateCertificate(der.newInput()));
            }
            return keepParsed(identity, certificates);
        } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
            throw new EnrollmentException("the new certificate cannot be kept: " + e.getMessage(), e);
        }
    }

    private Identity keepParsed(Identity identity, List<X509Certificate> chain)
            throws IOException, GeneralSecurityException {
        var renewed = identity.withChain(chain);
        renewed.chain().getFirst().verify(identity.chain().getLast().getPublicKey());
        store.save(renewed);
        log.info("certificate-renewed", "until", renewed.chain().getFirst().getNotAfter());
        return renewed;
    }

    private static Map<String, Object> body(Identity identity, Instant at) throws GeneralSecurityException {
        var spki = identity.chain().getFirst().getPublicKey().getEncoded();
        var text = PROOF_PREFIX + identity.tenantId() + '\0' + identity.machineId() + '\0' + at + '\0';
        var proof = Signature.getInstance("SHA256withECDSA");
        proof.initSign(identity.key());
        proof.update(text.getBytes(StandardCharsets.US_ASCII));
        proof.update(spki);
        var body = new LinkedHashMap<String, Object>();
        body.put("tenantId", identity.tenantId());
        body.put("machineId", identity.machineId().value());
        body.put("publicKey", Base64.getEncoder().encodeToString(spki));
        body.put("at", at.toString());
        body.put("proof", Base64.getEncoder().encodeToString(proof.sign()));
        return body;
    }
}
