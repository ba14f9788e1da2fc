package dev.cordon.agent.install;

import dev.cordon.agent.storage.DurableFiles;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/**
 * Writes the systemd units (systemd.unit(5)) under a root directory: {@code cordon-isolation.service} loads the
 * ruleset in force before the network comes up, {@code cordon-agent.service} runs the agent. Immutable.
 *
 * @param root where the file system starts; {@code /} but in tests
 * @param stateDirectory of the agent, as the running system sees it
 * @param java the Java run time that runs the agent
 * @param classPath the agent's own
 */
public record Installation(Path root, Path stateDirectory, Path java, String classPath) {

    /** The unit that runs the agent. */
    public static final String AGENT_UNIT = "cordon-agent.service";
    /** The unit that puts an isolation back at boot. */
    public static final String ISOLATION_UNIT = "cordon-isolation.service";

    /** Exit status of an agent that has left its machine: systemd does not start it again. */
    public static final int OFFBOARDED_STATUS = 77;

    private static final String UNITS = "etc/systemd/system";

    public Installation {
        for (var text : List.of(stateDirectory.toString(), java.toString(), classPath)) {
            if (text.chars().anyMatch(c -> c <= ' ' || c == '"' || c == '\\' || c == '%' || c == '$')) {
                throw new IllegalArgumentException("'" + text
                        + "' cannot stand in a systemd unit: install the agent under a path without spaces or quotes");
            }
        }
    }

    /** The flags that keep the agent's memory small; the launcher and the unit use the same. */
    public static List<String> jvmArguments() {
        try (InputStream in = Installation.class.getResourceAsStream("/dev/cordon/agent/agent.jvmargs")) {
            if (in == null) {
                throw new IllegalStateException("agent.jvmargs is missing from the agent's own classes");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank())
                    .toList();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException("agent.jvmargs cannot be read", e);
        }
    }

    /** Writes both units, enables them for the next boot, and returns the files written. */
    public List<Path> write() throws IOException {
        var units = root.resolve(UNITS);
        Files.createDirectories(units);
        var isolation = unit(units, ISOLATION_UNIT, isolationUnit());
        var agent = unit(units, AGENT_UNIT, agentUnit());
        enable(units, "sysinit.target.wants", ISOLATION_UNIT);
        enable(units, "multi-user.target.wants", AGENT_UNIT);
        return List.of(isolation, agent);
    }

    /** Keeps the units of the agent with this state directory from being started at boot, if they are its. */
    public static void disable(Path root, Path stateDirectory) throws IOException {
        var units = root.resolve(UNITS);
        var agent = units.resolve(AGENT_UNIT);
        var ownState = " run --state " + stateDirectory.toAbsolutePath();
        if (Files.exists(agent) && Files.readAllLines(agent).stream().anyMatch(line -> line.endsWith(ownState))) {
            Files.deleteIfExists(units.resolve("sysinit.target.wants").resolve(ISOLATION_UNIT));
            Files.deleteIfExists(units.resolve("multi-user.target.wants").resolve(AGENT_UNIT));
        }
    }

    /** Whether both units are there. */
    public boolean present() {
        var units = root.resolve(UNITS);
        return Files.exists(units.resolve(ISOLATION_UNIT)) && Files.exists(units.resolve(AGENT_UNIT));
    }

    private String isolationUnit() {
        var ruleset = stateDirectory.resolve("isolation.nft");
        return """
                [Unit]
                Description=Cordon: keeps this machine isolated across a reboot
                DefaultDependencies=no
                After=local-fs.target nftables.service
                Before=network-pre.target shutdown.target
                Wants=network-pre.target
                Conflicts=shutdown.target
                ConditionPathExists=%1$s
                PartOf=nftables.service

                [Service]
                Type=oneshot
                RemainAfterExit=yes
                ExecStart=/usr/sbin/nft -f %1$s
                TimeoutStartSec=30
                CapabilityBoundingSet=CAP_NET_ADMIN

                [Install]
                WantedBy=sysinit.target
                """.formatted(ruleset);
    }

    private String agentUnit() {
        return """
                [Unit]
                Description=Cordon agent
                After=cordon-isolation.service network.target
                StartLimitIntervalSec=0

                [Service]
                Type=exec
                Environment=MALLOC_ARENA_MAX=1
                ExecStart=%1$s %2$s -cp %3$s dev.cordon.agent.Main run --state %4$s
                Restart=always
                SuccessExitStatus=143 %5$d
                RestartPreventExitStatus=%5$d
                RestartSec=1
                TimeoutStopSec=10
                UMask=0077

                [Install]
                WantedBy=multi-user.target
                """.formatted(java, String.join(" ", jvmArguments()), classPath, stateDirectory, OFFBOARDED_STATUS);
    }

    private static Path unit(Path directory, String name, String text) throws IOException {
        var file = directory.resolve(name);
        DurableFiles.replace(file, text.getBytes(StandardCharsets.UTF_8));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        return file;
    }

    private static void enable(Path units, String target, String name) throws IOException {
        var wants = units.resolve(target);
        Files.createDirectories(wants);
        var link = wants.resolve(name);
        Files.deleteIfExists(link);
        Files.createSymbolicLink(link, Path.of("..", name));
    }
}
