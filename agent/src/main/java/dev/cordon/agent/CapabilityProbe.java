package dev.cordon.agent;

import dev.cordon.agent.collection.CollectHandler;
import dev.cordon.agent.execution.ExecutionEvents;
import dev.cordon.agent.execution.RestrictHandler;
import dev.cordon.agent.linux.execution.LinuxExecutionControl;
import dev.cordon.agent.linux.scan.LinuxScanSystem;
import dev.cordon.agent.log.Log;
import dev.cordon.agent.scan.ScanHandler;
import dev.cordon.agent.scan.ScanPlaces;
import dev.cordon.agent.task.TaskHandler;
import dev.cordon.protocol.wire.Capability;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;

/**
 * Looks what this machine can do without an agent on it: its parts are made in a state directory that is gone afterwards,
 * and none of them is given an order. Nothing of the machine is touched.
 */
final class CapabilityProbe {

    private static final ExecutionEvents UNHEARD = new ExecutionEvents() {
        @Override
        public void denied(String message) {}

        @Override
        public void lost(String message) {}
    };

    private CapabilityProbe() {}

    /** A line for each capability. */
    static String ofThisMachine() throws IOException {
        var state = Files.createTempDirectory("cordon-check");
        Deque<TaskHandler> handlers = new ArrayDeque<>();
        var log = Log.silent();
        var files = Path.of("/");
        try (var execution = LinuxExecutionControl.open(state, files, UNHEARD, log)) {
            handlers.add(new RestrictHandler(execution, state, log));
            handlers.add(CollectHandler.ofHost(Clock.systemUTC()));
            handlers.add(new ScanHandler(
                    ScanPlaces.ofMachine(state), new LinuxScanSystem(), action -> {}, Clock.systemUTC(), log));
            handlers.addAll(PlatformQuarantine.open(state, files, execution, Clock.systemUTC(), log));
            List<Capability> capabilities = new ArrayList<>();
            handlers.forEach(handler -> capabilities.add(handler.capability()));
            return CapabilityText.of(capabilities, execution.blocking());
        } finally {
            handlers.forEach(TaskHandler::close);
            delete(state);
        }
    }

    private static void delete(Path folder) throws IOException {
        try (var below = Files.walk(folder)) {
            for (var path : below.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
