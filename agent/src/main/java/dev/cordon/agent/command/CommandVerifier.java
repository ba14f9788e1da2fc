package dev.cordon.agent.command;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.cordon.agent.enrollment.Identity;
import dev.cordon.protocol.Envelopes;
import dev.cordon.protocol.InvalidEnvelopeException;
import dev.cordon.protocol.wire.Command;
import dev.cordon.protocol.wire.RefusalReason;
import dev.cordon.protocol.wire.SignedCommand;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/** Checks what a command says about itself; its place in the order is the journal's matter. Immutable. */
final class CommandVerifier {

    private final Identity identity;

    CommandVerifier(Identity identity) {
        this.identity = identity;
    }

    /** Whether this was signed by the tenant for this machine. */
    Verdict verify(SignedCommand signed) {
        var key = identity.commandKey(signed.getKeyId());
        if (key.isEmpty()) {
            return new Verdict.Refusal(
                    RefusalReason.REFUSAL_REASON_BAD_SIGNATURE, "signed with a key that is not pinned here");
        }
        Command command;
        try {
            command = Envelopes.open(signed, key.get());
        } catch (InvalidEnvelopeException e) {
            var reason = e.getCause() instanceof InvalidProtocolBufferException
                    ? RefusalReason.REFUSAL_REASON_MALFORMED
                    : RefusalReason.REFUSAL_REASON_BAD_SIGNATURE;
            return new Verdict.Refusal(reason, String.valueOf(e.getMessage()));
        }
        if (!command.getTenantId().equals(identity.tenantId())) {
            return new Verdict.Refusal(RefusalReason.REFUSAL_REASON_WRONG_TENANT, "for another tenant");
        }
        if (!command.getMachineId().equals(identity.machineId().value())) {
            return new Verdict.Refusal(RefusalReason.REFUSAL_REASON_WRONG_MACHINE, "for another machine");
        }
        if (command.getSequence() <= 0) {
            return new Verdict.Refusal(RefusalReason.REFUSAL_REASON_MALFORMED, "without a sequence number");
        }
        return new Verdict.Genuine(command);
    }

    /** Why a genuine command is not carried out after this instant, if it is not. */
    static Optional<Verdict.Refusal> expired(Command command, Instant now) {
        var expires = Instant.EPOCH.plus(command.getExpiresAtMicros(), ChronoUnit.MICROS);
        return now.isAfter(expires)
                ? Optional.of(new Verdict.Refusal(
                        RefusalReason.REFUSAL_REASON_EXPIRED, "expired at " + expires + "; it is " + now + " here"))
                : Optional.empty();
    }
}
