package dev.cordon.server.actions;

import dev.cordon.server.web.ApiJson;
import dev.cordon.server.web.Json;
import java.util.Objects;
import tools.jackson.databind.node.ObjectNode;

/** The API's FileMachineAction: an action on a file, with every place where the machine found it. */
final class FileActionJson {

    private FileActionJson() {}

    static ObjectNode write(MachineAction action) {
        var hash = Objects.requireNonNullElse(action.relatedFile(), "");
        var json = Json.MAPPER.createObjectNode();
        json.put("id", action.id());
        json.put("sha1", hash);
        json.put("type", action.type().word());
        json.put("requestor", action.requestor());
        json.put("requestorComment", action.requestorComment());
        json.put("status", action.status().earlyWord());
        json.put("fileId", hash);
        json.put("machineId", action.machineId());
        json.put("creationDateTimeUtc", ApiJson.instant(action.createdAt()));
        json.put("lastUpdateDateTimeUtc", ApiJson.instant(action.updatedAt()));
        var instances = json.putArray("fileInstances");
        var outcome = action.outcome();
        if (outcome != null) {
            for (var file : Json.MAPPER.readTree(outcome).path("files")) {
                switch (file.path("status").stringValue("")) {
                    case FileWords.QUARANTINED, FileWords.COLLECTED ->
                        instance(instances.addObject(), file.path("path").stringValue(""), Status.SUCCEEDED);
                    case FileWords.FAILED ->
                        instance(instances.addObject(), file.path("path").stringValue(""), Status.FAILED);
                    default -> {}
                }
            }
        }
        return json;
    }

    private static void instance(ObjectNode json, String path, Status status) {
        json.put("filePath", path).put("status", status.word());
    }
}
