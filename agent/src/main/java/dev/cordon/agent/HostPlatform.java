package dev.cordon.agent;

import dev.cordon.agent.collection.CollectHandler;
import dev.cordon.agent.execution.ExecutionControl;
import dev.cordon.agent.execution.ExecutionEvents;
import dev.cordon.agent.execution.RestrictHandler;
import dev.cordon.agent.isolation.NetworkIsolation;
import dev.cordon.agent.linux.execution.LinuxExecutionControl;
import dev.cordon.agent.linux.scan.LinuxScanSystem;
import dev.cordon.agent.log.Log;
import dev.cordon.agent.platform.Platform;
import dev.cordon.agent.platform.Surroundings;
import dev.cordon.agent.scan.ScanHandler;
import dev.cordon.agent.scan.ScanPlaces;
import dev.cordon.agent.task.TaskHandler;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The machine this process runs on.
 *
 * @param stateDirectory of the agent
 * @param files the top of the files that scans look at and whose programs are controlled: {@code /}, or for labs a folder that stands for a machine's files
 */
record HostPlatform(Path stateDirectory, Path files, Log log) implements Platform {

    @Override
    public NetworkIsolation isolation() {
        return PlatformIsolation.open(stateDirectory);
    }

    @Override
    public ExecutionControl execution(ExecutionEvents events) {
        return LinuxExecutionControl.open(stateDirectory, files, events, log);
    }

    @Override
    public List<TaskHandler> handlers(Surroundings around) {
        List<TaskHandler> handlers = new ArrayList<>(List.of(
                new RestrictHandler(around.execution(), around.stateDirectory(), around.log()),
                CollectHandler.ofHost(around.clock()),
                scans(around)));
        handlers.addAll(
                PlatformQuarantine.open(stateDirectory, files, around.execution(), around.clock(), around.log()));
        return handlers;
    }

    private ScanHandler scans(Surroundings around) {
        return new ScanHandler(
                ScanPlaces.ofMachine(stateDirectory.toAbsolutePath()).withRoot(files),
                new LinuxScanSystem(),
                action -> around.blockLists().list().blocked().forEach(action),
                around.clock(),
                around.log());
    }
}
