package dev.cordon.server.enrollment;

import dev.cordon.protocol.wire.IpAddress;
import dev.cordon.protocol.wire.MachineFacts;
import dev.cordon.server.web.ApiException;
import dev.cordon.server.web.JsonBody;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Reads what a machine says of itself when it enrolls. Fields that are not known are ignored. Stateless. */
final class FactsReader {

    private static final int LONGEST = 512;
    private static final int MOST_ADDRESSES = 128;

    private FactsReader() {}

    /** @throws ApiException 400 for a missing name, wrong types, or text that is too long */
    static MachineFacts read(ObjectNode body) {
        if (!(body.get("facts") instanceof ObjectNode facts)) {
            throw ApiException.invalidRequestBody("Request body is incorrect: facts must be an object.");
        }
        var name = text(facts, "computerDnsName");
        if (name.isBlank()) {
            throw ApiException.invalidRequestBody("Request body is incorrect: facts.computerDnsName is missing.");
        }
        var read = MachineFacts.newBuilder()
                .setComputerDnsName(name)
                .setOsPlatform(text(facts, "osPlatform"))
                .setOsVersion(text(facts, "osVersion"))
                .setOsRelease(text(facts, "osRelease"))
                .setOsBuild(number(facts.get("osBuild")))
                .setOsProcessor(text(facts, "osProcessor"))
                .setOsArchitecture(text(facts, "osArchitecture"))
                .setAgentVersion(text(facts, "agentVersion"));
        if (facts.get("ipAddresses") instanceof ArrayNode addresses) {
            for (int i = 0; i < Math.min(addresses.size(), MOST_ADDRESSES); i++) {
                read.addIpAddresses(address(addresses.get(i)));
            }
        }
        return read.build();
    }

    private static IpAddress address(JsonNode node) {
        if (!(node instanceof ObjectNode address)) {
            throw ApiException.invalidRequestBody("Request body is incorrect: facts.ipAddresses must hold objects.");
        }
        return IpAddress.newBuilder()
                .setIpAddress(text(address, "ipAddress"))
                .setMacAddress(text(address, "macAddress"))
                .setType(text(address, "type"))
                .setOperationalStatus(text(address, "operationalStatus"))
                .build();
    }

    private static String text(ObjectNode node, String name) {
        var text = JsonBody.text(node, name).orElse("");
        if (text.length() > LONGEST) {
            throw ApiException.invalidRequestBody(
                    "Request body is incorrect: " + name + " has more than " + LONGEST + " characters.");
        }
        return text;
    }

    private static long number(@org.jspecify.annotations.Nullable JsonNode node) {
        return node != null && node.isIntegralNumber() && node.canConvertToLong() ? Math.max(0, node.longValue()) : 0;
    }
}
