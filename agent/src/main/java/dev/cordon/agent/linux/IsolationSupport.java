package dev.cordon.agent.linux;

import dev.cordon.protocol.wire.Capability;
import dev.cordon.protocol.wire.Support;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** How far this machine can be isolated, as it tells the server: what is missing stands there in words. */
final class IsolationSupport {

    private static final String NAME = "NetworkIsolation";

    private IsolationSupport() {}

    /** What stands in the way of any isolation; empty if nothing does. */
    static String refusal(Optional<Nft> nft) {
        if (nft.isEmpty()) {
            return "nftables is missing: apt-get install nftables (or your distribution's package of that name)";
        }
        if (!Capabilities.has(Capabilities.NET_ADMIN)) {
            return "the agent lacks CAP_NET_ADMIN: run it as root, or give the unit "
                    + "AmbientCapabilities=CAP_NET_ADMIN CAP_NET_RAW";
        }
        return Tables.refusal(nft.get())
                .map(reason -> "the kernel refuses nftables rules: " + reason)
                .orElse("");
    }

    static Capability none(String reason) {
        return Capability.newBuilder()
                .setName(NAME)
                .setSupport(Support.SUPPORT_UNSUPPORTED)
                .addLimits(reason)
                .build();
    }

    static Capability of(Tables tables, Rehearsal rehearsal) {
        if (rehearsal.rules().isPresent()) {
            return none("the rules of an isolation cannot be loaded: "
                    + rehearsal.rules().get());
        }
        Capability.Builder capability = Capability.newBuilder().setName(NAME).setSupport(Support.SUPPORT_ENFORCED);
        if (rehearsal.connections().isPresent()) {
            capability
                    .setSupport(Support.SUPPORT_PARTIAL)
                    .addLimits("open connections only fall silent, they cannot be ended: "
                            + rehearsal.connections().get());
        }
        if (!tables.ownsTables()) {
            capability
                    .setSupport(Support.SUPPORT_PARTIAL)
                    .addLimits(
                            "libnftables is missing, so rules can be removed by another root process until the agent "
                                    + "has put them back: apt-get install libnftables1");
        }
        if (!tables.stopsFrames()) {
            capability
                    .setSupport(Support.SUPPORT_PARTIAL)
                    .addLimits("this kernel has no hook for outgoing frames (Linux 5.16 brings it), so programs with "
                            + "CAP_NET_RAW can still send raw frames");
        }
        if (!Capabilities.has(Capabilities.NET_RAW)) {
            capability.addLimits("the agent lacks CAP_NET_RAW, so it does not try whether raw frames are stopped");
        }
        if (!Files.exists(Path.of("/sys/fs/cgroup/cgroup.controllers"))) {
            capability.addLimits(
                    "there is no cgroup v2 at /sys/fs/cgroup, so exclusions cannot name a service (users and"
                            + " destinations work)");
        }
        return capability.build();
    }
}
