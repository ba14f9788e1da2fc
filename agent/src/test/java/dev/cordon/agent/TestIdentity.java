package dev.cordon.agent;

import dev.cordon.agent.enrollment.Identity;
import dev.cordon.protocol.Envelopes;
import dev.cordon.protocol.MachineId;
import dev.cordon.protocol.wire.Command;
import dev.cordon.protocol.wire.SignedCommand;
import java.math.BigInteger;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A machine that was enrolled in a tenant of its own, and that tenant's command key. */
public record TestIdentity(Identity identity, KeyPair commandKey) {

    public static final String TENANT = "11111111-2222-4333-8444-555555555555";

    /** Makes fresh keys. */
    public static TestIdentity make() {
        try {
            var machine = ecKey();
            var command = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
            var certificate = selfSigned(machine);
            return new TestIdentity(
                    new Identity(
                            TENANT,
                            MachineId.of(machine.getPublic()),
                            machine.getPrivate(),
                            List.of(certificate),
                            URI.create("https://cordon.test:8443"),
                            certificate,
                            List.of(command.getPublic()),
                            List.of("127.0.0.1:8444"),
                            Optional.empty()),
                    command);
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    /** Addresses a command to this machine and signs it. */
    public SignedCommand sign(Command.Builder command) {
        return seal(command.setTenantId(TENANT)
                .setMachineId(identity.machineId().value())
                .build());
    }

    /** Signs a command as it is. */
    public SignedCommand seal(Command command) {
        return Envelopes.seal(command, commandKey.getPrivate(), Envelopes.keyId(commandKey.getPublic()));
    }

    private static KeyPair ecKey() throws GeneralSecurityException {
        var generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        return generator.generateKeyPair();
    }

    private static X509Certificate selfSigned(KeyPair key) throws GeneralSecurityException {
        try {
            var name = new X500Principal("CN=test");
            var from = Instant.parse("2026-01-01T00:00:00Z");
            var builder = new JcaX509v3CertificateBuilder(
                    name,
                    BigInteger.ONE,
                    Date.from(from),
                    Date.from(from.plusSeconds(1_000_000_000)),
                    name,
                    key.getPublic());
            var signer = new JcaContentSignerBuilder("SHA256withECDSA").build(key.getPrivate());
            return new JcaX509CertificateConverter().getCertificate(builder.build(signer));
        } catch (OperatorCreationException e) {
            throw new GeneralSecurityException(e);
        }
    }
}
