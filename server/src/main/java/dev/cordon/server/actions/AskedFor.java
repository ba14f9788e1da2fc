package dev.cordon.server.actions;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.cordon.protocol.wire.Command;
import dev.cordon.protocol.wire.SignedCommand;
import dev.cordon.server.web.Json;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * What was asked for, as a request body that asks for the same again: from the action and from the command that was
 * signed for it, which is kept as long as the action. Stateless.
 */
final class AskedFor {

    private AskedFor() {}

    /** Null for what is not asked of a machine with a body of its own: a restore. */
    static @Nullable ObjectNode body(MachineAction action, byte[] envelope) {
        if (action.type() == ActionType.RESTORE) {
            return null;
        }
        var body = Json.MAPPER.createObjectNode().put("Comment", action.requestorComment());
        var scope = action.scope();
        if (scope != null && action.type() == ActionType.ISOLATE) {
            body.put("IsolationType", scope);
        }
        if (scope != null && action.type() == ActionType.SCAN) {
            body.put("ScanType", scope);
        }
        if (action.relatedFile() != null) {
            body.put("Sha1", action.relatedFile());
        }
        var path = command(action, envelope).getRequestSample().getPath();
        if (!path.isEmpty()) {
            body.put("FilePath", path);
        }
        if (action.externalId() != null) {
            body.put("ExternalId", action.externalId());
        }
        return body;
    }

    private static Command command(MachineAction action, byte[] envelope) {
        try {
            return Command.parseFrom(SignedCommand.parseFrom(envelope).getPayload());
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("the command of action " + action.id() + " in the outbox is damaged", e);
        }
    }
}
