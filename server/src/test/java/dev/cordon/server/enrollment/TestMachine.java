package dev.cordon.server.enrollment;

import dev.cordon.protocol.MachineId;
import dev.cordon.server.web.Json;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** A machine's side of enrollment: makes a key, proves it, keeps what it is given. */
public final class TestMachine {

    private static final char[] NO_PASSWORD = {};

    private final KeyPair keys;
    private @Nullable JsonNode answer;

    public TestMachine() {
        this("secp256r1");
    }

    TestMachine(String curve) {
        try {
            var generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec(curve));
            keys = generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    public PrivateKey key() {
        return keys.getPrivate();
    }

    PublicKey publicKey() {
        return keys.getPublic();
    }

    public String id() {
        return MachineId.of(keys.getPublic()).value();
    }

    /** A right request to enroll. */
    public ObjectNode request(String token) {
        var request = Json.MAPPER.createObjectNode();
        request.put("token", token);
        request.put("publicKey", base64(keys.getPublic().getEncoded()));
        request.put("proof", base64(proof(token)));
        var facts = request.putObject("facts");
        facts.put("computerDnsName", "m-" + id().substring(0, 8) + ".example.com");
        facts.put("osPlatform", "Debian");
        facts.put("osRelease", "12");
        facts.put("osBuild", 6);
        facts.put("agentVersion", "0.1.0");
        facts.putArray("ipAddresses").addObject().put("ipAddress", "192.0.2.7").put("type", "Ethernet");
        return request;
    }

    /** A right request for the next certificate. */
    public ObjectNode renewal(String tenantId, String at) {
        var request = Json.MAPPER.createObjectNode();
        request.put("tenantId", tenantId);
        request.put("machineId", id());
        request.put("publicKey", base64(keys.getPublic().getEncoded()));
        request.put("at", at);
        request.put("proof", base64(sign("cordon renew v1\0" + tenantId + "\0" + id() + "\0" + at + "\0")));
        return request;
    }

    byte[] proof(String token) {
        return sign("cordon enroll v1\0" + token + "\0");
    }

    private byte[] sign(String text) {
        try {
            var signature = Signature.getInstance("SHA256withECDSA");
            signature.initSign(keys.getPrivate());
            signature.update(text.getBytes(StandardCharsets.US_ASCII));
            signature.update(keys.getPublic().getEncoded());
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    void enrolled(EnrollmentServer.Answer got) {
        if (got.status() != 201) {
            throw new AssertionError(got);
        }
        enrolled(got.body());
    }

    /** Keeps what the server answered to the request to enroll. */
    public void enrolled(JsonNode given) {
        answer = given;
    }

    private JsonNode answer() {
        if (answer == null) {
            throw new IllegalStateException("not enrolled");
        }
        return answer;
    }

    List<X509Certificate> chain() {
        var chain = new ArrayList<X509Certificate>();
        for (var pem : answer().get("certificateChain")) {
            chain.add(certificate(pem.stringValue()));
        }
        return chain;
    }

    public PublicKey commandKey() {
        try {
            return KeyFactory.getInstance("Ed25519")
                    .generatePublic(new X509EncodedKeySpec(Base64.getDecoder()
                            .decode(answer().get("commandKeys").get(0).stringValue())));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** TLS as this machine, trusting the authority that enrollment named. */
    public SSLContext tls() {
        return tls(keys.getPrivate(), chain());
    }

    SSLContext tls(PrivateKey key, List<X509Certificate> chain) {
        try {
            var trusted = KeyStore.getInstance("PKCS12");
            trusted.load(null, null);
            trusted.setCertificateEntry(
                    "server", certificate(answer().get("serverCa").stringValue()));
            var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(trusted);
            var own = KeyStore.getInstance("PKCS12");
            own.load(null, null);
            own.setKeyEntry("machine", key, NO_PASSWORD, chain.toArray(Certificate[]::new));
            var manager = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            manager.init(own, NO_PASSWORD);
            var context = SSLContext.getInstance("TLS");
            context.init(manager.getKeyManagers(), trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static X509Certificate certificate(String pem) {
        try {
            return (X509Certificate) CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }
}
