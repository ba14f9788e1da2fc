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
import dev.cordon.server.keys.CommandKey;
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
     * Begins to make and sign the order of an action, on a thread of its own: the transaction's statements need not wait
     * for the most expensive thing in it. The order of an isolation carries the hash of a fresh one-time code; the code
     * stays here.
     */
    OrderInTheMaking begin(
            DSLContext sql,
            MachineAction action,
            ActionRequest request,
            long sequence,
            Instant expires,
            TenantSettings settings) {
        var key = keys.commandKey(sql, action.tenantId());
        return OrderInTheMaking.begin(() -> {
            var command = command(action, sequence, action.createdAt(), expires);
            Orders.write(command, request, settings);
            ByteString wrapped = null;
            if (request.type() == ActionType.ISOLATE) {
                var code = BreakGlassCode.make(random);
                command.setIsolate(
                        command.getIsolate().toBuilder().setBreakGlassHash(ByteString.copyFrom(code.hash())));
                wrapped = ByteString.copyFrom(vault.wrap(
                        code.value().getBytes(StandardCharsets.US_ASCII),
                        codeContext(action.tenantId(), action.machineId(), sequence)));
            }
            return seal(command.build(), key, wrapped);
        });
    }

    /**
     * Puts an order that was begun into the outbox.
     *
     * @param delivered marked delivered with the action itself, to be handed over after the commit
     */
    SignedCommand insert(
            DSLContext sql, OrderInTheMaking order, ActionRequest request, TenantSettings settings, boolean delivered) {
        var sealed = order.sealed();
        insert(
                sql,
                sealed,
                request.type().word(),
                Orders.intent(request, settings).orElse(null),
                delivered);
        return sealed.envelope();
    }

    /** The order to let an earlier command of the same action be, if that is still possible. */
    void cancel(DSLContext sql, MachineAction action, long sequence, long targetSequence, Instant now) {
        var command = command(action, sequence, now, action.expiresAt())
                .setCancel(Cancel.newBuilder().setTargetSequence(targetSequence));
        var sealed = seal(command.build(), keys.commandKey(sql, action.tenantId()), null);
        insert(sql, sealed, CANCEL, null, false);
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

    private static SealedOrder seal(Command command, CommandKey key, @Nullable ByteString breakGlass) {
        return new SealedOrder(command, Envelopes.seal(command, key.privateKey(), key.keyId()), breakGlass);
    }

    private static void insert(
            DSLContext sql, SealedOrder sealed, String kind, @Nullable String intent, boolean delivered) {
        var command = sealed.command();
        INSERT.execute(
                sql,
                command.getTenantId(),
                command.getMachineId(),
                command.getSequence(),
                command.getActionId(),
                kind,
                intent,
                sealed.envelope().toByteArray(),
                command.getIssuedAtMicros(),
                command.getExpiresAtMicros(),
                sealed.breakGlass() == null ? null : sealed.breakGlass().toByteArray(),
                delivered ? command.getIssuedAtMicros() : null);
    }

    private static String codeContext(String tenantId, String machineId, long sequence) {
        return "break-glass code " + tenantId + "/" + machineId + "/" + sequence;
    }
}
