package dev.cordon.server.enrollment;

import com.google.protobuf.ByteString;
import dev.cordon.protocol.MachineId;
import dev.cordon.protocol.wire.MachineFacts;
import dev.cordon.server.audit.AuditLog;
import dev.cordon.server.keys.TenantKeys;
import dev.cordon.server.machines.Machines;
import dev.cordon.server.store.Database;
import dev.cordon.server.web.ApiException;
import dev.cordon.server.web.Route;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Lets a machine in: checks its token and that it holds the key it shows, takes it into the inventory and issues its
 * certificate, all in one transaction with the count of the token's use and the audit entry. Thread-safe.
 *
 * <p>A machine whose answer was lost asks again with the same token and key. It gets a fresh certificate and costs no
 * further use, as long as its certificates have not been revoked.
 */
public final class Enrollment {

    private final Database database;
    private final EnrollmentTokens tokens;
    private final MachineCertificates certificates;
    private final Machines machines;
    private final TenantKeys keys;
    private final AuditLog audit;
    private final InstantSource time;
    private final EnrollmentSettings settings;
    private final Connections connections;

    /** @param connections told of machines whose certificates were revoked */
    public Enrollment(
            Database database,
            EnrollmentTokens tokens,
            MachineCertificates certificates,
            Machines machines,
            TenantKeys keys,
            AuditLog audit,
            InstantSource time,
            EnrollmentSettings settings,
            Connections connections) {
        this.database = database;
        this.tokens = tokens;
        this.certificates = certificates;
        this.machines = machines;
        this.keys = keys;
        this.audit = audit;
        this.time = time;
        this.settings = settings;
        this.connections = connections;
    }

    /** What lets machines in and keeps them in, and what manages tokens and certificates. */
    public List<Route> routes() {
        var renewal = new Renewal(certificates, time);
        return Stream.of(
                        new EnrollEndpoint(this, renewal, settings).routes(),
                        new EnrollmentTokenEndpoints(database, tokens, time).routes(),
                        new RevocationEndpoint(database, certificates, machines, connections).routes())
                .flatMap(List::stream)
                .toList();
    }

    /** What a machine that asks to be enrolled brings. */
    record Request(String token, ECPublicKey key, ByteString proof, MachineFacts facts) {}

    /** What an enrolled machine needs. */
    record Enrolled(
            String tenantId,
            MachineId machine,
            X509Certificate certificate,
            X509Certificate authority,
            List<PublicKey> commandKeys) {}

    /**
     * Enrolls a machine.
     *
     * @throws ApiException 403 if the token or the proof is not valid
     */
    Enrolled enroll(Request request) {
        var text = TokenText.parse(request.token()).orElseThrow(Enrollment::unknownToken);
        var token = database.read(sql -> tokens.authenticate(sql, text)).orElseThrow(Enrollment::unknownToken);
        if (!MachineKeys.proves(request.key(), request.token(), request.proof().toByteArray())) {
            throw refused("The proof is no signature by the machine's key over this token and key.");
        }
        var machine = MachineId.of(request.key());
        return database.write(sql -> {
            var tenantId = token.tenantId();
            var locked = tokens.lock(sql, token);
            boolean again = certificates.trusts(sql, tenantId, machine);
            requireUsable(locked, again);
            if (!again) {
                tokens.use(sql, locked);
            }
            machines.enroll(sql, tenantId, machine, request.key(), request.facts());
            var certificate = certificates.issue(sql, tenantId, machine, request.key());
            audit.append(
                    sql,
                    tenantId,
                    "machine:" + machine,
                    again ? "machine.certificate_issued" : "machine.enrolled",
                    "machine:" + machine,
                    Map.of(
                            "token",
                            token.id(),
                            "serial",
                            certificate.getSerialNumber().toString(16),
                            "computerDnsName",
                            request.facts().getComputerDnsName()));
            return new Enrolled(
                    tenantId,
                    machine,
                    certificate,
                    keys.machineAuthority(sql, tenantId).certificate(),
                    keys.commandKeys(sql, tenantId));
        });
    }

    private void requireUsable(EnrollmentToken token, boolean again) {
        var problem = switch (token.state(time.instant())) {
            case ACTIVE -> Optional.<String>empty();
            case USED_UP -> again ? Optional.<String>empty() : Optional.of("has been used up");
            case EXPIRED -> Optional.of("has expired");
            case REVOKED -> Optional.of("was revoked");
        };
        if (problem.isPresent()) {
            throw refused("The enrollment token " + problem.get() + ". Ask an administrator for a new one.");
        }
    }

    /** The same for a token that does not exist and for a wrong secret. */
    private static ApiException unknownToken() {
        return refused("The enrollment token is not valid here. Check that it was copied whole.");
    }

    private static ApiException refused(String message) {
        return new ApiException(403, "DisallowedOperation", message);
    }
}
