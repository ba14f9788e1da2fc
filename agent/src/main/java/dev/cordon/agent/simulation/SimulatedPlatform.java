package dev.cordon.agent.simulation;

import dev.cordon.agent.execution.ExecutionControl;
import dev.cordon.agent.execution.ExecutionEvents;
import dev.cordon.agent.execution.UnsupportedExecutionControl;
import dev.cordon.agent.platform.Platform;
import dev.cordon.agent.platform.Surroundings;
import dev.cordon.agent.task.TaskHandler;
import java.util.List;

/**
 * A machine that does not exist.
 *
 * @param isolation outlives the agent, like a kernel's rules
 */
public record SimulatedPlatform(SimulatedNetworkIsolation isolation) implements Platform {

    @Override
    public ExecutionControl execution(ExecutionEvents events) {
        return new UnsupportedExecutionControl(List.of("A simulated machine executes nothing."));
    }

    @Override
    public List<TaskHandler> handlers(Surroundings around) {
        return List.of();
    }
}
