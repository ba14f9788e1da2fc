package dev.cordon.agent.enrollment;

import dev.cordon.agent.storage.DurableFiles;
import dev.cordon.agent.storage.StateDirectory;
import dev.cordon.protocol.MachineId;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Properties;

/**
 * Keeps the machine's identity in the state directory.
 *
 * <p>{@code identity.p12} is written last: where it is, enrollment is complete. Before that the key made for an
 * enrollment waits in {@code enrollment.key}, so that one that was interrupted goes on with the same key and thereby as
 * the same machine. The key store's password is a constant: the file's mode protects it, not a secret beside it.
 */
public final class IdentityStore {

    private static final char[] PASSWORD = "cordon-agent".toCharArray();
    private static final String ALIAS = "machine";
    private static final int MAX_FILE = 1024 * 1024;

    private final StateDirectory state;

    public IdentityStore(StateDirectory state) {
        this.state = state;
    }

    /** Whether this machine is enrolled. */
    public boolean exists() {
        return Files.exists(state.identity());
    }

    /** The machine's identity, or nothing if it is not enrolled. */
    public Optional<Identity> load() throws EnrollmentException {
        if (!exists()) {
            return Optional.empty();
        }
        try {
            var store = KeyStore.getInstance("PKCS12");
            try (var in = Files.newInputStream(state.identity())) {
                store.load(in, PASSWORD);
            }
            var properties = new Properties();
            try (var in = Files.newInputStream(state.properties())) {
                properties.load(new StringReader(new String(in.readNBytes(MAX_FILE), StandardCharsets.UTF_8)));
            }
            return Optional.of(identity(store, properties));
        } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
            throw new EnrollmentException(
                    "the identity in " + state.path() + " cannot be read (" + e.getMessage()
                            + "): restore the directory from a backup, or delete it and enroll this machine again",
                    e);
        }
    }

    private static Identity identity(KeyStore store, Properties properties)
            throws GeneralSecurityException, EnrollmentException {
        if (!(store.getKey(ALIAS, PASSWORD) instanceof PrivateKey key)) {
            throw new EnrollmentException("identity.p12 has no key", null);
        }
        var chain = new ArrayList<X509Certificate>();
        for (var certificate : store.getCertificateChain(ALIAS)) {
            chain.add((X509Certificate) certificate);
        }
        var commandKeys = new ArrayList<PublicKey>();
        for (var text : list(properties, "commandKeys")) {
            commandKeys.add(Pem.commandKey(text));
        }
        return new Identity(
                required(properties, "tenantId"),
                new MachineId(required(properties, "machineId")),
                key,
                chain,
                URI.create(required(properties, "server")),
                Pem.certificate(required(properties, "serverCa")),
                commandKeys,
                list(properties, "gateways"),
                Optional.ofNullable(properties.getProperty("computerName")));
    }

    /** Keeps an identity; the machine is enrolled when this returns. */
    void save(Identity identity) throws IOException, GeneralSecurityException {
        var properties = new Properties();
        properties.setProperty("tenantId", identity.tenantId());
        properties.setProperty("machineId", identity.machineId().value());
        properties.setProperty("server", identity.server().toString());
        properties.setProperty("gateways", String.join(" ", identity.gateways()));
        properties.setProperty(
                "commandKeys",
                String.join(
                        " ",
                        identity.commandKeys().stream()
                                .map(key -> Base64.getEncoder().encodeToString(key.getEncoded()))
                                .toList()));
        identity.computerName().ifPresent(name -> properties.setProperty("computerName", name));
        properties.setProperty("serverCa", Pem.text(identity.serverCa()));
        var text = new StringWriter();
        properties.store(text, "Written at enrollment.");
        DurableFiles.replace(state.properties(), text.toString().getBytes(StandardCharsets.UTF_8));

        var store = KeyStore.getInstance("PKCS12");
        store.load(null, PASSWORD);
        store.setKeyEntry(ALIAS, identity.key(), PASSWORD, identity.chain().toArray(Certificate[]::new));
        var bytes = new ByteArrayOutputStream();
        store.store(bytes, PASSWORD);
        DurableFiles.replace(state.identity(), bytes.toByteArray());
        DurableFiles.delete(state.pendingKey());
    }

    /** The key for this enrollment: the one an interrupted enrollment left, or a new one that is on disk already. */
    KeyPair pendingKey() throws IOException, GeneralSecurityException {
        state.create();
        if (Files.exists(state.pendingKey())) {
            return decode(Files.readAllBytes(state.pendingKey()));
        }
        var generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        var pair = generator.generateKeyPair();
        var text = Base64.getEncoder().encodeToString(pair.getPrivate().getEncoded())
                + " "
                + Base64.getEncoder().encodeToString(pair.getPublic().getEncoded());
        DurableFiles.replace(state.pendingKey(), text.getBytes(StandardCharsets.US_ASCII));
        return pair;
    }

    private static KeyPair decode(byte[] file) throws GeneralSecurityException {
        var parts = new String(file, StandardCharsets.US_ASCII).strip().split(" ", -1);
        if (parts.length != 2) {
            throw new GeneralSecurityException("enrollment.key is damaged: delete it and enroll again");
        }
        var factory = KeyFactory.getInstance("EC");
        var decoder = Base64.getDecoder();
        return new KeyPair(
                factory.generatePublic(new X509EncodedKeySpec(decoder.decode(parts[1]))),
                factory.generatePrivate(new PKCS8EncodedKeySpec(decoder.decode(parts[0]))));
    }

    private static String required(Properties properties, String name) throws EnrollmentException {
        var value = properties.getProperty(name);
        if (value == null || value.isBlank()) {
            throw new EnrollmentException("agent.properties lacks " + name, null);
        }
        return value;
    }

    private static List<String> list(Properties properties, String name) throws EnrollmentException {
        return Arrays.stream(required(properties, name).split(" ", -1))
                .filter(part -> !part.isEmpty())
                .toList();
    }
}
