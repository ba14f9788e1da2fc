package dev.cordon.server.machines;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A machine of the inventory: what its agent told of it and what people set.
 *
 * @param id 40 lower-case hex digits
 * @param computerDnsName lower case, as DNS names compare without regard to case
 * @param version release of the operating system, for example {@code 12}
 * @param lastIpAddress the address of its own by which it is best known
 * @param lastExternalIpAddress the address its connection came from
 * @param tags sorted
 */
public record Machine(
        String id,
        @Nullable String computerDnsName,
        Instant firstSeen,
        Instant lastSeen,
        String osPlatform,
        @Nullable String osVersion,
        String osProcessor,
        String osArchitecture,
        @Nullable Long osBuild,
        String version,
        String agentVersion,
        @Nullable String lastIpAddress,
        @Nullable String lastExternalIpAddress,
        List<MachineIpAddress> ipAddresses,
        String healthStatus,
        String onboardingStatus,
        String deviceValue,
        String riskScore,
        String exposureLevel,
        long rbacGroupId,
        @Nullable String rbacGroupName,
        @Nullable String aadDeviceId,
        List<MachineCapability> capabilities,
        boolean connected,
        List<String> tags) {

    public Machine {
        ipAddresses = List.copyOf(ipAddresses);
        capabilities = List.copyOf(capabilities);
        tags = List.copyOf(tags);
    }

    /** What the agent says of a capability; nothing if it never named it. */
    public Optional<MachineCapability> capability(String name) {
        return capabilities.stream()
                .filter(capability -> capability.name().equals(name))
                .findFirst();
    }
}
