package dev.cordon.server.machines;

import dev.cordon.server.web.ApiJson;
import dev.cordon.server.web.Json;
import tools.jackson.databind.node.ObjectNode;

/**
 * The Machine entity of the Defender API: these fields, in this order, absent values as null, arrays never null. What
 * Cordon does not know of a machine has the value that the API gives for not known.
 */
final class MachineJson {

    private MachineJson() {}

    static ObjectNode write(Machine machine) {
        var json = Json.MAPPER.createObjectNode();
        json.put("id", machine.id());
        json.putNull("mergedIntoMachineId");
        json.put("isPotentialDuplication", false);
        json.put("isExcluded", false);
        json.putNull("exclusionReason");
        json.put("computerDnsName", machine.computerDnsName());
        json.put("firstSeen", ApiJson.instant(machine.firstSeen()));
        json.put("lastSeen", ApiJson.instant(machine.lastSeen()));
        json.put("osPlatform", machine.osPlatform());
        json.put("osVersion", machine.osVersion());
        json.put("osProcessor", machine.osProcessor());
        json.put("version", machine.version());
        json.put("lastIpAddress", machine.lastIpAddress());
        json.put("lastExternalIpAddress", machine.lastExternalIpAddress());
        json.put("agentVersion", machine.agentVersion());
        json.put("osBuild", machine.osBuild());
        json.put("healthStatus", machine.healthStatus());
        json.put("deviceValue", machine.deviceValue());
        json.put("rbacGroupId", machine.rbacGroupId());
        json.put("rbacGroupName", machine.rbacGroupName());
        json.put("riskScore", machine.riskScore());
        json.put("exposureLevel", machine.exposureLevel());
        json.putNull("isAadJoined");
        json.put("aadDeviceId", machine.aadDeviceId());
        var tags = json.putArray("machineTags");
        machine.tags().forEach(tags::add);
        json.put("defenderAvStatus", "Unknown");
        json.put("onboardingStatus", machine.onboardingStatus());
        json.put("osArchitecture", machine.osArchitecture());
        json.put("managedBy", "Unknown");
        json.put("managedByStatus", "Unknown");
        var addresses = json.putArray("ipAddresses");
        for (var address : machine.ipAddresses()) {
            addresses
                    .addObject()
                    .put("ipAddress", address.ipAddress())
                    .put("macAddress", address.macAddress())
                    .put("type", address.type())
                    .put("operationalStatus", address.operationalStatus());
        }
        json.putNull("vmMetadata");
        return json;
    }
}
