package dev.cordon.agent;

import dev.cordon.agent.isolation.NetworkIsolation;
import dev.cordon.agent.isolation.UnsupportedNetworkIsolation;
import dev.cordon.agent.linux.LinuxNetworkIsolation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** Chooses the isolation this machine can have; where it can have none, one that says why. Stateless. */
final class PlatformIsolation {

    private static final int CAP_NET_ADMIN = 12;

    private PlatformIsolation() {}

    static NetworkIsolation open(Path stateDirectory) {
        if (!System.getProperty("os.name", "").toLowerCase(Locale.ROOT).contains("linux")) {
            return new UnsupportedNetworkIsolation(List.of("Isolation is implemented for Linux only; this machine runs "
                    + System.getProperty("os.name") + "."));
        }
        if (!mayAdministerNetwork()) {
            return new UnsupportedNetworkIsolation(
                    List.of("The agent lacks the capability CAP_NET_ADMIN: run it as root, or give its systemd unit"
                            + " AmbientCapabilities=CAP_NET_ADMIN CAP_NET_RAW."));
        }
        return LinuxNetworkIsolation.open(stateDirectory);
    }

    /** Looks at the effective capabilities of this process (proc_pid_status(5), capabilities(7)). */
    static boolean mayAdministerNetwork() {
        try {
            return Files.readAllLines(Path.of("/proc/self/status")).stream()
                    .filter(line -> line.startsWith("CapEff:"))
                    .map(line -> Long.parseUnsignedLong(
                            line.substring("CapEff:".length()).strip(), 16))
                    .anyMatch(effective -> (effective >>> CAP_NET_ADMIN & 1) == 1);
        } catch (IOException e) {
            return false;
        }
    }
}
