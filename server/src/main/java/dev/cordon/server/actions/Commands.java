package dev.cordon.server.actions;

import static dev.cordon.server.store.KeptStatement.value;

import com.google.protobuf.ByteString;
import dev.cordon.protocol.BreakGlassCode;
import dev.cordon.protocol.Envelopes;
import dev.cordon.protocol.wire.Cancel;
import dev.cordon.protocol.wire.Command;
import dev.cordon.protocol.wire.SignedCommand;
import dev.cordon.server.actions.ActionTables.Outgoing;
import dev.cordon.server.identity.TenantSettings;
import dev.cordon.server.keys.KeyVault;
import dev.cordon.server.keys.TenantKeys;
import dev.cordon.server.store.Instants;
import dev.cordon.server.store.KeptStatement;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/**
 * Writes commands into the outbox: typed, bound to tenant, machine, sequence and expiry, signed by the tenant's key, as
 * the exact bytes that will be sent. Thread-safe.
 */
final class Commands {

    static final String CANCEL = "Cancel";

    private static final KeptStatement INSERT = KeptStatement.of(DSL.insertInto(Outgoing.TABLE)
            .set(Outgoing.TENANT_ID, value(1, Outgoing.TENANT_ID))
            .set(Outgoing.MACHINE_ID, value(2, Outgoing.MACHINE_ID))
            .set(Outgoing.SEQUENCE, value(3, Outgoing.SEQUENCE))
            .set(Outgoing.ACTION_ID, value(4, Outgoing.ACTION_ID))
            .set(Outgoing.KIND, value(5, Outgoing.KIND))
            .set(Outgoing.INTENT, value(6, Outgoing.INTENT))
            .set(Outgoing.ENVELOPE, value(7, Outgoing.ENVELOPE))
            .set(Outgoing.CREATED_AT, value(8, Outgoing.CREATED_AT))
            .set(Outgoing.EXPIRES_AT, value(9, Outgoing.EXPIRES_AT))
            .set(Outgoing.BREAK_GLASS, value(10, Outgoing.BREAK_GLASS))
            .set(Outgoing.DELIVERED_AT, value(11, Outgoing.DELIVERED_AT)));

    private final TenantKeys keys;
    private final KeyVault vault;
    private final SecureRandom random = new SecureRandom();

    Commands(TenantKeys keys, KeyVault vault) {
        this.keys = keys;
        this.vault = vault;
    }

    /**
     * The order of an action. That of an isolation carries the hash of a fresh one-time code; the code stays here.
     *
     * @param delivered marked delivered with the action itself, to be handed over after the commit
     */
    SignedCommand order(
            DSLContext sql,
            MachineAction action,
            ActionRequest request,
            long sequence,
            Instant expires,
            TenantSettings settings,
            boolean delivered) {
        var command = command(action, sequence, action.createdAt(), expires);
        Orders.write(command, request, settings);
        byte[] wrapped = null;
        if (request.type() == ActionType.ISOLATE) {
            var code = BreakGlassCode.make(random);
            command.setIsolate(command.getIsolate().toBuilder().setBreakGlassHash(ByteString.copyFrom(code.hash())));
            wrapped = vault.wrap(
                    code.value().getBytes(StandardCharsets.US_ASCII),
                    codeContext(action.tenantId(), action.machineId(), sequence));
        }
        var intent = Orders.intent(request, settings).orElse(null);
        return insert(sql, command.build(), action.type().word(), intent, wrapped, delivered);
    }

    /** The order to let an earlier command of the same action be, if that is still possible. */
    void cancel(DSLContext sql, MachineAction action, long sequence, long targetSequence, Instant now) {
        var command = command(action, sequence, now, action.expiresAt())
                .setCancel(Cancel.newBuilder().setTargetSequence(targetSequence));
        insert(sql, command.build(), CANCEL, null, null, false);
    }

    /** The one-time code of an isolation. */
    BreakGlassCode code(String tenantId, String machineId, long sequence, byte[] wrapped) {
        var code = vault.unwrap(wrapped, codeContext(tenantId, machineId, sequence));
        return new BreakGlassCode(new String(code, StandardCharsets.US_ASCII));
    }

    private static Command.Builder command(MachineAction action, long sequence, Instant issued, Instant expires) {
        return Command.newBuilder()
                .setTenantId(action.tenantId())
                .setMachineId(action.machineId())
                .setSequence(sequence)
                .setActionId(action.id())
                .setIssuedAtMicros(Instants.micros(issued))
                .setExpiresAtMicros(Instants.micros(expires));
    }

    private SignedCommand insert(
            DSLContext sql,
            Command command,
            String kind,
            @Nullable String intent,
            byte @Nullable [] breakGlass,
            boolean delivered) {
        var key = keys.commandKey(sql, command.getTenantId());
        var envelope = Envelopes.seal(command, key.privateKey(), key.keyId());
        INSERT.execute(
                sql,
                command.getTenantId(),
                command.getMachineId(),
                command.getSequence(),
                command.getActionId(),
                kind,
                intent,
                envelope.toByteArray(),
                command.getIssuedAtMicros(),
                command.getExpiresAtMicros(),
                breakGlass,
                delivered ? command.getIssuedAtMicros() : null);
        return envelope;
    }

    private static String codeContext(String tenantId, String machineId, long sequence) {
        return "break-glass code " + tenantId + "/" + machineId + "/" + sequence;
    }
}
