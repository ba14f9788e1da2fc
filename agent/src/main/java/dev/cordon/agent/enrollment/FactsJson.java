package dev.cordon.agent.enrollment;

import dev.cordon.protocol.wire.MachineFacts;
import java.util.LinkedHashMap;
import java.util.Map;

/** A machine's facts in the form enrollment sends them. Stateless. */
final class FactsJson {

    private FactsJson() {}

    static Map<String, Object> of(MachineFacts facts) {
        var json = new LinkedHashMap<String, Object>();
        json.put("computerDnsName", facts.getComputerDnsName());
        json.put("osPlatform", facts.getOsPlatform());
        json.put("osVersion", facts.getOsVersion());
        json.put("osRelease", facts.getOsRelease());
        json.put("osBuild", facts.getOsBuild());
        json.put("osProcessor", facts.getOsProcessor());
        json.put("osArchitecture", facts.getOsArchitecture());
        json.put("agentVersion", facts.getAgentVersion());
        json.put(
                "ipAddresses",
                facts.getIpAddressesList().stream()
                        .map(address -> Map.of(
                                "ipAddress", address.getIpAddress(),
                                "macAddress", address.getMacAddress(),
                                "type", address.getType(),
                                "operationalStatus", address.getOperationalStatus()))
                        .toList());
        return json;
    }
}
