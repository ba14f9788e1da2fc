package dev.cordon.server.actions;

import dev.cordon.server.files.FileHash;
import dev.cordon.server.web.ApiJson;
import dev.cordon.server.web.Json;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** The API's MachineAction: twenty fields, always all of them, always in this order. */
final class ActionJson {

    private ActionJson() {}

    /** As reads show it. */
    static ObjectNode write(MachineAction action) {
        var json = Json.MAPPER.createObjectNode();
        json.put("id", action.id());
        json.put("type", action.type().word());
        json.put("title", action.title());
        json.put("requestor", action.requestor());
        json.put("requestorComment", action.requestorComment());
        json.put("status", action.status().word());
        json.put("machineId", action.machineId());
        json.put("computerDnsName", action.computerDnsName());
        json.put("creationDateTimeUtc", ApiJson.instant(action.createdAt()));
        json.put("lastUpdateDateTimeUtc", ApiJson.instant(action.updatedAt()));
        json.put("cancellationRequestor", action.cancellationRequestor());
        json.put("cancellationComment", action.cancellationComment());
        json.put("cancellationDateTimeUtc", instant(action.cancelledAt()));
        json.put("errorHResult", action.errorHResult());
        json.put("scope", action.scope());
        json.put("externalId", action.externalId());
        json.put("requestSource", action.requestSource());
        var relatedFile = action.relatedFile();
        json.set("relatedFileInfo", Json.MAPPER.nullNode());
        if (relatedFile != null) {
            json.putObject("relatedFileInfo")
                    .put("fileIdentifier", relatedFile)
                    .put(
                            "fileIdentifierType",
                            FileHash.parse(relatedFile).kind().word());
        }
        json.set("commands", Json.MAPPER.readTree(action.commands()));
        json.put("troubleshootInfo", action.troubleshootInfo());
        return json;
    }

    /** As the answer to the request that made it shows it: the scope comes with later reads only. */
    static ObjectNode created(MachineAction action) {
        return write(action).putNull("scope");
    }

    /** As the API of the preview showed it. */
    static ObjectNode preview(MachineAction action) {
        return Json.MAPPER
                .createObjectNode()
                .put("id", action.id())
                .put("type", action.type().word())
                .put("requestor", action.requestor())
                .put("requestorComment", action.requestorComment())
                .put("status", action.status().earlyWord())
                .put("error", action.errorHResult() == 0 ? "None" : "0x%08X".formatted(action.errorHResult()))
                .put("machineId", action.machineId())
                .put("creationDateTimeUtc", ApiJson.instant(action.createdAt()))
                .put("lastUpdateTimeUtc", ApiJson.instant(action.updatedAt()));
    }

    private static @Nullable String instant(@Nullable Instant instant) {
        return instant == null ? null : ApiJson.instant(instant);
    }
}
