package dev.cordon.agent.simulation;

import dev.cordon.agent.facts.FactsSource;
import dev.cordon.protocol.wire.IpAddress;
import dev.cordon.protocol.wire.MachineFacts;

/** Facts of a machine that does not exist. Immutable. */
public record SimulatedFacts(String computerDnsName, String osPlatform, String osVersion, String ipAddress)
        implements FactsSource {

    @Override
    public MachineFacts read() {
        return MachineFacts.newBuilder()
                .setComputerDnsName(computerDnsName)
                .setOsPlatform(osPlatform)
                .setOsVersion(osVersion)
                .setOsRelease(osVersion)
                .setOsProcessor("x64")
                .setOsArchitecture("64-bit")
                .setAgentVersion("simulated")
                .addIpAddresses(IpAddress.newBuilder()
                        .setIpAddress(ipAddress)
                        .setType("Ethernet")
                        .setOperationalStatus("Up"))
                .build();
    }
}
