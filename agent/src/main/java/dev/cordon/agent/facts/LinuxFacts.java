package dev.cordon.agent.facts;

import dev.cordon.protocol.AddressText;
import dev.cordon.protocol.wire.IpAddress;
import dev.cordon.protocol.wire.MachineFacts;
import java.io.IOException;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads a Linux machine's facts from os-release(5), /proc and its network interfaces. What cannot be read is left out
 * instead of guessed. Immutable; every call looks anew.
 */
public final class LinuxFacts implements FactsSource {

    private static final int MAX_ADDRESSES = 256;
    private static final Pattern KERNEL_BUILD = Pattern.compile("#(\\d{1,9})\\b");
    private static final Map<String, String> PLATFORMS = Map.ofEntries(
            Map.entry("ubuntu", "Ubuntu"),
            Map.entry("debian", "Debian"),
            Map.entry("rhel", "RedHatEnterpriseLinux"),
            Map.entry("centos", "CentOS"),
            Map.entry("rocky", "RockyLinux"),
            Map.entry("almalinux", "AlmaLinux"),
            Map.entry("ol", "OracleLinux"),
            Map.entry("sles", "SUSELinuxEnterpriseServer"),
            Map.entry("fedora", "Fedora"),
            Map.entry("amzn", "AmazonLinux"));

    private final Path root;
    private final Optional<String> computerName;
    private final String agentVersion;

    /** @param computerName instead of the host's own name */
    public LinuxFacts(Optional<String> computerName, String agentVersion) {
        this(Path.of("/"), computerName, agentVersion);
    }

    LinuxFacts(Path root, Optional<String> computerName, String agentVersion) {
        this.root = root;
        this.computerName = computerName;
        this.agentVersion = agentVersion;
    }

    @Override
    public MachineFacts read() {
        var release = OsRelease.read(root);
        var version = release.getOrDefault("VERSION_ID", "");
        return MachineFacts.newBuilder()
                .setComputerDnsName(computerName.orElseGet(this::hostName))
                .setOsPlatform(platform(release))
                .setOsRelease(version)
                .setOsBuild(kernelBuild())
                .setOsProcessor(processor(System.getProperty("os.arch", "")))
                .setOsArchitecture("64-bit")
                .setAgentVersion(agentVersion)
                .addAllIpAddresses(addresses())
                .build();
    }

    private static String platform(Map<String, String> release) {
        var id = release.getOrDefault("ID", "linux").toLowerCase(Locale.ROOT);
        return PLATFORMS.getOrDefault(id, "Linux");
    }

    private String hostName() {
        return firstLine("proc/sys/kernel/hostname").orElse("localhost");
    }

    private long kernelBuild() {
        var build = KERNEL_BUILD.matcher(firstLine("proc/sys/kernel/version").orElse(""));
        return build.find() ? Long.parseLong(build.group(1)) : 0;
    }

    private static String processor(String arch) {
        return switch (arch) {
            case "amd64", "x86_64" -> "x64";
            case "aarch64" -> "arm64";
            default -> arch;
        };
    }

    private Optional<String> firstLine(String file) {
        try (Stream<String> lines = Files.lines(root.resolve(file))) {
            return lines.findFirst().map(String::strip).filter(line -> !line.isEmpty());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static List<IpAddress> addresses() {
        var found = new ArrayList<IpAddress>();
        try {
            for (var network : NetworkInterface.networkInterfaces().toList()) {
                var mac = network.getHardwareAddress();
                var template = IpAddress.newBuilder()
                        .setMacAddress(
                                mac == null || mac.length != 6
                                        ? ""
                                        : HexFormat.of().withUpperCase().formatHex(mac))
                        .setType(type(network, mac))
                        .setOperationalStatus(network.isUp() ? "Up" : "Down");
                network.inetAddresses()
                        .limit(MAX_ADDRESSES - found.size())
                        .map(AddressText::of)
                        .forEach(ip -> found.add(template.setIpAddress(ip).build()));
            }
        } catch (SocketException e) {
            // An interface that went away while it was looked at: what was seen until then stands.
        }
        return found;
    }

    private static String type(NetworkInterface network, byte @Nullable [] mac) throws SocketException {
        if (network.isLoopback()) {
            return "SoftwareLoopback";
        }
        return mac != null && mac.length == 6 ? "Ethernet" : "Other";
    }
}
