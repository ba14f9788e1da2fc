package dev.cordon.agent;

import dev.cordon.agent.execution.ExecutionControl;
import dev.cordon.agent.files.RawPath;
import dev.cordon.agent.finder.Mounts;
import dev.cordon.agent.linux.files.LinuxFileCalls;
import dev.cordon.agent.linux.files.LinuxProcessCalls;
import dev.cordon.agent.linux.files.RpmProgram;
import dev.cordon.agent.linux.files.Systemd;
import dev.cordon.agent.log.Log;
import dev.cordon.agent.quarantine.QuarantineHandler;
import dev.cordon.agent.quarantine.RpmDatabase;
import dev.cordon.agent.quarantine.Services;
import dev.cordon.agent.quarantine.Surroundings;
import dev.cordon.agent.task.TaskHandler;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The handlers of orders about files on this machine; none where it does not run Linux. Stateless. */
final class PlatformQuarantine {

    private static final Path WHOLE = Path.of("/");

    private PlatformQuarantine() {}

    /** @param files {@code /}, or for labs the folder that stands for a machine's files */
    static List<TaskHandler> open(Path stateDirectory, Path files, ExecutionControl execution, Clock clock, Log log) {
        var root = real(files);
        if (!System.getProperty("os.name", "").toLowerCase(Locale.ROOT).contains("linux")) {
            return List.of();
        }
        boolean whole = root.equals(WHOLE);
        return QuarantineHandler.open(
                new Surroundings(
                        real(stateDirectory),
                        RawPath.of(root),
                        () -> whole ? localDisks() : List.of(RawPath.of(root)),
                        own(),
                        new LinuxFileCalls(),
                        new LinuxProcessCalls(),
                        whole ? new Systemd(log) : Services.NONE,
                        RpmProgram.below(root).<RpmDatabase>map(rpm -> rpm).orElse(RpmDatabase.NONE),
                        execution,
                        clock,
                        log),
                isRoot());
    }

    /** Without symbolic links, which nothing about files follows. */
    private static Path real(Path path) {
        try {
            return path.toRealPath();
        } catch (IOException e) {
            return path.toAbsolutePath().normalize();
        }
    }

    private static List<RawPath> localDisks() {
        try {
            return Mounts.local(Files.readAllBytes(Path.of("/proc/self/mountinfo")));
        } catch (IOException e) {
            return List.of(RawPath.ROOT);
        }
    }

    /** The run time and the agent's own classes. */
    private static List<RawPath> own() {
        List<RawPath> own = new ArrayList<>();
        var names = new ArrayList<>(List.of(System.getProperty("java.home", "/")));
        names.addAll(List.of(System.getProperty("java.class.path", "").split(File.pathSeparator, -1)));
        for (var name : names) {
            try {
                if (!name.isEmpty()) {
                    own.add(RawPath.of(Path.of(name).toRealPath()));
                }
            } catch (IOException e) {
                // not there: nothing to protect
            }
        }
        return own;
    }

    private static boolean isRoot() {
        try {
            return Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }
}
