package dev.cordon.server.machines;

import static dev.cordon.server.machines.MachineTable.AGENT_VERSION;
import static dev.cordon.server.machines.MachineTable.COMPUTER_DNS_NAME;
import static dev.cordon.server.machines.MachineTable.IP_ADDRESSES;
import static dev.cordon.server.machines.MachineTable.LAST_IP_ADDRESS;
import static dev.cordon.server.machines.MachineTable.OS_ARCHITECTURE;
import static dev.cordon.server.machines.MachineTable.OS_BUILD;
import static dev.cordon.server.machines.MachineTable.OS_PLATFORM;
import static dev.cordon.server.machines.MachineTable.OS_PROCESSOR;
import static dev.cordon.server.machines.MachineTable.OS_VERSION;
import static dev.cordon.server.machines.MachineTable.VERSION;

import dev.cordon.protocol.AddressText;
import dev.cordon.protocol.wire.Capability;
import dev.cordon.protocol.wire.IpAddress;
import dev.cordon.protocol.wire.MachineFacts;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jooq.Field;
import org.jspecify.annotations.Nullable;

/** What an agent tells of its machine, brought into the form and the sizes in which it is stored. */
final class StoredFacts {

    static final int NAME = 255;
    static final int SHORT = 64;
    static final int SENTENCE = 500;
    static final int ADDRESSES = 128;
    static final int CAPABILITIES = 32;
    static final int LIMITS = 16;

    private StoredFacts() {}

    /** Column values of facts. What the agent left empty and the column needs becomes {@code Unknown}. */
    static Map<Field<?>, @Nullable Object> columns(MachineFacts facts) {
        var addresses = addresses(facts.getIpAddressesList());
        var columns = new LinkedHashMap<Field<?>, @Nullable Object>();
        columns.put(COMPUTER_DNS_NAME, FactText.nameOrNull(facts.getComputerDnsName(), NAME));
        columns.put(OS_PLATFORM, known(facts.getOsPlatform()));
        columns.put(OS_VERSION, FactText.orNull(facts.getOsVersion(), NAME));
        columns.put(OS_PROCESSOR, known(facts.getOsProcessor()));
        columns.put(OS_ARCHITECTURE, known(facts.getOsArchitecture()));
        columns.put(OS_BUILD, facts.getOsBuild() > 0 ? facts.getOsBuild() : null);
        columns.put(VERSION, known(facts.getOsRelease()));
        columns.put(AGENT_VERSION, known(facts.getAgentVersion()));
        columns.put(LAST_IP_ADDRESS, bestKnown(addresses));
        columns.put(IP_ADDRESSES, MachineRows.write(addresses));
        return columns;
    }

    /** The column value of what an agent says it can do. A capability without a name is left out. */
    static String capabilities(List<Capability> said) {
        var capabilities = new ArrayList<MachineCapability>();
        for (var capability : said.subList(0, Math.min(said.size(), CAPABILITIES))) {
            var name = FactText.of(capability.getName(), SHORT);
            if (!name.isEmpty()) {
                capabilities.add(new MachineCapability(name, support(capability), limits(capability)));
            }
        }
        return MachineRows.write(capabilities);
    }

    private static MachineCapability.Support support(Capability capability) {
        return switch (capability.getSupport()) {
            case SUPPORT_ENFORCED -> MachineCapability.Support.ENFORCED;
            case SUPPORT_PARTIAL -> MachineCapability.Support.PARTIAL;
            case SUPPORT_UNSUPPORTED, SUPPORT_UNSPECIFIED, UNRECOGNIZED -> MachineCapability.Support.UNSUPPORTED;
        };
    }

    private static List<String> limits(Capability capability) {
        return capability.getLimitsList().stream()
                .limit(LIMITS)
                .map(limit -> FactText.of(limit, SENTENCE))
                .toList();
    }

    private static List<MachineIpAddress> addresses(List<IpAddress> said) {
        return said.stream()
                .limit(ADDRESSES)
                .map(address -> new MachineIpAddress(
                        address(FactText.of(address.getIpAddress(), SHORT)),
                        FactText.orNull(address.getMacAddress(), SHORT),
                        orElse(FactText.of(address.getType(), SHORT), "Other"),
                        orElse(FactText.of(address.getOperationalStatus(), SHORT), "Unknown")))
                .toList();
    }

    /** In its usual spelling, so that it can be found; what is no address stays the text it is. */
    private static String address(String said) {
        try {
            return AddressText.of(said);
        } catch (IllegalArgumentException e) {
            return said;
        }
    }

    /** Ethernet before others, IPv4 before IPv6, link-local last; loopback and what is down not at all. */
    private static @Nullable String bestKnown(List<MachineIpAddress> addresses) {
        return addresses.stream()
                .filter(address -> address.operationalStatus().equals("Up"))
                .filter(address -> !address.type().equals("SoftwareLoopback"))
                .min(Comparator.comparing((MachineIpAddress address) -> isLinkLocal(address.ipAddress()))
                        .thenComparing(address -> !address.type().equals("Ethernet"))
                        .thenComparing(address -> address.ipAddress().contains(":")))
                .map(MachineIpAddress::ipAddress)
                .orElse(null);
    }

    private static boolean isLinkLocal(String address) {
        return address.startsWith("169.254.") || address.regionMatches(true, 0, "fe80:", 0, 5);
    }

    private static String known(String said) {
        return orElse(FactText.of(said, NAME), "Unknown");
    }

    private static String orElse(String text, String otherwise) {
        return text.isEmpty() ? otherwise : text;
    }
}
